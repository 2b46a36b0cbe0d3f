"""The data set in Argilla: put inquiries before people, take them back, read the answers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from json import JSONDecodeError
from typing import Any, NamedTuple

import argilla as rg
import httpx
import pandas as pd
import stamina
from argilla._exceptions import ArgillaAPIError, ArgillaCredentialsError, ArgillaError

from labeling.codebook import Codebook, guidelines
from labeling.consensus import ANSWERS
from labeling.errors import InputError, ParityError
from labeling.recoding import Change, changed

QUESTION = "category"
FIELD = "inquiry"
VISIBLE_CATEGORIES = 30
BULK = 500  # records a request, the server's limit
DELETE = 100
PAGE = 1000
PRIORITIES = 10_000  # records a request
WITHDRAWN = -1.0
_GO_ON = "the same command goes on once it answers"
PATIENCE_SECONDS = 180.0  # as long as a server takes to start on a busy machine, and more


@dataclass(frozen=True)
class Connection:
    """A server that answers, and who we are there."""

    client: rg.Argilla
    url: str

    @cached_property
    def keeps_order(self) -> bool:
        """Whether the server is one of ours: it serves records by priority, and withdraws them."""
        answer, content = self._patiently("GET", "/api/v1/parity")
        return answer.is_success and content == {"keeps_order": True}

    def request(self, method: str, path: str, **arguments: Any) -> Any:
        """One call of the REST API; the JSON it answers. Outages of some minutes are waited for.

        Raises ParityError when the server refuses, stays silent or does not answer in JSON.
        """
        answer, content = self._patiently(method, f"/api/v1/{path}", **arguments)
        if not answer.is_success or (answer.content and content is None):
            raise ParityError(f"Argilla at {self.url}: {_refusal(answer)}")
        return content

    def _patiently(self, method: str, path: str, **arguments: Any) -> tuple[httpx.Response, Any]:
        """The server's answer, once it is neither silent nor cut off, and the JSON in it if any."""
        try:
            for attempt in _patience():
                with attempt:
                    answer = self.client.http_client.request(method, path, **arguments)
                    if answer.is_server_error:
                        answer.raise_for_status()
                    kind = answer.headers.get("content-type", "")
                    is_json = answer.content and kind.startswith("application/json")
                    return answer, answer.json() if is_json else None
        except (httpx.HTTPError, ValueError) as error:
            raise ParityError(f"Argilla at {self.url}: {_reason(error)}; {_GO_ON}") from error
        raise AssertionError("unreachable")


