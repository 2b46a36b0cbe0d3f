"""Whether a campaign's databases are whole: a disk or another program may have changed bytes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from labeling.errors import InputError, ParityError
from labeling.files import is_full_disk
from labeling.server.settings import data_folder

# What a column of a type holds; where anything else lies, a byte has been changed.
_HOLDS = {
    "TEXT": "'text', 'null'",
    "INTEGER": "'integer', 'real', 'null'",
    "REAL": "'real', 'null'",
    "BLOB": "'blob', 'null'",
}


@contextmanager
def refused_if_damaged(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong in reading the journal at `path` into an InputError.

    But for a full disk, on which SQLite cannot even read.
    """
    try:
        yield
    except (OSError, sqlite3.Error, ValueError, TypeError, LookupError, ArithmeticError) as error:
        if is_full_disk(error):
            raise
        # pandas puts the query before what SQLite said
        [why, *_] = str(error.__cause__ or error).splitlines() or [type(error).__name__]
        hint = ""
        if why.startswith("no such"):
            hint = ": if an earlier version began this campaign, give its `parity up` once more"
        raise InputError(f"{path} cannot be read ({why}){hint}") from error


def check_argilla(home: Path) -> None:
    """Raise ParityError, with nothing changed, for a damaged SQLite database of Argilla in `home`.

    Looked at before the server starts: that would begin on many a damaged file, and then fail in
    whatever request needs the part that is gone.
    """
    # Cheap enough for every start: 0.8 s a gigabyte in memory, 19 s from a slow disk; ten thousand
    # answers are 130 MB.
    path = data_folder(home) / "argilla.db"
    if not path.is_file():
        return  # a new campaign, or one on PostgreSQL
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as there:
            check_pages(there)
    except sqlite3.OperationalError:
        return  # locked, no space, no right to read it: the server meets that, too
    except (sqlite3.DatabaseError, UnicodeError) as error:  # a name that is no text any more
        why = damaged(f"Argilla's database {path}", error, home / "journal.sqlite")
        raise ParityError(why) from error


def check_pages(connection: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError for the first page that is not what SQLite has written."""
    [first, *_] = connection.execute("PRAGMA quick_check(1)").fetchone()
    if first != "ok":
        raise sqlite3.DatabaseError(" ".join(first.split()))


def damaged(what: str, why: object, also: Path) -> str:
    """What to tell of a damaged file: `also` is where its answers are, too."""
    reason = str(why).splitlines()[-1]
    return (
        f"{what} is damaged ({reason}): put the last backup into a new folder with "
        "`parity restore`, and give the command with that --home; the answers are in "
        f"{also}, too, so keep this folder"
    )


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
