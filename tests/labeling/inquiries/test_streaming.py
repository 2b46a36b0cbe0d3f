"""Files are read as a stream, and give the same texts as when they are read whole."""

import io
import json
import os
import threading
from pathlib import Path

import pytest

from labeling.errors import InputError
from labeling.inquiries import read_inquiries, stream_texts, streaming

TEXTS = ["where is it?", 'a "quoted", long\nstory', "  ", "zurück bitte", "order {{Order Number}}"]


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_delimited_files_stream_as_they_are_read_whole(
    separator: str, encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / "file.csv"
    rows = [separator.join(["id", "text"]), *(f"x{separator}{quoted(text)}" for text in TEXTS)]
    path.write_text("\n".join(rows), encoding)
    whole = read_inquiries(str(path)).table
    assert list(stream_texts(str(path))) == list(zip(whole["row"], whole["text"], strict=True))


def test_json_lines_stream_as_they_are_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    path.write_text("\n\n".join(json.dumps({"n": 1, "text": text}) for text in TEXTS))
    whole = read_inquiries(str(path)).table
    assert list(stream_texts(str(path))) == list(zip(whole["row"], whole["text"], strict=True))


def test_a_line_of_plain_text_is_an_inquiry(tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("first, with a comma\n\n  third \r\n")
    assert list(stream_texts(str(tmp_path / "file.txt"))) == [
        (1, "first, with a comma"),
        (3, "third"),
    ]


def test_what_cannot_be_streamed_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text(json.dumps([{"text": "a"}, {"text": "b"}]))
    assert list(stream_texts(str(tmp_path / "file.json"))) == [(1, "a"), (2, "b")]


def test_the_first_text_is_given_before_the_last_is_written() -> None:
    """The file is a pipe whose writer waits until the reader has had the first text."""
    read, done = threading.Event(), threading.Event()
    inside, outside = os.pipe()

    def write() -> None:
        with os.fdopen(outside, "w") as pipe:
            pipe.write("text\n" + "a line of some length\n" * 10_000)
            pipe.flush()
            assert read.wait(20)
            pipe.write("the last\n")
        done.set()

    threading.Thread(target=write, daemon=True).start()
    with io.BufferedReader(io.FileIO(inside), streaming.LOOKED_AT) as file:
        lines, head = streaming._decoded(file)
        rows = streaming._delimited(lines, head, "pipe", None)
        assert next(rows) == (2, "a line of some length")
        read.set()
        assert [text for _, text in rows][-1] == "the last"
    assert done.wait(20)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"text,n\na,1\nb\n", "line 3: the row does not fit the header"),
        ("a.csv", b"x,y\n1,2\n", "which column holds the text"),
        ("a.csv", b"text\n\n \n", "no row holds text"),
        ("a.txt", b"", "no row holds text"),
        ("a.jsonl", b'{"text": "a"}\n{\n', "line 2: not JSON"),
        ("a.jsonl", b"[1]\n", "line 1: not an object"),
        ("a.txt", b"a line\n" * 20_000 + b"\xff\n", "not UTF-8 all through"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    name: str, content: bytes, complaint: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=complaint):
        list(stream_texts(str(tmp_path / name)))
