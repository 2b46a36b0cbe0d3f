"""Writing files so that a reader never sees half of one; what goes wrong with files and disks."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FULL_DATABASE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_UNREADABLE_DATABASE = (
    *(sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ),
    *(sqlite3.SQLITE_IOERR_DATA, sqlite3.SQLITE_IOERR_CORRUPTFS),
)
_DENIED_DATABASE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)
_DAMAGED_DATABASE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replace `path` by `content` in one step."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(content.encode() if isinstance(content, str) else content)
    part.replace(path)


def is_damage(error: BaseException) -> bool:
    """Whether it says that an SQLite file does not hold what was written."""
    return isinstance(error, sqlite3.Error) and _code(error) in _DAMAGED_DATABASE


def is_full_disk(error: BaseException) -> bool:
    """Whether it, or what brought it about, says that there is no space left to write to."""
    return any(
        (isinstance(one, OSError) and one.errno in _FULL)
        or (
            isinstance(one, sqlite3.Error)
            and _code(one) in _FULL_DATABASE
            and one.sqlite_errorcode not in _UNREADABLE_DATABASE
        )
        or "No space left on device" in str(one)  # of libraries with errors of their own
        for one in _chain(error)
    )


def is_denied(error: BaseException) -> bool:
    """Whether it says that this user may not read or write a file."""
    return isinstance(error, PermissionError) or (
        isinstance(error, sqlite3.Error) and _code(error) in _DENIED_DATABASE
    )


def _code(error: sqlite3.Error) -> int | None:
    """SQLite's code without the details; None where the module itself raised the error."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
