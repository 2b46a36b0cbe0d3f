"""Whether a journal is whole: a disk or another program may have changed its bytes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labeling.errors import InputError

# What a column of a type holds; where anything else lies, a byte has been changed.
_HOLDS = {
    "TEXT": "'text', 'null'",
    "INTEGER": "'integer', 'real', 'null'",
    "REAL": "'real', 'null'",
    "BLOB": "'blob', 'null'",
}


@contextmanager
def refused_if_damaged(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong in reading the journal at `path` into an InputError."""
    try:
        yield
    except (OSError, sqlite3.Error, ValueError, TypeError, LookupError, ArithmeticError) as error:
        # pandas puts the query before what SQLite said
        [why, *_] = str(error.__cause__ or error).splitlines() or [type(error).__name__]
        hint = ""
        if why.startswith("no such"):
            hint = ": if an earlier version began this campaign, give its `parity up` once more"
        raise InputError(f"{path} cannot be read ({why}){hint}") from error


def check_cells(connection: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError for a cell that is of another type than its column."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        kinds = connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,))
        wrong = " OR ".join(
            f"typeof({_quoted(column)}) NOT IN ({_HOLDS[kind]})"
            for column, kind in kinds.fetchall()
            if kind in _HOLDS
        )
        found = f"SELECT 1 FROM {_quoted(table)} WHERE {wrong} LIMIT 1"
        if wrong and connection.execute(found).fetchone():
            raise sqlite3.DatabaseError(f"a row of {table!r} is damaged")


def _quoted(name: str) -> str:
    doubled = str(name).replace('"', '""')
    return f'"{doubled}"'
