"""How Argilla is configured here: everything in one folder, nothing asked from outside.

Three variables of the caller's environment are heeded: ARGILLA_DATABASE_URL (PostgreSQL instead of
SQLite; ARGILLA_DATABASE_URL_FILE names a file that holds it), ARGILLA_REDIS_URL (Argilla's own job
queue and worker instead of jobs in this process), and PARITY_SQLITE_SYNCHRONOUS (see
`sqlite_synchronous`).
"""

import os
import secrets
from pathlib import Path

from labeling.errors import InputError
from labeling.secret import from_environment
from labeling.server.accounts.credentials import credentials_file, read_credentials, write_private

_SQLITE = "sqlite+aiosqlite:///argilla.db?check_same_thread=False"
_POSTGRESQL = "postgresql+asyncpg"


def data_folder(home: Path) -> Path:
    """Where Argilla's database, session secret and log lie."""
    return home / "argilla"


def configure(home: Path) -> None:
    """Set Argilla's environment and make its data folder the working directory.

    Must run before anything of `argilla_server` is imported, as that reads its settings at import.
    All other Argilla settings that the caller's shell holds are dropped: they mean another server.
    Raises InputError, before anything is written, when a variable that is heeded is wrong.
    """
    given = from_environment("ARGILLA_DATABASE_URL")
    database_url = _database_url(given)
    if not given:
        _refuse_an_empty_database(home)
    redis_url = os.environ.get("ARGILLA_REDIS_URL")
    sqlite_synchronous()
    folder = data_folder(home)
    os.umask(0o077)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)  # whoever started this process has made it for the log
    # A relative database name needs no escaping, whatever characters the home folder's path holds.
    os.chdir(folder)
    for name in [name for name in os.environ if name.startswith("ARGILLA_")]:
        del os.environ[name]
    os.environ.update(
        ARGILLA_HOME_PATH=".",
        ARGILLA_DATABASE_URL=database_url,
        ARGILLA_DATABASE_SQLITE_TIMEOUT="30",
        ARGILLA_SEARCH_ENGINE="database",
        ARGILLA_CORS_ORIGINS="[]",
        ARGILLA_AUTH_SECRET_KEY=_session_secret(folder),
        ARGILLA_SHOW_HUGGINGFACE_SPACE_PERSISTENT_STORAGE_WARNING="0",
        HF_HUB_DISABLE_TELEMETRY="1",
    )
    if redis_url:
        os.environ["ARGILLA_REDIS_URL"] = redis_url


def redis_is_used() -> bool:
    """Whether jobs go through Redis."""
    return "ARGILLA_REDIS_URL" in os.environ


def sqlite_synchronous() -> str:
    """How SQLite commits: FULL unless the environment says `PARITY_SQLITE_SYNCHRONOUS=NORMAL`.

    FULL: an acknowledged answer survives a power cut. NORMAL: it survives a crash of the server,
    but a power cut may cost the last ones (the database stays whole); each commit saves a sync.
    """
    level = os.environ.get("PARITY_SQLITE_SYNCHRONOUS", "FULL").upper()
    if level not in ("FULL", "NORMAL"):
        raise InputError(f"PARITY_SQLITE_SYNCHRONOUS: {level!r} is neither FULL nor NORMAL")
    return level


def _database_url(given: str | None) -> str:
    if not given:
        return _SQLITE
    scheme, separator, place = given.partition("://")
    if not (separator and place and scheme.split("+")[0] in ("postgresql", "postgres")):
        # Not the URL itself: it may hold a password.
        raise InputError(
            f"ARGILLA_DATABASE_URL: only {_POSTGRESQL}://USER@HOST:PORT/NAME is understood; "
            "leave it out to keep the data in SQLite"
        )
    return f"{_POSTGRESQL}://{place}"


def _refuse_an_empty_database(home: Path) -> None:
    """Raise InputError where a server has run before, but on no SQLite database that is here."""
    database = data_folder(home) / "argilla.db"
    began = credentials_file(home).is_file() and read_credentials(home).url
    if began and not database.exists():
        raise InputError(
            f"{database} is missing: where the campaign keeps its data in PostgreSQL, set "
            "ARGILLA_DATABASE_URL as when it was begun"
        )


def _session_secret(folder: Path) -> str:
    """The key that signs browser logins, kept so that they survive a restart."""
    path = folder / "secret"
    if not path.exists():
        write_private(path, secrets.token_hex(32))
    return path.read_text()
