"""Recoding a data set: what the question offers, and every answer that is there."""

from typing import Any

import argilla as rg
import httpx
import pytest
from people import CATEGORIES, Person, new_dataset

pytestmark = pytest.mark.slow
GONE: dict[str, str | None] = {"track_order": None}


def recode(
    owner: rg.Argilla,
    dataset: rg.Dataset,
    options: list[str],
    fates: dict[str, str | None],
    revision: int = 1,
    **others: Any,
) -> httpx.Response:
    body = {
        "question": "category",
        "options": options,
        "visible_options": None,
        "guidelines": "Anew.",
        "fates": fates,
        "reopens_discards": False,
        "revision": revision,
    }
    path = f"/api/v1/datasets/{dataset.id}/recoding"
    return owner.http_client.put(path, json={**body, **others})


def answers(owner: rg.Argilla, dataset: rg.Dataset) -> dict[tuple[str, str], tuple[Any, str, str]]:
    """Category, status and time by inquiry and annotator."""
    found = owner.http_client.get(f"/api/v1/datasets/{dataset.id}/answers").json()["items"]
    return {
        (item["external_id"], item["username"]): (
            ((item["values"] or {}).get("category") or {}).get("value"),
            item["status"],
            item["updated_at"],
        )
        for item in found
    }


def statuses(owner: rg.Argilla, dataset: rg.Dataset) -> dict[str, str]:
    found = owner.http_client.get(f"/api/v1/datasets/{dataset.id}/records").json()["items"]
    return {record["external_id"]: record["status"] for record in found}


def give(person: Person, dataset: rg.Dataset, *categories: str, status: str = "submitted") -> None:
    for category in categories:
        assert person.answer(person.queue(dataset)[0], category, status).status_code == 201


def test_answers_stand_for_the_new_name_and_keep_their_time(
    owner: rg.Argilla, people: list[Person]
) -> None:
    dataset = new_dataset(owner, [0.4, 0.3, 0.2, 0.1])
    give(people[0], dataset, "track_order", "cancel_order")
    give(people[0], dataset, "track_order", status="draft")
    before = answers(owner, dataset)

    answer = recode(owner, dataset, ["cancel_order", "find", "get_refund"], {"track_order": "find"})

    assert answer.json() == {"revision": 1}
    after = answers(owner, dataset)
    assert {key: value[1:] for key, value in after.items()} == {
        key: value[1:] for key, value in before.items()
    }
    assert sorted(value[0] for value in after.values()) == ["cancel_order", "find", "find"]
    assert statuses(owner, dataset)["external-0"] == "completed"


def test_answers_without_a_fate_go_and_their_inquiries_are_asked_again(
    owner: rg.Argilla, people: list[Person]
) -> None:
    dataset = new_dataset(owner, [0.3, 0.2, 0.1])
    give(people[0], dataset, "track_order", "cancel_order")
    give(people[0], dataset, "track_order", status="discarded")

    recode(owner, dataset, ["cancel_order", "get_refund"], GONE)

    left = answers(owner, dataset)
    assert {key[0]: value[:2] for key, value in left.items()} == {
        "external-1": ("cancel_order", "submitted"),
        "external-2": (None, "discarded"),
    }
    assert statuses(owner, dataset)["external-0"] == "pending"
    assert people[0].texts(dataset) == ["inquiry 0"]


def test_an_inquiry_with_enough_other_answers_stays_completed(
    owner: rg.Argilla, people: list[Person]
) -> None:
    dataset = new_dataset(owner, [0.1], min_submitted=2)
    record = people[0].queue(dataset)[0]
    said = ["track_order", "cancel_order", "cancel_order"]
    for person, category in zip(people, said, strict=True):
        assert person.answer(record, category).status_code == 201

    recode(owner, dataset, ["cancel_order", "x"], GONE)

    assert len(answers(owner, dataset)) == 2
    assert statuses(owner, dataset) == {"external-0": "completed"}


def test_discards_are_asked_again_where_something_new_may_fit(
    owner: rg.Argilla, people: list[Person]
) -> None:
    dataset = new_dataset(owner, [0.2, 0.1])
    give(people[0], dataset, "track_order", status="discarded")

    recode(owner, dataset, [*CATEGORIES, "new"], {}, reopens_discards=True)

    assert answers(owner, dataset) == {}
    assert people[0].texts(dataset) == ["inquiry 0", "inquiry 1"]
    assert people[0].answer(people[0].queue(dataset)[0], "new").status_code == 201


