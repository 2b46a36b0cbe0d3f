"""Annotators' accounts: taken in, listed, given a new password, let go. All through the server.

Where the campaign is not running, its server is started for the moment.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from labeling.embedded import start_embedded
from labeling.errors import InputError, ParityError
from labeling.locks import holder
from labeling.server.accounts.credentials import Credentials, credentials_file, read_credentials

_STARTING_SECONDS = 60.0
Say = Callable[[str], None]


@dataclass(frozen=True)
class Annotator:
    """Somebody who annotates: `invited` (no password chosen yet), `active` or `removed`."""

    name: str
    state: str
    answers: int  # submitted


@dataclass(frozen=True)
class Invitation:
    """What somebody needs to come in; the password is good for choosing another, once."""

    name: str
    password: str
    url: str


@dataclass(frozen=True)
class Accounts:
    """The accounts on a server that answers, in the hands of its owner."""

    url: str
    _http: httpx.Client

    def everybody(self) -> list[Annotator]:
        """Everybody who ever annotated or was asked to, by name."""
        items = self._ask("GET", "")["items"]
        return [Annotator(each["username"], each["state"], each["answers"]) for each in items]

    def add(self, name: str) -> Invitation:
        """Take somebody in. Raises InputError for a name that is taken or cannot be one."""
        return self._invitation(self._ask("POST", "", json={"username": name}))

    def reset(self, name: str) -> Invitation:
        """Give a new one-time password; what they had before opens nothing any more.

        Lets somebody who was removed back in. Raises InputError where there is no such annotator.
        """
        return self._invitation(self._ask("POST", f"{self._path(name)}/reset"))

    def remove(self, name: str) -> None:
        """Close every way in; name and answers stay. Raises InputError if there is nobody to."""
        self._ask("DELETE", self._path(name))

    def _path(self, name: str) -> str:
        names = [annotator.name for annotator in self.everybody()]
        if name not in names:
            raise InputError(f"there is no annotator {name!r}; there are {', '.join(names)}")
        return f"/{quote(name, safe='')}"

    def _invitation(self, made: dict[str, str]) -> Invitation:
        return Invitation(made["username"], made["password"], f"{self.url}/choose-password")

    def _ask(self, method: str, path: str, **arguments: Any) -> Any:
        try:
            answer = self._http.request(method, f"/api/v1/annotators{path}", **arguments)
        except httpx.HTTPError as error:
            raise ParityError(f"Argilla at {self.url} does not answer: {error}") from error
        if answer.status_code in (404, 409, 422):
            raise InputError(str(answer.json()["detail"]))
        if answer.is_error:
            raise ParityError(f"Argilla at {self.url}: {answer.status_code} {answer.text[:200]}")
        return answer.json()


@contextmanager
def open_accounts(home: Path, say: Say) -> Iterator[Accounts]:
    """The accounts of the campaign in `home`, while its server runs; started if it does not.

    Raises InputError when there is no campaign with a server of its own.
    """
    if not credentials_file(home).is_file():
        raise InputError(
            f"no accounts in {home}: begin a campaign with `parity up`, or name its --home"
        )
    if holder(home / "argilla" / "lock") is not None:
        with _client(_running(home)) as http:
            yield Accounts(str(http.base_url).rstrip("/"), http)
    else:
        with start_embedded(home, None, say) as server, _client(server.credentials) as http:
            yield Accounts(server.url, http)


def _running(home: Path) -> Credentials:
    """The credentials of the server that holds `home`, once it answers: it may be starting."""
    deadline = time.monotonic() + _STARTING_SECONDS
    while True:
        credentials = read_credentials(home)
        try:
            with _client(credentials) as http:
                if http.get("/api/v1/me").is_success:
                    return credentials
        except (httpx.HTTPError, httpx.InvalidURL):
            pass
        if time.monotonic() > deadline:
            raise ParityError(f"{home}: a server holds the folder, but it does not answer")
        time.sleep(0.2)


def _client(credentials: Credentials) -> httpx.Client:
    key = {"X-Argilla-Api-Key": credentials.owner.api_key}
    return httpx.Client(base_url=credentials.url, headers=key, timeout=30)
