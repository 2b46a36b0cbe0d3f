"""SQLite as Argilla's only store: acknowledged answers last, and no write fails by being second."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from argilla_server import database
from argilla_server.contexts import distribution
from sqlalchemy import event, text
from sqlalchemy.engine import Engine


def set_up() -> None:
    """Bring the database file to Argilla's current schema, and set how it is written."""
    event.listen(Engine, "connect", _configure_connection)
    finished, unfinished = Path("argilla.db"), Path("unfinished.db")
    if not finished.exists():
        # SQLite's schema changes are not one transaction: a start that is killed amid them must not
        # leave a database that no later start can use.
        for leftover in Path().glob("unfinished.db*"):
            leftover.unlink()
        _migrate(unfinished)
        unfinished.rename(finished)
    _migrate(finished)
    distribution._get_async_db = _exclusive_session


def _migrate(file: Path) -> None:
    config = Config()  # without Argilla's file, which would silence every logger but its own
    scripts = Path(database.ALEMBIC_CONFIG_FILE).with_name("alembic")
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    database.database_url_sync = lambda: f"sqlite:///{file}"
    command.upgrade(config, "head")


def _configure_connection(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    # Readers do not wait for a writer, and a commit is on the disk before it is acknowledged.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()
    # A deferred transaction that reads and then writes fails at once, without waiting, when another
    # one wrote in between (https://sqlite.org/rescode.html#busy_snapshot); an immediate one waits.
    connection.isolation_level = "IMMEDIATE"


async def _exclusive_session(isolation_level: str | None = None) -> AsyncIterator[Any]:
    """Argilla's session for counting a record's answers and writing its status as one step.

    Argilla asks for SERIALIZABLE, for which SQLAlchemy would turn the connection back to deferred
    transactions, also for whoever gets it next; taking the write lock first serialises truly.
    """
    async with database.AsyncSessionLocal() as session:
        if isolation_level is not None:
            await session.execute(text("BEGIN IMMEDIATE"))
        yield session
