"""An annotator's answer and what follows from it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import argilla as rg
import httpx
import pytest
from people import Person, new_dataset

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow


def record_status(people: list[Person], record: dict[str, Any]) -> str:
    return str(people[0].http.get(f"/api/v1/records/{record['id']}").json()["status"])


def test_the_answer_comes_back_as_it_is_kept(owner: rg.Argilla, people: list[Person]) -> None:
    record = people[0].queue(new_dataset(owner, [0.1]))[0]

    answer = people[0].answer(record, "get_refund")

    assert answer.status_code == 201
    me = people[0].http.get("/api/v1/me").json()["id"]
    kept = people[0].http.get(f"/api/v1/records/{record['id']}").json()["responses"]
    assert kept == [answer.json()]
    assert answer.json()["values"] == {"category": {"value": "get_refund"}}
    assert (answer.json()["user_id"], answer.json()["status"]) == (me, "submitted")
    assert answer.json()["inserted_at"] == answer.json()["updated_at"]


def test_a_record_is_completed_by_as_many_answers_as_are_asked_for(
    owner: rg.Argilla, people: list[Person]
) -> None:
    dataset = new_dataset(owner, [0.1], min_submitted=2)
    record = people[0].queue(dataset)[0]

    people[0].answer(record)
    people[1].answer(record, status="draft")
    assert record_status(people, record) == "pending"
    people[2].answer(record)
    assert record_status(people, record) == "completed"


def test_answers_that_meet_complete_the_record(owner: rg.Argilla, people: list[Person]) -> None:
    dataset = new_dataset(owner, [n / 10 for n in range(8)], min_submitted=3)
    records = people[0].queue(dataset)

    with ThreadPoolExecutor(len(people)) as crew:
        for record in records:
            answers = list(crew.map(lambda one, record=record: one.answer(record), people))
            assert [answer.status_code for answer in answers] == [201] * 3
            assert record_status(people, record) == "completed"


def test_a_second_answer_of_the_same_person_is_refused(
    owner: rg.Argilla, people: list[Person]
) -> None:
    record = people[0].queue(new_dataset(owner, [0.1]))[0]
    people[0].answer(record, status="draft")

    again = people[0].answer(record)

    assert again.status_code == 409
    assert again.json()["detail"].startswith("Response already exists for record with id")
    assert record_status(people, record) == "pending"


def test_only_what_the_question_offers_is_an_answer(
    owner: rg.Argilla, people: list[Person]
) -> None:
    record = people[0].queue(new_dataset(owner, [0.1]))[0]

    assert people[0].answer(record, "something else").status_code == 422
    assert people[0].answer({"id": "00000000-0000-0000-0000-000000000000"}).status_code == 404
    assert people[0].http.get(f"/api/v1/records/{record['id']}").json()["responses"] == []


def test_nobody_answers_in_a_workspace_that_is_not_theirs(
    owner: rg.Argilla, people: list[Person], server_on_each: Embedded
) -> None:
    record = people[0].queue(new_dataset(owner, [0.1]))[0]
    stranger = rg.User(
        username="stranger", password="a long password", role="annotator", client=owner
    ).create()
    users = owner.http_client.get("/api/v1/users").json()["items"]
    key = next(user["api_key"] for user in users if user["id"] == str(stranger.id))
    with httpx.Client(base_url=server_on_each.url, headers={"X-Argilla-Api-Key": key}) as http:
        assert Person(http).answer(record).status_code == 403
    stranger.delete()


def test_progress_names_who_has_answered(owner: rg.Argilla, people: list[Person]) -> None:
    dataset = new_dataset(owner, [0.1, 0.2])
    for record in people[1].queue(dataset):
        people[1].answer(record)

    progress = people[0].http.get(f"/api/v1/datasets/{dataset.id}/progress").json()

    assert [user["username"] for user in progress["users"]] == ["annotator-2"]
    assert (progress["total"], progress["completed"], progress["pending"]) == (2, 2, 0)
