"""Pushing records in bulk: quick, and to a client no different from Argilla's own way."""

from typing import Any

import argilla as rg
import httpx
import pytest
from people import empty_dataset

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def api(server_on_each: Embedded) -> httpx.Client:
    headers = {"X-Argilla-Api-Key": server_on_each.credentials.owner.api_key}
    return httpx.Client(base_url=f"{server_on_each.url}/api/v1/", headers=headers, timeout=60)


@pytest.fixture
def dataset(owner: rg.Argilla) -> rg.Dataset:
    return empty_dataset(
        owner,
        fields=[rg.TextField("text"), rg.ChatField("talk", required=False)],
        questions=[
            rg.LabelQuestion("category", labels=["a", "b"]),
            rg.MultiLabelQuestion("topics", labels=["x", "y"], required=False),
        ],
        metadata=[rg.FloatMetadataProperty("uncertainty", min=0, max=1)],
        vectors=[rg.VectorField("embedding", dimensions=3)],
        allow_extra_metadata=True,
    )


def item(dataset: rg.Dataset, **parts: Any) -> dict[str, Any]:
    """A record with everything that one can have, but for answers."""
    questions = dataset.settings.questions
    return {
        "external_id": "é 1",
        "fields": {"text": "Hello 🙂", "talk": [{"role": "user", "content": "Hi"}]},
        "metadata": {"uncertainty": 0.5, "extra": None},
        "vectors": {"embedding": [0.1, -2.0, 3e-9]},
        "suggestions": [
            {"question_id": str(questions["category"].id), "value": "a", "score": 0.7},
            {
                "question_id": str(questions["topics"].id),
                "value": ["y", "x"],
                "score": [0.2, 0.1],
                "agent": "head 1",
                "type": "model",
            },
        ],
    } | parts


def push(
    api: httpx.Client, dataset: rg.Dataset, *items: dict[str, Any], method: str = "POST"
) -> httpx.Response:
    return api.request(method, f"datasets/{dataset.id}/records/bulk", json={"items": items})


@pytest.mark.parametrize(("method", "status"), [("POST", 201), ("PUT", 200)])
def test_the_answer_shows_the_record_as_it_is_read_back(
    api: httpx.Client, dataset: rg.Dataset, method: str, status: int
) -> None:
    answer = push(api, dataset, item(dataset), method=method)

    assert answer.status_code == status
    (record,) = answer.json()["items"]
    assert record == api.get(f"records/{record['id']}").json()
    sent = item(dataset)
    for part in ("external_id", "fields", "metadata", "vectors"):
        assert record[part] == sent[part]
    assert (record["status"], record["responses"]) == ("pending", [])
    assert [suggestion["value"] for suggestion in record["suggestions"]] == ["a", ["y", "x"]]


def test_records_are_listed_in_the_order_in_which_they_were_pushed(
    api: httpx.Client, dataset: rg.Dataset
) -> None:
    names = [f"r{n}" for n in range(50)]
    push(api, dataset, *[item(dataset, external_id=name) for name in names])

    listed = api.get(f"datasets/{dataset.id}/records").json()["items"]

    assert [record["external_id"] for record in listed] == names


def test_a_record_that_is_there_is_changed_and_a_new_one_beside_it_made(
    api: httpx.Client, dataset: rg.Dataset
) -> None:
    push(api, dataset, item(dataset, external_id="old"))
    changed = item(dataset, external_id="old", metadata={"uncertainty": 0.9})

    answer = push(api, dataset, changed, item(dataset, external_id="new"), method="PUT")

    uncertainty = {r["external_id"]: r["metadata"]["uncertainty"] for r in answer.json()["items"]}
    assert uncertainty == {"old": 0.9, "new": 0.5}
    assert api.get(f"datasets/{dataset.id}/records").json()["total"] == 2


def test_records_that_come_with_enough_answers_are_completed(
    api: httpx.Client, dataset: rg.Dataset
) -> None:
    answer = {
        "user_id": api.get("me").json()["id"],
        "status": "submitted",
        "values": {"category": {"value": "b"}},
    }

    pushed = push(api, dataset, item(dataset, responses=[answer]))

    (record,) = pushed.json()["items"]
    assert record["status"] == "completed"
    assert record["responses"][0]["values"] == {"category": {"value": "b"}}


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"fields": {}}, "fields cannot be empty"),
        ({"fields": {"talk": []}}, "missing required value for field: 'text'"),
        ({"metadata": {"uncertainty": 2.0}}, "greater than the maximum value"),
        ({"metadata": {"uncertainty": 1}}, "is not a float"),
        ({"vectors": {"embedding": [1.0]}}, "must have 3 elements, got 1 elements"),
        ({"vectors": {"other": [1.0]}}, "vector with name=other does not exist"),
    ],
)
def test_a_wrong_record_is_refused_and_nothing_of_the_request_is_written(
    api: httpx.Client,
    dataset: rg.Dataset,
    method: str,
    wrong: dict[str, Any],
    reason: str,
) -> None:
    right = item(dataset, external_id="right")

    answer = push(api, dataset, right, item(dataset, **wrong), method=method)

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("Record at position 1 is not valid because")
    assert reason in answer.json()["detail"]
    assert api.get(f"datasets/{dataset.id}/records").json()["total"] == 0


def test_an_unknown_category_is_refused(api: httpx.Client, dataset: rg.Dataset) -> None:
    suggestion = {"question_id": str(dataset.settings.questions["category"].id), "value": "c"}

    answer = push(api, dataset, item(dataset, suggestions=[suggestion]))

    assert answer.status_code == 422
    assert "'c' is not a valid label" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"items": []}', b'{"items": [{"fields": 1}]}', b"\xff"]
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_body_that_is_none_is_refused(
    api: httpx.Client, dataset: rg.Dataset, method: str, body: bytes
) -> None:
    path = f"datasets/{dataset.id}/records/bulk"

    answer = api.request(method, path, content=body)

    assert answer.status_code == 422
    assert answer.json()["detail"]["code"] == "argilla.api.errors::ValidationError"


def test_the_same_id_is_not_made_twice(api: httpx.Client, dataset: rg.Dataset) -> None:
    push(api, dataset, item(dataset))

    again = push(api, dataset, item(dataset))
    twice = push(api, dataset, *[item(dataset, external_id="twin")] * 2)

    assert (again.status_code, twice.status_code) == (422, 422)
    assert "found records with same external ids: é 1" in again.json()["detail"]


def test_annotators_may_not_push(
    server_on_each: Embedded, api: httpx.Client, dataset: rg.Dataset
) -> None:
    key = server_on_each.credentials.annotators[0].api_key
    with httpx.Client(base_url=api.base_url, headers={"X-Argilla-Api-Key": key}) as annotator:
        for method in ("POST", "PUT"):
            assert push(annotator, dataset, item(dataset), method=method).status_code == 403
