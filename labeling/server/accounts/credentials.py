"""Who may sign in: `HOME/credentials.json`, shared by the server and those who start it."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from labeling.errors import ParityError

WORKSPACE = "parity"
ANNOTATORS = 3

# No look-alikes (0 O, 1 l I): people type these.
_PASSWORD_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_PASSWORD_LENGTH = 16


@dataclass(frozen=True)
class Account:
    """One user of the Argilla server."""

    username: str
    password: str
    api_key: str


@dataclass(frozen=True)
class Credentials:
    """Where the server answers (empty until it first did), and who may sign in."""

    url: str
    workspace: str
    owner: Account
    annotators: tuple[Account, ...]


def credentials_file(home: Path) -> Path:
    """Where the credentials of the campaign in `home` lie."""
    return home / "credentials.json"


def read_credentials(home: Path) -> Credentials:
    """Read `HOME/credentials.json`; ParityError when it is missing or not whole."""
    path = credentials_file(home)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Credentials(
            url=content["url"],
            workspace=content["workspace"],
            owner=Account(**content["owner"]),
            annotators=tuple(Account(**annotator) for annotator in content["annotators"]),
        )
    except FileNotFoundError:
        raise ParityError(f"{path}: no credentials yet; start the campaign once") from None
    except (ValueError, KeyError, TypeError):
        raise ParityError(
            f"{path}: not a credentials file; delete it, and the next start makes new passwords"
        ) from None


def make_credentials(owner_key: str | None = None) -> Credentials:
    """Random passwords and API keys for one owner (whose key may be given) and three annotators."""
    owner = make_account("owner")
    return Credentials(
        url="",
        workspace=WORKSPACE,
        owner=owner if owner_key is None else replace(owner, api_key=owner_key),
        annotators=tuple(make_account(f"annotator-{n}") for n in range(1, ANNOTATORS + 1)),
    )


def write_credentials(home: Path, credentials: Credentials) -> None:
    """Replace `HOME/credentials.json` in one step, readable by its owner only."""
    content = json.dumps(asdict(credentials), indent=2) + "\n"
    write_private(credentials_file(home), content)


def write_url(home: Path, url: str) -> None:
    """Say in `HOME/credentials.json` where the server answers now."""
    write_credentials(home, replace(read_credentials(home), url=url))


def forget_annotator(home: Path, username: str) -> None:
    """Take an annotator out of `HOME/credentials.json`; nothing is done if they are not in it."""
    credentials = read_credentials(home)
    others = tuple(each for each in credentials.annotators if each.username != username)
    if others != credentials.annotators:
        write_credentials(home, replace(credentials, annotators=others))


def write_private(path: Path, content: str) -> None:
    """Write `path` whole or not at all, with mode 0600, and onto the disk before returning."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def make_account(username: str) -> Account:
    """An account with a random password, easy to type, and a random API key."""
    password = "".join(secrets.choice(_PASSWORD_ALPHABET) for _ in range(_PASSWORD_LENGTH))
    return Account(username, password, api_key=secrets.token_urlsafe(48))
