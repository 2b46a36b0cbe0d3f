"""Annotators who send the requests that the web UI sends, many of them in one process."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

import httpx

from labeling.annotators import PENDING
from scripts.benches.inquiries import CATEGORIES
from scripts.benches.servers import Server

PAGE = 10
BUFFER = 6  # the UI asks for more when so many are left to show


@dataclass(frozen=True)
class Annotator:
    """An account that may answer."""

    user_id: str
    api_key: str


@dataclass
class Seen:
    """What the annotators have seen of the server: seconds of each kind of request, and errors."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    answered: list[tuple[str, str]] = field(default_factory=list)  # (record, annotator)

    def percentile(self, kind: str, share: float) -> float:
        """The share of requests of this kind that took at most so many seconds."""
        ordered = sorted(self.seconds[kind])
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def hire(server: Server, number: int) -> list[Annotator]:
    """So many accounts in the workspace; those of an earlier call come first."""
    request = server.connection.request
    workspace = server.connection.client.workspaces("parity")
    known = {user["username"]: user for user in request("GET", "users")["items"]}
    people = []
    for name in [f"bench-{n:03d}" for n in range(number)]:
        if name not in known:
            new = {"username": name, "first_name": name, "password": "a long password"}
            known[name] = request("POST", "users", json=new | {"role": "annotator"})
            place = f"workspaces/{workspace.id}/users"
            request("POST", place, json={"user_id": known[name]["id"]})
        people.append(Annotator(known[name]["id"], known[name]["api_key"]))
    return people


def work(
    server: Server,
    dataset: str,
    people: list[Annotator],
    think_seconds: float,
    seconds: float = float("inf"),
    counts_too: bool = True,
) -> Seen:
    """Let everybody answer until time is up, or until nobody is shown anything any more.

    An annotator thinks, submits, and (with `counts_too`) asks for both progress counts, as the UI
    does; a page of ten is asked for at the start, and more behind it when six are left to show.
    """
    seen = Seen()

    async def all_of_them() -> None:
        deadline = time.perf_counter() + seconds
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        async with httpx.AsyncClient(
            base_url=f"{server.url}/api/v1/", timeout=60, limits=limits
        ) as http:
            crew = [
                _Worker(http, person, dataset, seen, think_seconds, counts_too, number)
                for number, person in enumerate(people)
            ]
            await asyncio.gather(*(one.work_until(deadline) for one in crew))

    asyncio.run(all_of_them())
    return seen


@dataclass
class _Worker:
    http: httpx.AsyncClient
    person: Annotator
    dataset: str
    seen: Seen
    think_seconds: float
    counts_too: bool
    number: int

    async def work_until(self, deadline: float) -> None:
        dice = Random(self.number)
        await asyncio.sleep(dice.random() * self.think_seconds)
        while time.perf_counter() < deadline:
            shown = await self._page(0)
            if not shown:
                return
            while shown and time.perf_counter() < deadline:
                await asyncio.sleep(self.think_seconds)
                record = shown.pop(0)
                await self._answer(record, dice.choice(CATEGORIES))
                if len(shown) == BUFFER:
                    shown += await self._page(len(shown))

    async def _page(self, offset: int) -> list[str]:
        found = await self._timed(
            "search",
            "POST",
            f"me/datasets/{self.dataset}/records/search",
            params={"offset": offset, "limit": PAGE, "include": ["responses", "suggestions"]},
            json=PENDING,
        )
        return [item["record"]["id"] for item in found["items"]] if found else []

    async def _answer(self, record: str, category: str) -> None:
        body = {"status": "submitted", "values": {"category": {"value": category}}}
        if await self._timed("submit", "POST", f"records/{record}/responses", json=body):
            self.seen.answered.append((record, self.person.user_id))
        if self.counts_too:
            await asyncio.gather(
                self._timed("progress", "GET", f"datasets/{self.dataset}/progress"),
                self._timed("metrics", "GET", f"me/datasets/{self.dataset}/metrics"),
            )

    async def _timed(self, kind: str, method: str, path: str, **arguments: Any) -> Any:
        headers = {"X-Argilla-Api-Key": self.person.api_key}
        start = time.perf_counter()
        try:
            answer = await self.http.request(method, path, headers=headers, **arguments)
        except httpx.HTTPError as error:
            self.seen.errors[type(error).__name__] += 1
            return None
        self.seen.seconds.setdefault(kind, []).append(time.perf_counter() - start)
        if answer.status_code >= 400:
            self.seen.errors[f"{kind} {answer.status_code}"] += 1
            return None
        return answer.json()


def kept(server: Server, dataset: str) -> list[tuple[str, str]]:
    """The answers that the server has: (record, annotator)."""
    path = f"datasets/{dataset}/records"
    found: list[tuple[str, str]] = []
    for offset in count(0, 1000):
        params = {"include": "responses", "limit": 1000, "offset": offset}
        page = server.connection.request("GET", path, params=params)["items"]
        found += [(r["id"], answer["user_id"]) for r in page for answer in r["responses"]]
        if len(page) < 1000:
            break
    return found