def connect(url: str, api_key: str) -> Connection:
    """Sign in at an Argilla server.

    Raises InputError when there is none at `url`, or when it does not accept the key.
    """
    try:
        return Connection(rg.Argilla(api_url=url, api_key=api_key, retries=0), url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise InputError(
            f"no Argilla server answers at {url}: check --argilla-url ({_reason(error)})"
        ) from error
    except ArgillaCredentialsError as error:
        raise InputError(
            f"Argilla at {url} does not accept this API key: "
            "put the key of an owner or admin into the environment variable ARGILLA_API_KEY"
        ) from error
    except (ArgillaError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise InputError(
            f"what answers at {url} is no Argilla server: check --argilla-url"
        ) from error


class Changes(NamedTuple):
    """Answers that are new or changed."""

    answers: list[tuple[Any, ...]]  # columns ANSWERS
    total: int  # how many answers there are in all
    until: str  # what to give as `since` the next time; a few answers then come once more


@dataclass(frozen=True)
class Workspace:
    """The campaign's data set on a server.

    `keeps_order` says that the server serves records by `priority` and hides those below zero (the
    embedded one does); on any other server a batch is a pile, and what is stale has to be deleted.
    """

    connection: Connection
    dataset: str
    question: str
    keeps_order: bool
    people: dict[str, str]

    @property
    def url(self) -> str:
        """Where annotators find the data set."""
        return f"{self.connection.url}/dataset/{self.dataset}/annotation-mode"

    def push(self, batch: pd.DataFrame) -> list[str]:
        """Put inquiries before annotators, or change the priority and suggestion of those that are.

        The ids of the records are given back.
        Columns id, text, priority (higher is asked first), round, uncertainty, why, suggestion and
        score (both None for no suggestion), and wanted, how many people are to answer (which only a
        server that keeps an order heeds). An inquiry is one record, however often it is pushed.
        """
        records: list[str] = []
        for start in range(0, len(batch), BULK):
            items = [
                self._record(row) for row in batch.iloc[start : start + BULK].to_dict("records")
            ]
            pushed = self.connection.request(
                "PUT",
                f"datasets/{self.dataset}/records/bulk",
                json={"items": items},
                headers={"Accept-Encoding": "identity"},  # what was sent comes back
            )
            records += [record["id"] for record in pushed["items"]]
        return records

    def push_blind(self, batch: pd.DataFrame) -> None:
        """As `push`, and whatever suggestion there was is taken away."""
        for record in self.push(batch.assign(suggestion=None, score=None)):
            self.connection.request("PATCH", f"records/{record}", json={"suggestions": []})

    def withdraw(self, batch: pd.DataFrame) -> None:
        """Stop asking inquiries (columns as in `push`) that nobody has answered or drafted.

        Where the server keeps an order they are hidden and an answer already under way still
        counts; elsewhere pending records that nobody has responded to are deleted.
        """
        if batch.empty:
            return
        if self.keeps_order:
            self.prioritise(dict.fromkeys(batch["id"], WITHDRAWN))
            return
        wanted = set(batch["id"])
        stale = [
            record["id"]
            for record in self._records()
            if record["external_id"] in wanted
            and record["status"] == "pending"
            and not record["responses"]
        ]
        for start in range(0, len(stale), DELETE):
            ids = ",".join(stale[start : start + DELETE])
            self.connection.request(
                "DELETE", f"datasets/{self.dataset}/records", params={"ids": ids}
            )

    def prioritise(self, priorities: dict[str, float]) -> None:
        """Change the priority of inquiries (by id) that have been pushed, and nothing else of them.

        Only where the server keeps an order.
        """
        ids = list(priorities)
        for start in range(0, len(ids), PRIORITIES):
            body = {i: priorities[i] for i in ids[start : start + PRIORITIES]}
            self.connection.request("PUT", f"datasets/{self.dataset}/priorities", json=body)

    def changes(self, since: str | None) -> Changes:
        """The answers that were given or changed since a former look (None: all).

        Only where the server keeps an order.
        """
        path = f"datasets/{self.dataset}/answers"
        params = {} if since is None else {"since": since}
        found = self.connection.request("GET", path, params=params)
        rows = [_answer(item["external_id"], item["username"], item) for item in found["items"]]
        return Changes(rows, found["total"], found["until"])

    def counts(self) -> dict[str, int]:
        """How many answers there are of each status: a cheap sign that there is something to read.

        Drafts and discards are counted as well, since they too take an inquiry out of the queue.
        """
        path = f"datasets/{self.dataset}/users/progress"
        total: Counter[str] = Counter()
        for user in self.connection.request("GET", path)["users"]:
            for answers in (user["completed"], user["pending"]):
                total.update(answers)
        return dict(total)

    def answers(self) -> pd.DataFrame:
        """Every answer there is, one row for each annotator and inquiry (columns ANSWERS).

        `status` is submitted, draft or discarded; `category` may be None in the latter two.
        """
        if self.keeps_order:
            return pd.DataFrame(self.changes(None).answers, columns=ANSWERS)
        rows = [
            _answer(
                record["external_id"],
                self.people.get(response["user_id"], response["user_id"]),
                response,
            )
            for record in self._records()
            for response in record["responses"]
        ]
        return pd.DataFrame(rows, columns=ANSWERS)

    def _records(self) -> Iterable[dict[str, Any]]:
        offset = 0
        while True:
            page = self.connection.request(
                "GET",
                f"datasets/{self.dataset}/records",
                params={"include": "responses", "limit": PAGE, "offset": offset},
            )["items"]
            yield from page
            if len(page) < PAGE:
                return
            offset += PAGE

    def _record(self, row: dict[str, Any]) -> dict[str, Any]:
        suggestions = []
        if row["suggestion"] is not None:
            suggestions = [
                {
                    "question_id": self.question,
                    "value": row["suggestion"],
                    "score": round(float(row["score"]), 4),
                    "agent": "parity head",
                    "type": "model",
                }
            ]
        return {
            "external_id": row["id"],
            "fields": {FIELD: row["text"]},
            "metadata": {
                "round": int(row["round"]),
                "uncertainty": round(float(row["uncertainty"]), 4),
                "why": row["why"],
                "priority": float(row["priority"]),
                "answers_wanted": int(row["wanted"]),
            },
            "suggestions": suggestions,
        }


def open_workspace(
    connection: Connection,
    workspace: str,
    name: str,
    codebook: Codebook,
    keeps_order: bool,
    answers_per_inquiry: int = 1,
    changes: Sequence[Change] = (),
) -> Workspace:
    """The data set `name` in `workspace`, both made where they are missing.

    The `changes` of the codebook that the data set has not gone through yet are made here, its
    answers with them. Raises InputError when a data set of that name asks about other categories,
    and for changes on a server that does not allow them.
    """
    try:
        for attempt in _patience():
            with attempt:
                return _opened(
                    connection,
                    workspace,
                    name,
                    codebook,
                    keeps_order,
                    answers_per_inquiry,
                    changes,
                )
    except (ArgillaError, httpx.HTTPError, ValueError) as error:
        raise ParityError(f"Argilla at {connection.url}: {_reason(error)}; {_GO_ON}") from error
    raise AssertionError("unreachable")


def _opened(
    connection: Connection,
    workspace: str,
    name: str,
    codebook: Codebook,
    keeps_order: bool,
    answers_per_inquiry: int,
    changes: Sequence[Change],
) -> Workspace:
    client = connection.client
    space = client.workspaces(workspace)
    if space is None:
        space = rg.Workspace(name=workspace, client=client).create()
    dataset = _published(connection, space, name)
    if dataset is None:
        made = rg.Dataset(
            name,
            workspace=space,
            settings=_settings(codebook, answers_per_inquiry),
            client=client,
        )
        dataset = str(made.create().id)
    question = _question(connection, dataset)
    labels = [option["value"] for option in question["settings"]["options"]]
    done = _revision(connection, dataset) if keeps_order else 0
    if labels != list(changed(codebook, changes[:done]).names):
        raise InputError(
            f"the data set {name!r} in Argilla asks about other categories than the codebook: "
            "use another --home, or the codebook that the campaign began with"
        )
    for number in range(done + 1, len(changes) + 1):
        _recode(connection, dataset, codebook, changes[:number], keeps_order)
    people = _people(connection)
    return Workspace(
        connection=connection,
        dataset=dataset,
        question=question["id"],
        keeps_order=keeps_order,
        people=people,
    )


def _answer(inquiry: str, annotator: str, response: dict[str, Any]) -> tuple[Any, ...]:
    category = ((response["values"] or {}).get(QUESTION) or {}).get("value")
    return inquiry, annotator, category, response["status"], response["updated_at"]


def _published(connection: Connection, space: rg.Workspace, name: str) -> str | None:
    """The id of the data set, if it is there; one whose making was cut short is removed."""
    for dataset in connection.request("GET", "me/datasets")["items"]:
        if dataset["name"] != name or dataset["workspace_id"] != str(space.id):
            continue
        if dataset["status"] == "ready":
            return str(dataset["id"])
        connection.request("DELETE", f"datasets/{dataset['id']}")
    return None


def _settings(codebook: Codebook, answers_per_inquiry: int) -> rg.Settings:
    return rg.Settings(
        guidelines=guidelines(codebook),
        fields=[rg.TextField(FIELD, title="Inquiry")],
        questions=[
            rg.LabelQuestion(
                QUESTION,
                labels=list(codebook.names),
                title="What does the customer want?",
                visible_labels=_visible(codebook),
            )
        ],
        metadata=[
            rg.IntegerMetadataProperty("round", title="Round"),
            rg.FloatMetadataProperty("uncertainty", title="Uncertainty of the model"),
            rg.TermsMetadataProperty("why", title="Why it was chosen"),
            rg.FloatMetadataProperty("priority", title="Priority", visible_for_annotators=False),
            rg.IntegerMetadataProperty(
                "answers_wanted", title="Answers wanted", visible_for_annotators=False
            ),
        ],
        distribution=rg.TaskDistribution(min_submitted=answers_per_inquiry),
    )


def _revision(connection: Connection, dataset: str) -> int:
    """How many changes of the codebook the data set has gone through."""
    return int(connection.request("GET", f"datasets/{dataset}/revision")["revision"])


def _recode(
    connection: Connection,
    dataset: str,
    codebook: Codebook,
    changes: Sequence[Change],
    keeps_order: bool,
) -> None:
    """Make the last of the changes; those before have been made."""
    if not keeps_order:
        raise InputError(
            f"Argilla at {connection.url} is not Parity's own server, and lets nobody change the "
            "categories of a data set that people work on: begin another campaign with the new "
            "codebook"
        )
    change, after = changes[-1], changed(codebook, changes)
    body = {
        "question": QUESTION,
        "options": list(after.names),
        "visible_options": _visible(after),
        "guidelines": guidelines(after),
        "fates": change.fates,
        "reopens_discards": change.reopens_discards,
        "revision": len(changes),
    }
    connection.request("PUT", f"datasets/{dataset}/recoding", json=body)


def _visible(codebook: Codebook) -> int | None:
    """How many categories are shown at once; None for all of a few."""
    count = len(codebook.names)
    return min(VISIBLE_CATEGORIES, count) if count > 3 else None


def _question(connection: Connection, dataset: str) -> dict[str, Any]:
    questions = connection.request("GET", f"datasets/{dataset}/questions")["items"]
    return next(question for question in questions if question["name"] == QUESTION)


def _people(connection: Connection) -> dict[str, str]:
    """User names by id; only an owner may know them, others see ids."""
    if connection.request("GET", "me")["role"] != "owner":
        return {}
    return {user["id"]: user["username"] for user in connection.request("GET", "users")["items"]}


def _patience() -> Iterable[stamina.Attempt]:
    return stamina.retry_context(
        on=is_passing, attempts=None, timeout=PATIENCE_SECONDS, wait_max=5.0
    )


def is_passing(error: Exception) -> bool:
    """Whether the same call may well succeed in a moment: the server is away, or was cut off."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.is_server_error
    if isinstance(error, ArgillaAPIError):
        return error.status_code >= 500
    return isinstance(error, httpx.TransportError | JSONDecodeError | UnicodeDecodeError)


def _refusal(answer: httpx.Response) -> str:
    request = answer.request
    return f"{request.method} {request.url.path} gave {answer.status_code}: {answer.text[:300]}"


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return _refusal(error.response)
    return str(error).splitlines()[0] if str(error) else type(error).__name__
