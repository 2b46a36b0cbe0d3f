"""Argilla's store, SQLite or PostgreSQL: acknowledged answers last, nobody else's data is touched.

On SQLite, one file in the home folder. On PostgreSQL (ARGILLA_DATABASE_URL), one database for the
server processes of one campaign: those whose home holds the same owner in its credentials.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from argilla_server import database
from argilla_server.settings import settings
from sqlalchemy import Connection, Engine, event, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from labeling.errors import InputError
from labeling.server import queue
from labeling.server.jobs import worker
from labeling.server.search import text as texts
from labeling.server.settings import sqlite_synchronous
from labeling.server.storage import indexes

_SETTING_UP = 7_270_114  # the number of a lock on PostgreSQL; any will do


def described() -> str:
    """Which database is used, in words and without a password."""
    url = make_url(settings.database_url)
    if settings.database_is_sqlite:
        return f"SQLite, {Path(url.database or '').absolute()}"
    return f"PostgreSQL, {_place()}"


@contextmanager
def set_up(owner_key: str) -> Iterator[None]:
    """Bring the database to the current schema, then do what the block does in it.

    Other server processes that start on the same database wait for the end of the block.
    `owner_key` is the owner's API key; a PostgreSQL database with accounts but without this owner
    belongs to another server: InputError, and nothing is written.
    """
    configure_connections()
    if settings.database_is_sqlite:
        _migrate_sqlite()
        _extend()
        yield
    else:
        with _postgresql(owner_key):
            _migrate(database.database_url_sync())
            _extend()
            yield


def configure_connections() -> None:
    """Set how the database is read and written, on each connection made from now on."""
    sqlite = settings.database_is_sqlite
    event.listen(Engine, "connect", _configure_sqlite if sqlite else _configure_postgresql)


async def close() -> None:
    """Write SQLite's log of changes into the database file, which is whole by itself then."""
    await database.async_engine.dispose()
    if settings.database_is_sqlite:
        with database.sync_engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.sync_engine.dispose()


def _extend() -> None:
    """Add what this server keeps beside Argilla's own tables."""
    with database.sync_engine.begin() as connection:
        worker.create_table(connection)
        queue.create_tables(connection)
        texts.set_up(connection)
        indexes.set_up(connection)


def _migrate_sqlite() -> None:
    finished, unfinished = Path("argilla.db"), Path("unfinished.db")
    if not finished.exists():
        # SQLite's schema changes are not one transaction: a start that is killed amid them must not
        # leave a database that no later start can use.
        for leftover in Path().glob("unfinished.db*"):
            leftover.unlink()
        _migrate(f"sqlite:///{unfinished}")
        unfinished.rename(finished)
    _migrate(f"sqlite:///{finished}")


def _migrate(url: str) -> None:
    config = Config()  # without Argilla's file, which would silence every logger but its own
    scripts = Path(database.ALEMBIC_CONFIG_FILE).with_name("alembic")
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    given = database.database_url_sync
    database.database_url_sync = lambda: url.replace("%", "%%")
    try:
        command.upgrade(config, "head")
    finally:
        database.database_url_sync = given


def _configure_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    # Readers do not wait for a writer.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute(f"PRAGMA synchronous = {sqlite_synchronous()}")
    cursor.close()
    # A deferred transaction that reads and then writes fails at once, without waiting, when another
    # one wrote in between (https://sqlite.org/rescode.html#busy_snapshot); an immediate one waits.
    connection.isolation_level = "IMMEDIATE"


def _configure_postgresql(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    # Reading JSON costs twenty times what comparing two numbers does; without knowing, it would
    # rather read all records than go through an index.
    cursor.execute("SET cpu_operator_cost = 0.05")
    cursor.close()
    connection.commit()


@contextmanager
def _postgresql(owner_key: str) -> Iterator[None]:
    """Hold the database for setting it up, once it is known to be this campaign's."""
    try:
        connection = database.sync_engine.connect()
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise InputError(f"ARGILLA_DATABASE_URL: no database at {_place()}: {reason}") from None
    with connection:
        connection.execute(text(f"SELECT pg_advisory_lock({_SETTING_UP})"))
        try:
            _refuse_foreign(connection, owner_key)
            connection.commit()  # a lock of the session, not of this transaction
            yield
        finally:
            connection.rollback()
            connection.execute(text(f"SELECT pg_advisory_unlock({_SETTING_UP})"))
            connection.commit()


def _refuse_foreign(connection: Connection, owner_key: str) -> None:
    tables = inspect(connection)
    if not tables.has_table("users"):
        return  # nobody has an account yet
    refusal = (
        f"ARGILLA_DATABASE_URL: {_place()} holds the accounts of another server; name an empty "
        "database, or use the home folder whose credentials.json knows its owner"
    )
    if "api_key" not in {column["name"] for column in tables.get_columns("users")}:
        raise InputError(refusal)
    known = connection.execute(
        text("SELECT count(*), count(*) FILTER (WHERE api_key = :key) FROM users"),
        {"key": owner_key},
    ).one()
    if known[0] and not known[1]:
        raise InputError(refusal)


def _place() -> str:
    """USER@HOST:PORT/NAME of the database, with stars for a password."""
    return str(make_url(settings.database_url).set(query={})).partition("://")[2]
