"""Pushing, changing priorities, withdrawing."""

import time
from typing import Any

import argilla as rg

from scripts.benches.inquiries import CATEGORIES, make_dataset, push, records
from scripts.benches.servers import Server


def ours(server: Server, count: int) -> tuple[float, float]:
    """Records a second: pushed (through validation), and withdrawn."""
    dataset = make_dataset(server)
    items = list(records(dataset, count, vectors=True))
    start = time.perf_counter()
    push(server, dataset, items)
    pushed = time.perf_counter()
    server.connection.request(
        "PUT",
        f"datasets/{dataset.id}/priorities",
        json=dict.fromkeys([item["external_id"] for item in items], -1.0),
    )
    withdrawn = time.perf_counter()
    return count / (pushed - start), count / (withdrawn - pushed)


def stock_client(server: Server, count: int) -> float:
    """Records a second that Argilla's own client logs."""
    dataset = make_dataset(server)
    items = [_as_stock(item) for item in records(dataset, count, vectors=True)]
    start = time.perf_counter()
    dataset.records.log(items)
    return count / (time.perf_counter() - start)


def _as_stock(item: dict[str, Any]) -> rg.Record:
    suggestion = item["suggestions"][0]
    assert suggestion["value"] in CATEGORIES
    return rg.Record(
        id=item["external_id"],
        fields=item["fields"],
        metadata=item["metadata"],
        vectors=item["vectors"],
        suggestions=[
            rg.Suggestion(
                "category",
                value=suggestion["value"],
                score=suggestion["score"],
                agent=suggestion["agent"],
            )
        ],
    )
