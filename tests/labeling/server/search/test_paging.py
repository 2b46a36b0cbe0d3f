"""Pages of so many records that they are read from an index, not all found and sorted."""

from collections.abc import Callable
from typing import Any

import argilla as rg
import httpx
import pytest
from people import CATEGORIES, Person, empty_dataset, where

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow

COUNT = 2600
AT_ONCE = 400
SUGGESTION = {"entity": "suggestion", "question": "category"}
SCOPES = {
    "round": {"entity": "metadata", "metadata_property": "round"},
    "score": {**SUGGESTION, "property": "score"},
    "agent": {**SUGGESTION, "property": "agent"},
}
Record = dict[str, Any]


@pytest.fixture(scope="module")
def dataset(owner_on_each: rg.Argilla) -> rg.Dataset:
    return empty_dataset(
        owner_on_each,
        fields=[rg.TextField("text")],
        questions=[rg.LabelQuestion("category", labels=CATEGORIES)],
        metadata=[rg.TermsMetadataProperty("reason"), rg.IntegerMetadataProperty("round")],
    )


@pytest.fixture(scope="module")
def records(dataset: rg.Dataset, server_on_each: Embedded) -> list[Record]:
    """The records as they were pushed, each with its `id`."""
    question = str(dataset.settings.questions["category"].id)
    records = [_record(number) for number in range(COUNT)]
    key = server_on_each.credentials.owner.api_key
    for start in range(0, COUNT, AT_ONCE):
        some = records[start : start + AT_ONCE]
        pushed = httpx.put(
            f"{server_on_each.url}/api/v1/datasets/{dataset.id}/records/bulk",
            headers={"X-Argilla-Api-Key": key},
            json={"items": [_as_pushed(record, question) for record in some]},
            timeout=60,
        )
        assert pushed.status_code == 200, pushed.text
        for record, item in zip(some, pushed.json()["items"], strict=True):
            record["id"] = item["id"]
    return records


def _record(number: int) -> Record:
    return {
        "number": number,
        "reasons": [["audit"], ["audit", "margin"], ["margin"]][number % 3],
        "round": None if number % 25 == 0 else number % 7,
        "suggested": number % 40 != 1,
        "score": None if number % 20 == 1 else number * 37 % 500 / 500,
    }


def _as_pushed(record: Record, question: str) -> dict[str, Any]:
    first, *rest = record["reasons"]
    metadata = {"reason": record["reasons"] if rest else first}
    if record["round"] is not None:
        metadata["round"] = record["round"]
    pushed: Record = {
        "external_id": str(record["number"]),
        "fields": {"text": f"inquiry {record['number']}"},
        "metadata": metadata,
    }
    if record["suggested"]:
        suggestion = {"value": CATEGORIES[0], "score": record["score"], "agent": "head"}
        pushed["suggestions"] = [{"question_id": question, "type": "model", **suggestion}]
    return pushed


def by(what: str, order: str) -> dict[str, Any]:
    return {"scope": SCOPES[what], "order": order}


def terms(scope: dict[str, str], *values: str) -> dict[str, Any]:
    return {"type": "terms", "scope": scope, "values": list(values)}


def pending(*filters: dict[str, Any]) -> dict[str, Any]:
    """Filters for records that the asking person has not answered, and that pass these."""
    return {"type": "and", "and": [*where("pending")["and"], *filters]}


def expected(records: list[Record], *sort: tuple[str, str]) -> list[str]:
    """The ids in this order; records without a value are last, ties are in the order of the ids."""

    def place(record: Record) -> list[Any]:
        keys: list[Any] = []
        for what, order in sort:
            value = record[what]
            sign = -1 if order == "desc" else 1
            keys += [value is None, 0 if value is None else sign * value]
        return [*keys, record["id"]]

    return [record["id"] for record in sorted(records, key=place)]


@pytest.mark.parametrize(
    "sort",
    [
        [("round", "asc")],
        [("round", "desc")],
        [("score", "asc")],
        [("score", "desc")],
        [("round", "asc"), ("score", "desc")],
        [("score", "asc"), ("round", "desc")],
    ],
    ids=str,
)
@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        ([], lambda _record: True),
        ([terms(SCOPES["agent"], "head")], lambda record: record["suggested"]),
        ([terms(SCOPES["round"], "0")], lambda record: record["round"] == 0),
    ],
    ids=["all", "suggested", "few"],
)
def test_every_page_is_a_part_of_the_whole_order(
    dataset: rg.Dataset,
    records: list[Record],
    people_on_each: list[Person],
    sort: list[tuple[str, str]],
    filters: list[dict[str, Any]],
    passes: Callable[[Record], bool],
) -> None:
    passing = [record for record in records if passes(record)]
    whole = expected(passing, *sort)
    valued = sum(record[sort[0][0]] is not None for record in passing)
    body = {"sort": [by(*order) for order in sort], "filters": pending(*filters)}
    for offset in (0, 30, valued - 10, valued - 5, valued, len(whole) - 5, len(whole), COUNT):
        found = people_on_each[0].search(dataset, offset, **body)
        assert [item["record"]["id"] for item in found["items"]] == whole[offset : offset + 10]
        assert found["total"] == len(whole)


@pytest.mark.parametrize("reasons", [["audit"], ["margin"], ["audit", "margin"], ["elsewhere"]])
def test_terms_are_counted_alone_and_in_lists(
    dataset: rg.Dataset, records: list[Record], people_on_each: list[Person], reasons: list[str]
) -> None:
    scope = {"entity": "metadata", "metadata_property": "reason"}
    found = people_on_each[0].search(dataset, filters=pending(terms(scope, *reasons)))
    holds_one = [record for record in records if set(reasons) & set(record["reasons"])]
    assert found["total"] == len(holds_one)
    assert {item["record"]["id"] for item in found["items"]} <= {r["id"] for r in holds_one}
