"""Data sets of made-up inquiries: about twenty words each, a suggestion, metadata, a vector."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import argilla as rg
import numpy as np

from scripts.benches.servers import Place, Server, run

CATEGORIES = [f"category_{number}" for number in range(77)]
DIMENSIONS = 384
BULK = 500
_TEXT = """
order refund card account delivery invoice password charge cancel track payment address late
subscription package receipt update wrong missing twice please help today still never number money
back change open close when where how what my the a for with was is not
"""
WORDS = _TEXT.split()


def make_dataset(server: Server, priorities: bool = True, min_submitted: int = 1) -> rg.Dataset:
    """A published data set without records."""
    metadata: list[Any] = [rg.TermsMetadataProperty("why"), rg.IntegerMetadataProperty("round")]
    if priorities:
        metadata.append(rg.FloatMetadataProperty("priority", visible_for_annotators=False))
    dataset = rg.Dataset(
        name=f"inquiries-{uuid4().hex[:8]}",
        workspace="parity",
        client=server.connection.client,
        settings=rg.Settings(
            fields=[rg.TextField("inquiry")],
            questions=[rg.LabelQuestion("category", labels=CATEGORIES)],
            metadata=metadata,
            vectors=[rg.VectorField("embedding", dimensions=DIMENSIONS)],
            distribution=rg.TaskDistribution(min_submitted=min_submitted),
        ),
    )
    return dataset.create()


def records(
    dataset: rg.Dataset, count: int, vectors: bool, priorities: bool = True
) -> Iterator[dict[str, Any]]:
    """Records as the REST API takes them; the same at every call."""
    dice = np.random.default_rng(0)
    question = str(dataset.settings.questions["category"].id)
    for number in range(count):
        record: dict[str, Any] = {
            "external_id": f"inquiry-{number}",
            "fields": {"inquiry": " ".join(dice.choice(WORDS, 20))},
            "metadata": {"why": ["margin", "random"][number % 5 == 0], "round": number % 40},
            "suggestions": [
                {
                    "question_id": question,
                    "value": CATEGORIES[number % len(CATEGORIES)],
                    "score": round(float(dice.random()), 4),
                    "agent": "head",
                    "type": "model",
                }
            ],
        }
        if priorities:
            record["metadata"]["priority"] = round(float(dice.random()), 6)
        if vectors:
            record["vectors"] = {"embedding": dice.normal(size=DIMENSIONS).round(7).tolist()}
        yield record


def push(server: Server, dataset: rg.Dataset, items: list[dict[str, Any]]) -> None:
    """Put records as `labeling.workspace` does."""
    for start in range(0, len(items), BULK):
        server.connection.request(
            "PUT",
            f"datasets/{dataset.id}/records/bulk",
            json={"items": items[start : start + BULK]},
            headers={"Accept-Encoding": "identity"},
        )


def seed(place: Place, count: int, **options: Any) -> str:
    """A data set with so many records in a fresh place; its id."""
    with run(place) as server:
        dataset = make_dataset(server, **options)
        push(server, dataset, list(records(dataset, count, vectors=False)))
    return str(dataset.id)
