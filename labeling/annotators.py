"""Simulated annotators: they answer over Argilla's HTTP API what the label column says."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal

import argilla as rg
import httpx

from labeling.errors import InputError, ParityError
from labeling.server.accounts.credentials import Account, make_account
from labeling.workspace import QUESTION, Connection, is_passing

COUNT = 3
FIRST = "first"
SILENT = 90  # failures in a row after which the server is thought to be gone for good
SECONDS_AN_ANSWER = 2.0  # on average; about as long as a practised person
PENDING = {
    "filters": {
        "type": "and",
        "and": [
            {
                "type": "terms",
                "scope": {"entity": "response", "property": "status"},
                "values": ["pending"],
            },
            {
                "type": "terms",
                "scope": {"entity": "record", "property": "status"},
                "values": ["pending"],
            },
        ],
    }
}


Error = float | Literal["first"]  # a probability, or whoever always answers the first category


def read_errors(text: str) -> tuple[Error, ...]:
    """What `--annotator-error` says: one for all annotators, or with commas one for each.

    Raises InputError for what is neither a probability below 1 nor "first".
    """
    return tuple(_read_error(word.strip(), text) for word in text.split(","))


def _read_error(word: str, text: str) -> Error:
    if word == FIRST:
        return "first"
    try:
        error = float(word)
    except ValueError:
        error = -1.0
    if not 0 <= error < 1:
        raise InputError(
            f"--annotator-error {text}: a probability from 0 to below 1, or with commas one for "
            f"each annotator, of whom one may be {FIRST!r}, who always answers the first category"
        )
    return error


@dataclass(frozen=True)
class Script:
    """How a simulated annotator answers: the truth, with mistakes; what has none is discarded.

    The same annotator answers the same inquiry in the same way whenever asked.
    """

    truth: Mapping[str, str | None]  # inquiry id -> true category
    categories: Sequence[str]
    error: Error
    seed: int

    def answer(self, annotator: str, inquiry: str) -> str | None:
        """What `annotator` answers: the true category or, with probability `error`, another.

        None where no category fits. Whoever errs by `FIRST` always answers the first category.
        """
        if inquiry not in self.truth:
            raise ParityError(f"nobody said what the answer to inquiry {inquiry} is")
        truth = self.truth[inquiry]
        if isinstance(self.error, str):
            return self.categories[0]
        if truth is None:
            return None
        digest = hashlib.sha256(f"{self.seed}/{annotator}/{inquiry}".encode()).digest()
        dice = Random(digest)
        if dice.random() >= self.error:
            return truth
        return dice.choice([category for category in self.categories if category != truth])


@dataclass
class SimulatedAnnotators:
    """Annotators at work, a thread each; `stop` sends them home."""

    _threads: list[threading.Thread]
    _home_time: threading.Event
    _failures: list[Exception] = field(default_factory=list)

    def check(self) -> None:
        """Raise a ParityError if an annotator had to give up."""
        if self._failures:
            raise ParityError(f"a simulated annotator gave up: {self._failures[0]}")

    def stop(self) -> None:
        """Let everybody finish the answer in hand, then leave."""
        self._home_time.set()
        for thread in self._threads:
            thread.join(timeout=10)


def hire(connection: Connection, workspace: str, count: int = COUNT) -> list[Account]:
    """Accounts for so many simulated annotators on a server whose owner we are.

    Raises ParityError where the server does not let us make them.
    """
    client = connection.client
    accounts = []
    try:
        for number in range(1, count + 1):
            name = f"simulated-{number}"
            user = client.users(name)
            if user is None:
                made = make_account(name)
                user = rg.User(
                    username=name,
                    first_name=name,
                    password=made.password,
                    role="annotator",
                    client=client,
                ).create()
            space = client.workspaces(workspace)
            if space is not None and name not in [member.username for member in space.users]:
                user.add_to_workspace(space)
            key = next(
                row["api_key"]
                for row in connection.request("GET", "users")["items"]
                if row["username"] == name
            )
            accounts.append(Account(name, "", key))
    except rg._exceptions.ArgillaError as error:
        raise ParityError(
            f"Argilla at {connection.url} does not let us make simulated annotators: "
            f"use an owner's API key ({error})"
        ) from error
    return accounts


def put_to_work(
    url: str, dataset: str, accounts: Sequence[Account], scripts: Sequence[Script]
) -> SimulatedAnnotators:
    """Start a thread for each account (with the script beside it) that answers its queue."""
    home_time = threading.Event()
    crew = SimulatedAnnotators([], home_time)
    for account, script in zip(accounts, scripts, strict=True):
        thread = threading.Thread(
            target=_work,
            args=(url, dataset, account, script, home_time, crew._failures),
            name=account.username,
            daemon=True,
        )
        crew._threads.append(thread)
        thread.start()
    return crew


def _work(
    url: str,
    dataset: str,
    account: Account,
    script: Script,
    home_time: threading.Event,
    failures: list[Exception],
) -> None:
    dice = Random(f"{script.seed}/{account.username}")
    headers = {"X-Argilla-Api-Key": account.api_key}
    silent = 0
    with httpx.Client(base_url=f"{url}/api/v1/", headers=headers, timeout=60) as http:
        while not home_time.wait(dice.uniform(0.5, 1.5) * SECONDS_AN_ANSWER):
            try:
                _answer_next(http, dataset, account.username, script)
                silent = 0
            except (httpx.HTTPError, ValueError, ParityError) as error:
                silent += 1
                if silent > SILENT or not is_passing(error):
                    failures.append(error)
                    return


def _answer_next(http: httpx.Client, dataset: str, annotator: str, script: Script) -> None:
    queue = http.post(
        f"me/datasets/{dataset}/records/search", params={"offset": 0, "limit": 1}, json=PENDING
    )
    queue.raise_for_status()
    for item in queue.json()["items"]:
        record = item["record"]
        category = script.answer(annotator, record["external_id"])
        answer = http.post(
            f"records/{record['id']}/responses",
            json={"values": None, "status": "discarded"}
            if category is None
            else {"values": {QUESTION: {"value": category}}, "status": "submitted"},
        )
        if answer.status_code not in (404, 409):  # withdrawn meanwhile; answered already
            answer.raise_for_status()
