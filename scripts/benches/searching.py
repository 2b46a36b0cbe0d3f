"""Search, filter and sort in a large data set, and the memory that the server takes for it."""

import statistics
import time
from typing import Any

import httpx

from scripts.benches.annotators import hire
from scripts.benches.inquiries import CATEGORIES, seed
from scripts.benches.servers import Place, run
from tests.postgresql import query

ROUNDS = 5
PAGE: dict[str, Any] = {"offset": 0, "limit": 10, "include": ["responses", "suggestions"]}


def search(place: Place, count: int) -> tuple[float, str, int]:
    """The 95th percentile of all queries (seconds), the slowest three, the memory (bytes)."""
    dataset = seed(place, count)
    if place.database:
        query(place.database, "ANALYZE")  # as PostgreSQL does by itself within a minute
    with run(place) as server:
        person = hire(server, 1)[0]
        headers = {"X-Argilla-Api-Key": person.api_key}
        base_url = f"{server.url}/api/v1/me/datasets/{dataset}/"
        seconds: list[tuple[float, str]] = []
        with httpx.Client(base_url=base_url, headers=headers, timeout=60) as http:
            for round_ in range(ROUNDS):
                for name, body in _queries(round_).items():
                    start = time.perf_counter()
                    answer = http.post("records/search", params=PAGE, json=body)
                    seconds.append((time.perf_counter() - start, name))
                    assert answer.status_code == 200, f"{name}: {answer.text}"
        typical = {
            name: statistics.median(took for took, of in seconds if of == name)
            for name in _queries(0)
        }
        slowest = sorted(typical, key=lambda name: -typical[name])[:3]
        named = ", ".join(f"{name} {1000 * typical[name]:.0f} ms" for name in slowest)
        return sorted(seconds)[int(0.95 * len(seconds))][0], named, server.memory


def _queries(round_: int) -> dict[str, dict[str, Any]]:
    """What the UI's search box and menus ask for."""
    pending = _terms("pending", entity="response", property="status")
    of_record = _terms("pending", entity="record", property="status")
    category = CATEGORIES[round_]
    text = {"query": {"text": {"q": "refund card invoice"}}}
    why = _terms("margin", entity="metadata", metadata_property="why")
    rounds = _range(3, 9, entity="metadata", metadata_property="round")
    value = _terms(category, entity="suggestion", question="category", property="value")
    score = _range(0.2, 0.4, entity="suggestion", question="category", property="score")
    agent = _terms("head", entity="suggestion", question="category", property="agent")
    by_score = _order("desc", entity="suggestion", question="category", property="score")
    by_round = _order("asc", entity="metadata", metadata_property="round")
    return {
        "queue": _where(pending, of_record),
        "all words": text | _where(pending, of_record),
        "one word": {"query": {"text": {"q": "late", "field": "inquiry"}}} | _where(pending),
        "phrase": {"query": {"text": {"q": '"my card"'}}} | _where(pending),
        "metadata term": _where(pending, why),
        "metadata range": _where(pending, rounds),
        "suggested value": _where(pending, value),
        "suggested score": _where(pending, score),
        "suggestion's agent": _where(pending, agent),
        "all of them": text | _where(pending, of_record, why, rounds, value, score),
        "sorted by score": _where(pending) | {"sort": [by_score]},
        "sorted by metadata": _where(pending) | {"sort": [by_round, by_score]},
        "sorted by date": _where(pending)
        | {"sort": [_order("desc", entity="record", property="inserted_at")]},
        "submitted": _where(_terms("submitted", entity="response", property="status")),
    }


def _where(*filters: dict[str, Any]) -> dict[str, Any]:
    return {"filters": {"type": "and", "and": list(filters)}}


def _terms(value: str, **scope: str) -> dict[str, Any]:
    return {"type": "terms", "scope": scope, "values": [value]}


def _range(low: float, high: float, **scope: str) -> dict[str, Any]:
    return {"type": "range", "scope": scope, "ge": low, "le": high}


def _order(order: str, **scope: str) -> dict[str, Any]:
    return {"scope": scope, "order": order}
