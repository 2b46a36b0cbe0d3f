"""A campaign's home folder in one file, taken while the campaign runs, and put back elsewhere.

The archive is a gzipped tar: `parity-backup.json` first, then what lies in the home folder under
the same names. Databases are copied as they were at one moment, through their own means.
"""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from labeling.errors import InputError, ParityError
from labeling.secret import from_environment

DATABASE_URL = "ARGILLA_DATABASE_URL"
_MANIFEST = "parity-backup.json"
_FORMAT = 1
_ARGILLA, _JOURNAL = PurePosixPath("argilla/argilla.db"), PurePosixPath("journal.sqlite")
_DUMP = PurePosixPath("argilla/argilla.pgdump")
# What is made anew at every start, what belongs to a running process, and what is half written.
_LEFT_OUT = ("lock", "pages", "*.log", "*.log.1", "*-wal", "*-shm", "*-journal", "*.part", ".*")


def back_up(home: Path, archive: Path) -> None:
    """Write the campaign in `home` to `archive`, a new file that only its owner can read.

    The campaign may go on meanwhile. Raises InputError where there is no campaign, or where
    `archive` exists already; on PostgreSQL, ParityError when `pg_dump` is missing or fails.
    """
    if not (home / _JOURNAL).is_file() and not (home / _ARGILLA).parent.is_dir():
        raise InputError(f"no campaign in {home}: name the --home of one")
    if archive.exists():
        raise InputError(f"--to {archive}: there is such a file already; name a new one")
    if not archive.absolute().parent.is_dir():
        raise InputError(f"--to {archive}: there is no folder {archive.absolute().parent}")
    # Listed first: what comes into being later belongs to a later moment.
    files = list(_files(home))
    with _written_privately(archive) as unfinished, tempfile.TemporaryDirectory() as scratch:
        databases = _copied_databases(home, Path(scratch))
        with tarfile.open(unfinished, "w:gz", compresslevel=1) as tar:
            _add_bytes(tar, _MANIFEST, json.dumps({"format": _FORMAT}).encode())
            for name, copy in databases.items():
                tar.add(copy, str(name))
            for name in files:
                if name not in databases:
                    _add_if_there(tar, home / name, name)


