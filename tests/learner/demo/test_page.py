"""The page as programs see it: its API, answered by a real model over HTTP."""

import codecs
import csv
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
from campaign_homes import Home
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from hostile import HOSTILE
from html_pages import Page

from learner.demo.page import build, launch
from learner.models.bow import fit_bag_of_words
from learner.routing.output import COLUMNS
from learner.routing.router import Router
from learner.routing.rules import default_rules
from learner.sentiment import load_sentiment

pytestmark = pytest.mark.slow

FORMULAS = ["=1+1 parcel", "+parcel", "-parcel", "@parcel", "＝1+1 parcel"]  # noqa: RUF001


@pytest.fixture(scope="module")
def router() -> Router:
    """A bag of words that knows parcels from refunds, VADER, and the built-in rules."""
    texts = ["where is my parcel", "where is the parcel", "parcel", "i want a refund", "refund"]
    model = fit_bag_of_words(texts * 20, np.array([1, 1, 1, 0, 0] * 20), ["refund", "track"])
    return Router(model, load_sentiment(["none/such"]), default_rules(model.categories))


@pytest.fixture(scope="module")
def client(router: Router, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("uploads")))
        page = build(router, None)
        url = launch(page, "127.0.0.1", None)
        yield Client(url, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))
        page.close(verbose=False)


def route(client: Client, text: object) -> dict[str, Any]:
    found: dict[str, Any] = client.predict(text, api_name="/route")
    return found


def route_file(client: Client, path: Path, column: str = "") -> tuple[list[dict[str, str]], str]:
    """The rows of the CSV that a file becomes, and the summary."""
    out, summary = client.predict(handle_file(path), column, api_name="/route_file")
    assert Path(out).name == f"{path.stem}-routed.csv"
    assert Path(out).read_bytes().startswith(codecs.BOM_UTF8), "by which Excel knows UTF-8"
    with Path(out).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file)), summary


def refusal(client: Client, *arguments: object, api_name: str) -> str:
    with pytest.raises(AppError) as refused:
        client.predict(*arguments, api_name=api_name)
    return str(refused.value)


def test_two_functions_are_offered_to_programs(client: Client) -> None:
    offered = client.view_api(return_format="dict")
    assert set(offered["named_endpoints"]) == {"/route", "/route_file"}
    assert offered["unnamed_endpoints"] == {}


def test_an_inquiry_is_routed_with_its_reason(client: Client) -> None:
    found = route(client, "Where is my parcel?")
    assert list(found) == ["category", "score", "top", "sentiment", "to", "rule", "reason"]
    assert found["category"] == found["top"][0]["category"] == "track"
    assert (found["to"], found["rule"], found["sentiment"]) == ("auto-responder", 4, 0)
    assert found["reason"].startswith("the category is clear (score ")
    angry = route(client, "Where is my parcel? I hate you, this is a horrible disgrace!")
    assert (angry["category"], angry["to"], angry["rule"]) == ("track", "human", 1)


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_written_is_answered(client: Client, name: str) -> None:
    found = route(client, HOSTILE[name])
    assert found["category"] in ("refund", "track")
    assert found["to"] in ("auto-responder", "human")


@pytest.mark.parametrize("text", ["", "  \n\t ", None, 7])
def test_an_inquiry_without_text_is_refused(client: Client, text: object) -> None:
    said = refusal(client, text, api_name="/route")
    assert said == "the inquiry is empty; give some text"


