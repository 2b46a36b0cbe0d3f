"""Argilla's database with changed bytes is passed, or refused in one line; nothing is written."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from damage import damaged, few
from hypothesis import given
from hypothesis import strategies as st

from labeling.errors import ParityError
from learner.live.damage import check_argilla

pytestmark = pytest.mark.generated

PAGE = 4_096


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In the way of Argilla's: a table of texts and an index of them, on some pages."""
    path = tmp_path_factory.mktemp("home") / "argilla" / "argilla.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE records (id TEXT PRIMARY KEY, fields JSON)")
        rows = [(f"inquiry-{n}", '{"inquiry": "where is it"}') for n in range(1_000)]
        connection.executemany("INSERT INTO records VALUES (?, ?)", rows)
        connection.commit()
    return path


@pytest.fixture(scope="module")
def whole(database: Path) -> bytes:
    return database.read_bytes()


def refusal(home: Path) -> str:
    """What is said of the database in `home`; nothing where it passes."""
    try:
        check_argilla(home)
    except ParityError as error:
        return str(error)
    return ""


def test_a_whole_database_passes_and_so_does_none(
    database: Path, whole: bytes, tmp_path: Path
) -> None:
    database.write_bytes(whole)
    assert refusal(database.parent.parent) == ""
    assert refusal(tmp_path) == ""


@pytest.mark.parametrize("place", ["first page", "middle page", "last page", "everything"])
def test_a_damaged_database_is_refused_with_what_to_do(
    database: Path, whole: bytes, place: str
) -> None:
    middle = len(whole) // PAGE // 2 * PAGE
    starts = {"first page": 0, "middle page": middle, "last page": len(whole) - PAGE}
    content = bytearray(whole)
    start = starts.get(place, 0)
    end = start + PAGE if place in starts else len(whole)
    content[start:end] = b"\x5a" * (end - start)
    database.write_bytes(content)

    with pytest.raises(ParityError, match="is damaged") as said:
        check_argilla(database.parent.parent)
    assert said.value.exit_code == 1
    assert f"Argilla's database {database}" in str(said.value)
    assert "parity restore" in str(said.value)
    assert database.read_bytes() == content


@few
@given(data=st.data())
def test_whatever_bytes_have_changed_it_is_passed_or_refused_in_one_line(
    database: Path, whole: bytes, data: st.DataObject
) -> None:
    content = data.draw(damaged(whole))
    database.write_bytes(content)
    assert len(refusal(database.parent.parent).splitlines()) <= 1
    assert database.read_bytes() == content
