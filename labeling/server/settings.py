"""How Argilla is configured here: everything in one folder, nothing asked from outside."""

import os
import secrets
from pathlib import Path

from labeling.server.credentials import write_private


def data_folder(home: Path) -> Path:
    """Where Argilla's database, session secret and log lie."""
    return home / "argilla"


def configure(home: Path) -> None:
    """Set Argilla's environment and make its data folder the working directory.

    Must run before anything of `argilla_server` is imported, as that reads its settings at import.
    Whatever Argilla settings the caller's shell holds are dropped: they mean another server.
    """
    folder = data_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    os.umask(0o077)
    # A relative database name needs no escaping, whatever characters the home folder's path holds.
    os.chdir(folder)
    for name in [name for name in os.environ if name.startswith("ARGILLA_")]:
        del os.environ[name]
    os.environ.update(
        ARGILLA_HOME_PATH=".",
        ARGILLA_DATABASE_URL="sqlite+aiosqlite:///argilla.db?check_same_thread=False",
        ARGILLA_DATABASE_SQLITE_TIMEOUT="30",
        ARGILLA_SEARCH_ENGINE="database",
        ARGILLA_CORS_ORIGINS="[]",
        ARGILLA_AUTH_SECRET_KEY=_session_secret(folder),
        ARGILLA_SHOW_HUGGINGFACE_SPACE_PERSISTENT_STORAGE_WARNING="0",
        HF_HUB_OFFLINE="1",
        HF_HUB_DISABLE_TELEMETRY="1",
    )


def _session_secret(folder: Path) -> str:
    """The key that signs browser logins, kept so that they survive a restart."""
    path = folder / "secret"
    if not path.exists():
        write_private(path, secrets.token_hex(32))
    return path.read_text()