def test_a_file_becomes_a_csv_with_a_row_for_each_inquiry(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "inquiries.csv"
    path.write_text("id,text\na,where is my parcel\nb,\nc,refund\n")
    rows, summary = route_file(client, path)
    assert list(rows[0]) == ["row", "text", *COLUMNS]
    assert [(row["row"], row["text"], row["category"]) for row in rows] == [
        ("2", "where is my parcel", "track"),
        ("4", "refund", "refund"),
    ]
    for row in rows:
        one = route(client, row["text"])
        assert float(row["score"]) == one["score"]
        assert float(row["sentiment"]) == one["sentiment"]
        assert [row["to"], row["rule"], row["reason"]] == [
            *(one["to"], str(one["rule"]), one["reason"])
        ]
    assert "2 of 2 (100%) to the auto-responder" in Page(summary).text


def test_hostile_inquiries_pass_through_a_file_as_text(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    texts = [text for name, text in HOSTILE.items() if name != "template"]  # which reading fills
    texts += FORMULAS
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["message"], *([text] for text in texts)])
    rows, summary = route_file(client, path, "message")
    told = [row["text"] for row in rows]
    read = {text if text in texts else text.removeprefix("'") for text in told}
    assert len(rows) == len(texts)
    assert read == set(texts)
    starts = {cell[0] for row in rows for cell in (row["text"], row["category"], row["reason"])}
    assert starts.isdisjoint("=+-@＝＋－＠\t\r\n")  # noqa: RUF001
    elements = {name for name, _ in Page(summary).elements}
    assert elements.isdisjoint({"script", "img", "svg", "a", "b", "i"})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tsv", b"text\twho\nwhere is my parcel\tme\n"),
        ("a.jsonl", b'{"text": "where is my parcel"}\n'),
        ("a.txt", b"where is my parcel\n"),
        ("a.csv", "text\nwhere is my parcel – Zürich\n".encode("utf-16")),  # noqa: RUF001
    ],
)
def test_every_kind_of_file_is_read(
    client: Client, name: str, content: bytes, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    rows, _ = route_file(client, tmp_path / name)
    assert [row["category"] for row in rows] == ["track"]


@pytest.mark.parametrize(
    ("name", "content", "column", "said"),
    [
        ("a.csv", b"", "", "a.csv: the file is empty; give a file with a header and texts"),
        ("a.csv", b"text\n\n \n", "", "a.csv: no inquiry, for no row holds text"),
        (
            "a.csv",
            b"text,b\nx,y\n",
            "txt",
            "(did you mean 'text'?); columns: text, b",
        ),
        ("a.jsonl", b'{"text": "x"}\n{"te', "", "a.jsonl, line 2: "),
        ("a.jsonl", b"[1]\n", "", "a.jsonl, line 1: not an object"),
        ("a.txt", b"x\n", "text", "a.txt: plain text has no columns"),
        ("a.csv", b"text,b\nx,y\n", "<img src=x>", "a.csv: no column '<img src=x>'"),
    ],
)
def test_a_wrong_file_is_refused_by_its_name(
    client: Client, name: str, content: bytes, column: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    found = refusal(client, handle_file(tmp_path / name), column, api_name="/route_file")
    assert said in unescape(found)
    assert "/" not in found.split(":")[0], "no folder of the server"
    assert "<" not in found, "the page takes a message for HTML"


def test_a_file_of_another_kind_and_none_at_all_are_refused(client: Client, tmp_path: Path) -> None:
    (tmp_path / "a.exe").write_bytes(b"MZ")
    assert "file type" in refusal(
        client, handle_file(tmp_path / "a.exe"), "", api_name="/route_file"
    )
    assert refusal(client, None, "", api_name="/route_file") == "no file yet; choose one first"


def test_the_campaign_tab_follows_the_campaign(router: Router, tmp_path: Path) -> None:
    home = Home(tmp_path, "bow")
    home.answer()
    page = build(router, home.path)
    load, confusion = [one.fn for one in page.fns.values() if one.targets == [(page._id, "load")]]
    assert load is not None
    assert confusion is not None
    assert confusion().layout.title.text.endswith(" test inquiries")
    assert load() == ("<p>Nothing is measured yet.</p>", None)
    home.measure()
    said, figure = load()
    assert said.startswith("<p>24 labels: accuracy 0.")
    assert list(figure.data[0].x) == [24]
    home.journal.connection.close()
    (home.path / "journal.sqlite").write_bytes(b"<b>" * 1_000)
    said, figure = load()
    assert "cannot be read (file is not a database)" in said
    assert figure is None


def test_the_tab_is_there_only_with_a_campaign(router: Router, tmp_path: Path) -> None:
    def tabs(home: Path | None) -> list[Any]:
        blocks = build(router, home).blocks.values()
        return [block.label for block in blocks if isinstance(block, gr.Tab)]

    assert tabs(None) == ["One inquiry", "A file"]
    assert tabs(tmp_path) == ["One inquiry", "A file", "Campaign"]
