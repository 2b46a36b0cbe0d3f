"""Changing what is asked next, and reading what was answered, many records at a time."""

import time
from datetime import datetime, timedelta
from typing import Any

import argilla as rg
import httpx
import pytest
from people import Person, new_dataset

pytestmark = pytest.mark.slow


def prioritise(http: httpx.Client, dataset: rg.Dataset, **priorities: float) -> httpx.Response:
    body = {name.replace("_", "-"): priority for name, priority in priorities.items()}
    return http.put(f"/api/v1/datasets/{dataset.id}/priorities", json=body)


def test_priorities_change_the_order_and_nothing_else_of_a_record(
    owner: rg.Argilla, people: list[Person]
) -> None:
    dataset = new_dataset(owner, [0.1, 0.2, 0.3])
    before = people[0].queue(dataset)[-1]

    answer = prioritise(owner.http_client, dataset, external_0=9.0, external_1=-1.0, other=1.0)

    assert answer.json() == {"updated": 2}
    page = people[0].queue(dataset)
    assert [record["fields"]["text"] for record in page] == ["inquiry 0", "inquiry 2"]
    kept = {key: value for key, value in before.items() if key != "updated_at"}
    assert kept == {key: value for key, value in page[0].items() if key != "updated_at"}


def test_an_answer_is_not_touched_by_a_new_priority(
    owner: rg.Argilla, people: list[Person]
) -> None:
    dataset = new_dataset(owner, [0.1])
    answered = people[0].answer(people[0].queue(dataset)[0], status="draft").json()

    prioritise(owner.http_client, dataset, external_0=-1.0)

    (record,) = owner.http_client.get(
        f"/api/v1/datasets/{dataset.id}/records", params={"include": "responses"}
    ).json()["items"]
    assert record["responses"] == [answered]


def test_more_records_than_one_statement_holds_are_changed(owner: rg.Argilla) -> None:
    dataset = new_dataset(owner, [0.0] * 600)
    changed = prioritise(owner.http_client, dataset, **{f"external_{n}": 1.0 for n in range(600)})

    assert changed.json() == {"updated": 600}
    assert prioritise(owner.http_client, dataset).json() == {"updated": 0}


def test_annotators_neither_set_priorities_nor_read_what_others_answered(
    owner: rg.Argilla, people: list[Person]
) -> None:
    dataset = new_dataset(owner, [0.1])

    assert prioritise(people[0].http, dataset, external_0=1.0).status_code == 403
    answers = f"/api/v1/datasets/{dataset.id}/answers"
    assert people[0].http.get(answers).status_code == 403
    stranger = httpx.Client(base_url=people[0].http.base_url)
    assert stranger.get(answers).status_code == 401


def test_a_priority_is_a_number(owner: rg.Argilla) -> None:
    dataset = new_dataset(owner, [0.1])
    for wrong in ("NaN", '"high"', "null"):
        answer = owner.http_client.put(
            f"/api/v1/datasets/{dataset.id}/priorities", content=f'{{"external-0": {wrong}}}'
        )
        assert answer.status_code == 422


def read(owner: rg.Argilla, dataset: rg.Dataset, since: str | None = None) -> dict[str, Any]:
    params = {} if since is None else {"since": since}
    path = f"/api/v1/datasets/{dataset.id}/answers"
    found: dict[str, Any] = owner.http_client.get(path, params=params).json()
    return found


def test_only_answers_given_or_changed_since_then_are_read(
    owner: rg.Argilla, people: list[Person]
) -> None:
    dataset, other = new_dataset(owner, [0.3, 0.2, 0.1]), new_dataset(owner, [0.1])
    page = people[0].queue(dataset)
    first = people[0].answer(page[0]).json()
    people[0].answer(page[1], status="discarded")
    people[0].answer(people[0].queue(other)[0])
    everything = read(owner, dataset)

    assert [item["external_id"] for item in everything["items"]] == ["external-0", "external-1"]
    assert [item["status"] for item in everything["items"]] == ["submitted", "discarded"]
    assert {item["username"] for item in everything["items"]} == {"annotator-1"}
    assert everything["items"][0]["values"] == {"category": {"value": "cancel_order"}}
    assert everything["total"] == 2

    time.sleep(0.01)
    since = (datetime.fromisoformat(everything["until"]) + timedelta(seconds=5)).isoformat()
    assert read(owner, dataset, since)["items"] == []
    values = {"category": {"value": "track_order"}}
    people[0].http.put(
        f"/api/v1/responses/{first['id']}", json={"values": values, "status": "submitted"}
    )
    (changed,) = read(owner, dataset, since)["items"]
    assert (changed["external_id"], changed["values"]) == ("external-0", values)


def test_an_answer_of_the_last_moment_is_read_once_more(
    owner: rg.Argilla, people: list[Person]
) -> None:
    dataset = new_dataset(owner, [0.1])
    people[0].answer(people[0].queue(dataset)[0])

    again = read(owner, dataset, read(owner, dataset)["until"])

    assert len(again["items"]) == 1


def test_deleted_answers_are_no_longer_counted(owner: rg.Argilla, people: list[Person]) -> None:
    dataset = new_dataset(owner, [0.1])
    answer = people[0].answer(people[0].queue(dataset)[0]).json()
    people[0].http.delete(f"/api/v1/responses/{answer['id']}")

    assert read(owner, dataset)["total"] == 0
