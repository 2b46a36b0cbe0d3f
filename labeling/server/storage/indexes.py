"""Indexes that Argilla's schema lacks and that searches need when records are many.

Those of records hold whatever decides whether a record is asked, so that SQLite finds and counts
in the index alone, and PostgreSQL, which reads the record as well, parses no JSON on the way.

A metadata property has an index as long as some published data set has the property: data sets with
properties of the same name share it.
"""

from contextlib import suppress
from hashlib import sha256
from typing import Any

from argilla_server.enums import DatasetStatus, MetadataPropertyType
from argilla_server.models import Dataset, MetadataProperty, Record, Suggestion
from sqlalchemy import Connection, Index, MetaData, Table, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex

from labeling.server.queue import PRIORITY, is_asked, priority
from labeling.server.storage.dialect import as_number, json_number, json_term

_INDEXES = {
    # counting and paging by status without reading the records themselves
    "records_dataset_status": "records (dataset_id, status, inserted_at, id)",
    # somebody's answers of one status
    "responses_user_status": "responses (user_id, status, record_id)",
    # is the copy of the vectors in memory up to date, without reading the vectors themselves
    "vectors_settings_updated": "vectors (vector_settings_id, updated_at, record_id)",
    # the records that an agent made suggestions for
    "suggestions_question_agent": "suggestions (question_id, agent, record_id)",
}
_OF_METADATA = "parity_metadata_"
_UNFIT = set('"\\%\0')  # SQLite has no path to such a name, and an index would refuse every record
_FITTING = 7_270_115  # the number of a lock on PostgreSQL; any other one will do


def set_up(connection: Connection) -> None:
    """Make those that are missing."""
    for name, columns in _INDEXES.items():
        connection.exec_driver_sql(f"CREATE INDEX IF NOT EXISTS {name} ON {columns}")
    for earlier in ("parity_queue", "parity_queue_order"):  # of all records, asked or not
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {earlier}")
    for index in _on_expressions():
        # Not `checkfirst`: SQLAlchemy does not see an index on an expression that is there already.
        connection.execute(CreateIndex(index, if_not_exists=True))
    fit_to_metadata(connection)


def fit_to_metadata(connection: Connection) -> None:
    """Make the indexes that the metadata properties need, and drop those that none needs now."""
    postgresql = connection.dialect.name == "postgresql"
    if postgresql:  # one server process at a time
        connection.execute(select(func.pg_advisory_xact_lock(_FITTING)))
    properties = (
        select(MetadataProperty.name, MetadataProperty.settings)
        .join(Dataset)
        .where(Dataset.status == DatasetStatus.ready, MetadataProperty.name != PRIORITY)
    )
    needed = {
        index.name: index
        for name, settings in connection.execute(properties).all()
        if not _UNFIT & set(name)
        for index in [_of_metadata(name, settings["type"])]
    }
    indexes = (
        "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
        if postgresql
        else "SELECT name FROM sqlite_master WHERE type = 'index'"
    )
    names = set(connection.exec_driver_sql(indexes).scalars())
    for name in needed.keys() - names:
        connection.execute(CreateIndex(needed[name]))
    for name in names - needed.keys():
        if name.startswith(_OF_METADATA):
            _drop(connection, name)


def _drop(connection: Connection, name: str) -> None:
    """Drop an index; where that would wait for long, it is left to the next time."""
    if connection.dialect.name == "postgresql":
        # Until it has the table for itself, it keeps all others from reading it: among them those
        # whom it waits for, when they read on a second connection.
        connection.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
    with suppress(DBAPIError), connection.begin_nested():
        connection.exec_driver_sql(f"DROP INDEX {name}")


def _on_expressions() -> list[Index]:
    records, suggestions = _copy(Record).c, _copy(Suggestion)
    of_question, record = suggestions.c.question_id, suggestions.c.record_id
    asked = is_asked(records.status, records.metadata)
    order = records.dataset_id, priority(records.metadata).desc(), records.id
    return [
        # the queue: what is asked in the order of its priority, and how much that is
        Index("parity_asked", *order, sqlite_where=asked, postgresql_where=asked),
        # suggestions of a value, of scores in a range, in the order of their scores
        Index("suggestions_question_value", of_question, json_term(suggestions.c.value), record),
        Index("suggestions_question_score", of_question, as_number(suggestions.c.score), record),
    ]


def _of_metadata(name: str, kind: str) -> Index:
    """The index of a metadata property: records by its term, or by its number."""
    records = _copy(Record)
    read = json_term if kind == MetadataPropertyType.terms else json_number
    of_dataset, *rest = _asked(records)
    # Any name is allowed for a property, so it can be no part of that of the index.
    index = f"{_OF_METADATA}{read.name}_{sha256(name.encode()).hexdigest()[:16]}"
    return Index(index, of_dataset, read(records.c.metadata, name), *rest)


def _asked(records: Table) -> list[Any]:
    """The columns that decide whether a record of a data set is asked."""
    columns = records.c
    return [columns.dataset_id, columns.status, priority(columns.metadata).desc(), columns.id]


def _copy(model: Any) -> Table:
    """The model's table, to name its columns in an index without adding that to the model."""
    table: Table = model.__table__.to_metadata(MetaData())
    return table
