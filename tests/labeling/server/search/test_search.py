from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import argilla as rg
import pytest
from people import Person, new_dataset, where

pytestmark = pytest.mark.slow

MakeDataset = Callable[..., rg.Dataset]


def found(dataset: rg.Dataset, **query: Any) -> list[str]:
    return [record.id for record in dataset.records(rg.Query(**query), with_suggestions=True)]


@pytest.fixture(scope="module")
def dataset(owner: rg.Argilla) -> rg.Dataset:
    dataset = new_dataset(owner, [n / 10 for n in range(6)])
    texts = ["Where is my parcel?", "ÜBERWEISUNG zurück, bitte", "100% refund of my parcel"]
    dataset.records.log(
        [rg.Record(id=f"text-{n}", fields={"text": text}) for n, text in enumerate(texts)]
    )
    return dataset


def test_a_text_query_needs_every_word_in_any_case(dataset: rg.Dataset) -> None:
    assert found(dataset, query="parcel") == ["text-0", "text-2"]
    assert found(dataset, query="PARCEL refund") == ["text-2"]
    assert found(dataset, query="überweisung Zurück") == ["text-1"]
    assert found(dataset, query="100%") == ["text-2"]
    assert found(dataset, query="par_el") == []


@pytest.mark.parametrize(
    ("condition", "records"),
    [
        (("metadata.reason", "==", "audit"), [0, 5]),
        (("metadata.round", ">=", 4), [4, 5]),
        (("metadata.round", "in", ["2", "3"]), [2, 3]),
        (("metadata.priority", "<=", 0.1), [0, 1]),
        (("category.suggestion", "==", "track_order"), [1, 4]),
        (("category.score", ">=", 0.04), [4, 5]),
        (("category.agent", "==", "head"), [0, 1, 2, 3, 4, 5]),
        (("id", "==", "external-3"), [3]),
    ],
)
def test_records_are_filtered_by_what_is_known_of_them(
    dataset: rg.Dataset, condition: tuple[str, str, Any], records: list[int]
) -> None:
    assert found(dataset, filter=rg.Filter(condition)) == [f"external-{n}" for n in records]


def test_records_are_filtered_by_status_and_by_answers(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.1, 0.2, 0.3])
    best, second, _ = people[0].queue(dataset)
    people[0].answer(best, "get_refund")
    people[0].answer(second, status="discarded")

    assert found(dataset, filter=rg.Filter(("status", "==", "completed"))) == ["external-2"]
    assert found(dataset, filter=rg.Filter(("response.status", "==", "discarded"))) == [
        "external-1"
    ]
    assert found(dataset, filter=rg.Filter(("response.status", "==", "pending"))) == ["external-0"]
    assert found(dataset, filter=rg.Filter(("category.response", "==", "get_refund"))) == [
        "external-2"
    ]
    assert people[0].search(dataset, filters=where("discarded"))["total"] == 1
    assert people[1].search(dataset, filters=where("discarded"))["total"] == 0


def test_records_without_a_value_come_last_in_every_sort_order(dataset: rg.Dataset) -> None:
    for order in ("asc", "desc"):
        people_sort = [
            {"scope": {"entity": "metadata", "metadata_property": "round"}, "order": order}
        ]
        response = dataset._client.api.http_client.post(
            f"/api/v1/datasets/{dataset.id}/records/search", json={"sort": people_sort}
        )
        rounds = [
            (item["record"]["metadata"] or {}).get("round") for item in response.json()["items"]
        ]
        assert rounds == [*sorted(range(6), reverse=order == "desc"), None, None, None]


def test_results_are_sorted_by_suggestion_score(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.1] * 5)
    by_score = [
        {
            "scope": {"entity": "suggestion", "question": "category", "property": "score"},
            "order": "desc",
        }
    ]

    items = people[0].search(dataset, sort=by_score)["items"]

    assert [item["record"]["metadata"]["round"] for item in items] == [4, 3, 2, 1, 0]


def test_pages_of_a_search_neither_overlap_nor_leave_gaps(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.0] * 25)

    pages = [people[0].search(dataset, offset) for offset in (0, 10, 20)]

    ids = [item["record"]["id"] for page in pages for item in page["items"]]
    assert len(set(ids)) == len(ids) == pages[0]["total"] == 25


def test_metadata_metrics_tell_terms_and_ranges(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([n / 10 for n in range(6)])
    properties = people[0].http.get(f"/api/v1/me/datasets/{dataset.id}/metadata-properties").json()
    metrics = {
        item["name"]: people[0].http.get(f"/api/v1/metadata-properties/{item['id']}/metrics").json()
        for item in properties["items"]
    }

    assert metrics == {
        "reason": {
            "type": "terms",
            "total": 6,
            "values": [{"term": "uncertain", "count": 4}, {"term": "audit", "count": 2}],
        },
        "round": {"type": "integer", "min": 0, "max": 5},
    }


def test_fifteen_people_searching_at_once_do_not_wait_for_each_other(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([n / 100 for n in range(100)])

    with ThreadPoolExecutor(30) as threads:
        pages = list(threads.map(lambda n: people[n % 3].queue(dataset), range(60)))

    assert {len(page) for page in pages} == {10}