def restore(archive: Path, home: Path) -> None:
    """Make `home`, a new or empty folder, hold the campaign in `archive`.

    Raises InputError, with nothing written, when `home` holds anything or `archive` is no backup;
    on PostgreSQL, ParityError when `pg_restore` is missing or the database is not an empty one.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise InputError(f"--home {home}: it is not empty; name a new folder")
    home = home.absolute()
    home.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{home.name}.", dir=home.parent))
    try:
        _unpack(archive, unfinished)
        dump = unfinished / _DUMP
        if dump.is_file():
            _run("pg_restore", "--no-owner", "--single-transaction", dump)
            dump.unlink()
        if home.exists():
            home.rmdir()
        unfinished.rename(home)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _files(home: Path) -> Iterator[PurePosixPath]:
    for path in sorted(home.rglob("*")):
        name = PurePosixPath(path.relative_to(home).as_posix())
        left_out = any(PurePosixPath(part).match(each) for part in name.parts for each in _LEFT_OUT)
        if path.is_file() and not path.is_symlink() and not left_out:
            yield name


def _copied_databases(home: Path, scratch: Path) -> dict[PurePosixPath, Path]:
    """Copies of the databases, by their names in the archive."""
    if from_environment(DATABASE_URL):
        dump = scratch / _DUMP.name
        _run("pg_dump", "--format=custom", "--no-owner", "--file", dump)
        return {_DUMP: dump, **_copied_sqlite(home, [_JOURNAL], scratch)}
    if (home / "credentials.json").is_file() and not (home / _ARGILLA).is_file():
        raise InputError(
            f"{home / _ARGILLA} is missing: where the campaign keeps its data in PostgreSQL, set "
            f"{DATABASE_URL} as for `parity up`"
        )
    # Argilla's first: the journal may know of inquiries that nobody was shown, never the reverse.
    return _copied_sqlite(home, [_ARGILLA, _JOURNAL], scratch)


def _copied_sqlite(
    home: Path, names: list[PurePosixPath], scratch: Path
) -> dict[PurePosixPath, Path]:
    """Copies of SQLite files as they were at one moment, however they are written meanwhile."""
    names = [name for name in names if (home / name).is_file()]
    sources = [sqlite3.connect(home / name, isolation_level=None, timeout=30) for name in names]
    try:
        for source in sources:  # from here on, each reads what it held now
            source.execute("BEGIN")
            source.execute("SELECT 1 FROM sqlite_master").fetchone()
        copies = {}
        for name, source in zip(names, sources, strict=True):
            copies[name] = scratch / name.name
            with closing(sqlite3.connect(copies[name])) as copy:
                source.backup(copy)
        return copies
    except sqlite3.DatabaseError as error:
        raise ParityError(f"{home}: a database cannot be read ({error})") from error
    finally:
        for source in sources:
            source.close()


@contextmanager
def _written_privately(path: Path) -> Iterator[Path]:
    """A file beside `path`, readable by its owner only, that becomes `path` once it is whole."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        yield unfinished
        with unfinished.open("rb") as whole:
            os.fsync(whole.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.mode = 0o600
    tar.addfile(member, io.BytesIO(content))


def _add_if_there(tar: tarfile.TarFile, path: Path, name: PurePosixPath) -> None:
    """Add a file that may be replaced or go away while this runs."""
    try:
        content = path.open("rb")
    except FileNotFoundError:
        return
    with content:
        tar.addfile(tar.gettarinfo(arcname=str(name), fileobj=content), content)


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            first = tar.next()
            manifest = tar.extractfile(first) if first and first.name == _MANIFEST else None
            if manifest is None or json.load(manifest)["format"] != _FORMAT:
                raise InputError(f"{archive}: not a backup that this version of parity made")
            for member in tar:
                if member.name != _MANIFEST:
                    _write_member(tar, member, folder)
            rest: Any = tar.fileobj
            while rest.read(1 << 20):  # tarfile takes a missing end for the end; gzip does not
                pass
    except FileNotFoundError:
        raise InputError(f"{archive}: no such file") from None
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, KeyError) as error:
        raise InputError(f"{archive}: not a backup of parity, or not whole ({error})") from error


def _write_member(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    name = PurePosixPath(member.name)
    if not member.isfile() or name.is_absolute() or ".." in name.parts:
        raise ValueError(f"it holds {member.name!r}")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    content = tar.extractfile(member)
    assert content is not None  # it is a file
    with (
        content,
        os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
    ):
        shutil.copyfileobj(content, file)


def _run(program: str, *arguments: object) -> None:
    """Run one of PostgreSQL's programs on the campaign's database.

    Raises ParityError when it is missing, or with the error that it names when it fails.
    """
    url = from_environment(DATABASE_URL)
    if not url:
        raise InputError(
            f"the backup is of a campaign on PostgreSQL: set {DATABASE_URL} to an empty database"
        )
    parts = urlsplit(f"postgresql://{url.partition('://')[2]}")
    user, at, place = parts.netloc.rpartition("@")
    database = parts._replace(netloc=user.partition(":")[0] + at + place).geturl()
    # Everybody on this machine sees the command line, but not the environment.
    password = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    try:
        done = subprocess.run(
            [program, "--dbname", database, *map(str, arguments)],
            env={**os.environ, **password},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise ParityError(
            f"{program} is missing: install PostgreSQL's client programs (Debian: "
            "postgresql-client), of the server's version or newer"
        ) from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        # Before the error may stand that the folder it was called in cannot be read, which is none.
        error = next((line for line in lines if "error: " in line), lines[0])
        raise ParityError(f"{program} failed: {error}")
