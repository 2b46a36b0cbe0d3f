"""Data sets on the embedded server, and people who answer as the web UI does."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import argilla as rg
import httpx

from labeling.embedded import Account

CATEGORIES = ["cancel_order", "track_order", "get_refund"]


@dataclass
class Person:
    """Somebody who works with the web UI: the same requests, without the browser."""

    http: httpx.Client

    def search(self, dataset: rg.Dataset, offset: int = 0, **body: Any) -> dict[str, Any]:
        response = self.http.post(
            f"/api/v1/me/datasets/{dataset.id}/records/search",
            params={"offset": offset, "limit": 10, "include": ["responses", "suggestions"]},
            json=body,
        )
        assert response.status_code == 200, response.text
        result: dict[str, Any] = response.json()
        return result

    def queue(self, dataset: rg.Dataset, offset: int = 0) -> list[dict[str, Any]]:
        """The page of pending records that the UI asks for."""
        found = self.search(dataset, offset, filters=where("pending", "pending"))
        return [item["record"] for item in found["items"]]

    def texts(self, dataset: rg.Dataset, offset: int = 0) -> list[str]:
        return [record["fields"]["text"] for record in self.queue(dataset, offset)]

    def answer(
        self, record: dict[str, Any], category: str = "cancel_order", status: str = "submitted"
    ) -> httpx.Response:
        return self.http.post(
            f"/api/v1/records/{record['id']}/responses",
            json={"values": {"category": {"value": category}}, "status": status},
        )

    def metrics(self, dataset: rg.Dataset) -> dict[str, int]:
        metrics = self.http.get(f"/api/v1/me/datasets/{dataset.id}/metrics").json()
        responses: dict[str, int] = metrics["responses"]
        return responses


def where(response: str, record: str | None = None) -> dict[str, Any]:
    """The UI's filter on the status of the own response, and of the record."""
    terms = {"response": response, "record": record}
    return {
        "type": "and",
        "and": [
            {
                "type": "terms",
                "scope": {"entity": entity, "property": "status"},
                "values": [status],
            }
            for entity, status in terms.items()
            if status is not None
        ],
    }


def person(url: str, account: Account) -> Person:
    headers = {"X-Argilla-Api-Key": account.api_key}
    return Person(httpx.Client(base_url=url, headers=headers, timeout=60))


def empty_dataset(client: rg.Argilla, **settings: Any) -> rg.Dataset:
    """A published data set of these settings under a name of its own, without records."""
    return rg.Dataset(
        name=f"inquiries-{uuid4().hex[:8]}",
        workspace="parity",
        client=client,
        settings=rg.Settings(**settings),
    ).create()


def new_dataset(
    client: rg.Argilla,
    priorities: list[float],
    queued: bool = True,
    min_submitted: int = 1,
    by_record: bool = False,
) -> rg.Dataset:
    """A data set with one label question; record n has the text `inquiry n` and its priority."""
    properties: list[Any] = [
        rg.TermsMetadataProperty("reason"),
        rg.IntegerMetadataProperty("round"),
    ]
    if queued:
        properties.append(rg.FloatMetadataProperty("priority", visible_for_annotators=False))
    if by_record:
        properties.append(rg.IntegerMetadataProperty("answers_wanted"))
    dataset = empty_dataset(
        client,
        fields=[rg.TextField("text")],
        questions=[rg.LabelQuestion("category", labels=CATEGORIES)],
        metadata=properties,
        distribution=rg.TaskDistribution(min_submitted=min_submitted),
    )
    dataset.records.log([_record(n, priority, queued) for n, priority in enumerate(priorities)])
    return dataset


def want_answers(dataset: rg.Dataset, text: str, priority: float, wanted: int) -> None:
    """Ask for this many answers to one record, whatever the data set asks for."""
    n = int(text.removeprefix("inquiry "))
    record = _record(n, priority, queued=True)
    record.metadata["answers_wanted"] = wanted
    dataset.records.log([record])


def set_priority(dataset: rg.Dataset, text: str, priority: float) -> None:
    """Change a record's priority as the loop does: metadata is replaced, the rest stays."""
    n = int(text.removeprefix("inquiry "))
    dataset.records.log([_record(n, priority, queued=True)])


def _record(n: int, priority: float, queued: bool) -> rg.Record:
    return rg.Record(
        id=f"external-{n}",
        fields={"text": f"inquiry {n}"},
        metadata={
            "reason": "audit" if n % 5 == 0 else "uncertain",
            "round": n,
            **({"priority": float(priority)} if queued else {}),
        },
        suggestions=[
            rg.Suggestion("category", value=CATEGORIES[n % 3], score=n % 100 / 100, agent="head")
        ],
    )