def test_the_question_the_guidelines_and_the_suggestions_follow(
    owner: rg.Argilla, people: list[Person]
) -> None:
    dataset = new_dataset(owner, [0.2, 0.1])
    questions = owner.http_client.get(f"/api/v1/datasets/{dataset.id}/questions").json()["items"]
    guesses = ["track_order", "get_refund"]
    for record, value in zip(people[0].queue(dataset), guesses, strict=True):
        owner.http_client.put(
            f"/api/v1/records/{record['id']}/suggestions",
            json={"question_id": questions[0]["id"], "value": value, "score": 0.5, "agent": "a"},
        ).raise_for_status()

    options = ["cancel_order", "find", "a", "b"]
    fates = {"track_order": "find", "get_refund": None}
    recode(owner, dataset, options, fates, visible_options=3)

    (question,) = owner.http_client.get(f"/api/v1/datasets/{dataset.id}/questions").json()["items"]
    assert [option["value"] for option in question["settings"]["options"]] == options
    assert [option["text"] for option in question["settings"]["options"]] == options
    assert question["settings"]["visible_options"] == 3
    found = owner.http_client.get(f"/api/v1/datasets/{dataset.id}").json()
    assert found["guidelines"] == "Anew."
    shown = [
        [suggestion["value"] for suggestion in record["suggestions"]]
        for record in people[0].queue(dataset)
    ]
    assert shown == [["find"], []]


def test_an_answer_that_is_no_option_any_more_is_refused(
    owner: rg.Argilla, people: list[Person]
) -> None:
    dataset = new_dataset(owner, [0.1])
    record = people[0].queue(dataset)[0]
    recode(owner, dataset, ["cancel_order", "get_refund"], GONE)

    assert people[0].answer(record, "track_order").status_code == 422
    assert people[0].answer(record, "cancel_order").status_code == 201


def test_a_recoding_is_done_once(owner: rg.Argilla, people: list[Person]) -> None:
    dataset = new_dataset(owner, [0.1])
    path = f"/api/v1/datasets/{dataset.id}/revision"
    options = ["cancel_order", "get_refund"]
    assert people[0].http.get(path).json() == {"revision": 0}
    assert recode(owner, dataset, options, GONE, revision=2).status_code == 422
    assert recode(owner, dataset, options, GONE, revision=1).status_code == 200
    assert people[0].http.get(path).json() == {"revision": 1}
    assert recode(owner, dataset, [*options, "another"], GONE, revision=1).status_code == 422


def test_repeated_by_somebody_whom_the_answer_has_not_reached_it_changes_nothing(
    owner: rg.Argilla, people: list[Person]
) -> None:
    dataset = new_dataset(owner, [0.2, 0.1])
    give(people[0], dataset, "track_order")
    swapped: dict[str, str | None] = {"track_order": "get_refund", "get_refund": "track_order"}
    first = recode(owner, dataset, CATEGORIES, swapped)
    before = answers(owner, dataset)
    assert [value[0] for value in before.values()] == ["get_refund"]

    again = recode(owner, dataset, CATEGORIES, swapped)

    assert (again.status_code, again.json()) == (200, first.json())
    assert answers(owner, dataset) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"options": ["only one"]},
        {"options": ["twice", "twice"]},
        {"options": ["a", "b"], "visible_options": 3},
        {"question": "other"},
    ],
)
def test_a_recoding_that_cannot_be_leaves_all_as_it_was(
    owner: rg.Argilla, people: list[Person], wrong: dict[str, Any]
) -> None:
    dataset = new_dataset(owner, [0.1])
    give(people[0], dataset, "track_order")
    before = answers(owner, dataset)

    others = {name: value for name, value in wrong.items() if name != "options"}
    options = wrong.get("options", ["cancel_order", "get_refund"])
    assert recode(owner, dataset, options, GONE, **others).status_code == 422

    assert answers(owner, dataset) == before
    (question,) = owner.http_client.get(f"/api/v1/datasets/{dataset.id}/questions").json()["items"]
    assert [option["value"] for option in question["settings"]["options"]] == CATEGORIES


def test_annotators_do_not_recode(owner: rg.Argilla, people: list[Person]) -> None:
    dataset = new_dataset(owner, [0.1])
    path = f"/api/v1/datasets/{dataset.id}/recoding"
    body: dict[str, Any] = {
        "question": "category",
        "options": ["a", "b"],
        "visible_options": None,
        "guidelines": "",
        "fates": {},
        "reopens_discards": False,
        "revision": 1,
    }
    assert people[0].http.put(path, json=body).status_code == 403
