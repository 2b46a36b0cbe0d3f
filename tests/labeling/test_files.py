import sqlite3
import threading
from pathlib import Path

import pytest

from labeling.files import is_denied, write_atomically


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    write_atomically(path, "old")
    write_atomically(path, "ä new one\n")
    assert path.read_bytes() == "ä new one\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_never_sees_half_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    contents = {letter * 500_000 for letter in "ab"}
    write_atomically(path, min(contents))

    def write() -> None:
        for content in sorted(contents) * 30:
            write_atomically(path, content)

    writing = threading.Thread(target=write)
    writing.start()
    seen = set()
    while writing.is_alive():
        seen.add(path.read_text())
    writing.join()
    assert seen <= contents


def test_what_was_there_stays_when_the_new_content_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    write_atomically(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "\ud83d")
    assert path.read_text() == "old"


def test_a_denial_is_told_from_other_mishaps_with_files(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "journal.sqlite").execute(
        "CREATE TABLE labels (id)"
    ).connection.close()
    reading = sqlite3.connect(f"file:{tmp_path / 'journal.sqlite'}?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError) as denied:
        reading.execute("INSERT INTO labels VALUES (1)")
    with pytest.raises(sqlite3.OperationalError) as wrong:
        reading.execute("INSERT INTO nothing VALUES (1)")
    reading.close()
    assert is_denied(denied.value)
    assert is_denied(PermissionError(13, "Permission denied"))
    assert not is_denied(wrong.value)
    assert not is_denied(FileNotFoundError(2, "No such file or directory"))
