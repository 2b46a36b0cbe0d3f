"""Which indexes the database has, and when they come and go."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import argilla as rg
import pytest
from people import new_dataset
from postgresql import new_database, query, start_on

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow

TERM, NUMBER = "parity_metadata_json_term_", "parity_metadata_json_number_"
Names = Callable[[], set[str]]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """Of a new database; None: SQLite in the home folder."""
    if request.param == "sqlite":
        return None
    return new_database(request.getfixturevalue("postgresql"))


@pytest.fixture
def server(database_url: str | None, tmp_path: Path) -> Iterator[Embedded]:
    with start_on(database_url, tmp_path) as embedded:
        yield embedded


@pytest.fixture
def run(database_url: str | None, tmp_path: Path) -> Callable[[str], list[str]]:
    """Runs one statement and gives the first column of what it finds."""

    def run(sql: str) -> list[str]:
        if database_url is not None:
            return query(database_url, sql)
        with closing(sqlite3.connect(tmp_path / "argilla" / "argilla.db")) as database, database:
            return [row[0] for row in database.execute(sql)]

    return run


@pytest.fixture
def names(database_url: str | None, run: Callable[[str], list[str]]) -> Names:
    """The names of all indexes."""
    on_sqlite = "SELECT name FROM sqlite_master WHERE type = 'index'"
    listed = on_sqlite if database_url is None else "SELECT indexname FROM pg_indexes"
    return lambda: set(run(listed))


def of_metadata(names: set[str]) -> list[str]:
    """The kinds of the indexes of metadata properties."""
    return sorted(kind for name in names for kind in (TERM, NUMBER) if name.startswith(kind))


def test_a_metadata_property_has_an_index_as_long_as_it_is_there(
    server: Embedded, names: Names
) -> None:
    client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
    assert of_metadata(names()) == []
    first = new_dataset(client, [0.5])
    assert of_metadata(names()) == [NUMBER, TERM]  # round and reason; the queue has its own

    price = first.settings.add(rg.FloatMetadataProperty("the 'price' §"))
    first.settings.update()
    assert of_metadata(names()) == [NUMBER, NUMBER, TERM]
    price.delete()
    assert of_metadata(names()) == [NUMBER, TERM]

    second = new_dataset(client, [0.5])
    first.delete()
    assert of_metadata(names()) == [NUMBER, TERM]
    second.delete()
    assert of_metadata(names()) == []


def test_a_name_that_no_index_can_be_on_keeps_no_record_out(server: Embedded, names: Names) -> None:
    client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
    dataset = new_dataset(client, [0.5])
    for name in ('a"b', "a\\b", "100%"):
        dataset.settings.add(rg.TermsMetadataProperty(name))
    dataset.settings.update()
    assert of_metadata(names()) == [NUMBER, TERM]
    metadata = {'a"b': "x", "a\\b": "y", "100%": "z"}
    dataset.records.log([rg.Record(id="odd", fields={"text": "odd"}, metadata=metadata)])
    assert {record.id for record in dataset.records} == {"external-0", "odd"}


def test_a_database_from_before_there_were_indexes_gets_them_at_the_next_start(
    database_url: str | None, tmp_path: Path, names: Names, run: Callable[[str], list[str]]
) -> None:
    with start_on(database_url, tmp_path) as server:
        client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
        new_dataset(client, [0.5, 0.4])
    complete = names()
    searched = ("parity_asked", "parity_metadata_", "suggestions_question_")
    ours = {name for name in complete if name.startswith(searched)}
    assert len(ours) == 6
    for name in ours:
        run(f"DROP INDEX {name}")
    for earlier in ("parity_queue", "parity_queue_order"):
        run(f"CREATE INDEX {earlier} ON records (dataset_id, status)")
    with start_on(database_url, tmp_path):
        pass
    assert names() == complete
