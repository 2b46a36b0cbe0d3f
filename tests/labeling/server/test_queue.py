import time
from collections.abc import Callable

import argilla as rg
import pytest
from people import Person, set_priority, where

pytestmark = pytest.mark.slow

MakeDataset = Callable[..., rg.Dataset]


@pytest.fixture
def owner(owner_on_each: rg.Argilla) -> rg.Argilla:
    return owner_on_each


@pytest.fixture
def people(people_on_each: list[Person]) -> list[Person]:
    return people_on_each


def test_the_queue_is_ordered_by_priority(make_dataset: MakeDataset, people: list[Person]) -> None:
    dataset = make_dataset([0.1, 0.9, 0.5, 0.7])

    assert people[0].texts(dataset) == ["inquiry 1", "inquiry 3", "inquiry 2", "inquiry 0"]


def test_annotators_do_not_see_the_priority(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.1])

    assert people[0].queue(dataset)[0]["metadata"] == {"reason": "audit", "round": 0}


def test_equal_priorities_come_in_a_different_order_for_each_annotator(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.0] * 60, min_submitted=3)

    pages = [person.texts(dataset) for person in people]

    assert pages[0] != pages[1] != pages[2] != pages[0]


def test_annotators_get_different_records_while_there_are_enough(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([n / 100 for n in range(30)])

    pages = [person.texts(dataset) for person in people]

    assert len({text for page in pages for text in page}) == 30
    assert pages[0] == [f"inquiry {n}" for n in range(29, 19, -1)]
    assert pages[1] == [f"inquiry {n}" for n in range(19, 9, -1)]


def test_others_get_what_somebody_holds_but_for_the_record_on_the_screen(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.1, 0.2, 0.3])

    assert people[0].texts(dataset) == ["inquiry 2", "inquiry 1", "inquiry 0"]
    assert people[1].texts(dataset) == ["inquiry 1", "inquiry 0"]
    assert people[2].texts(dataset) == ["inquiry 0"]


def test_what_a_colleague_discarded_is_offered_to_others_first_again(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([n / 100 for n in range(30)])
    best = people[0].queue(dataset)[0]
    people[0].answer(best, status="discarded")

    assert people[1].texts(dataset)[0] == "inquiry 29"


def test_what_a_colleague_drafted_is_offered_last(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.1, 0.2, 0.9])
    best = people[0].queue(dataset)[0]
    people[0].answer(best, status="draft")

    assert people[1].texts(dataset)[-1] == "inquiry 2"


def test_a_record_for_two_people_is_held_by_two(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([n / 100 for n in range(20)], min_submitted=2)

    pages = [person.texts(dataset) for person in people]

    assert pages[0] == pages[1]
    assert not set(pages[2]) & set(pages[0])


def test_a_record_that_has_its_answer_and_another_under_way_is_shown_to_no_third(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.1, 0.9], min_submitted=2)
    people[0].answer(people[0].queue(dataset)[0])
    assert people[1].texts(dataset)[0] == "inquiry 1"

    assert people[2].texts(dataset) == ["inquiry 0"]


def test_what_somebody_at_work_holds_is_shown_to_nobody_else(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.1, 0.2, 0.3, 0.4])
    page = people[0].queue(dataset)
    people[0].answer(page[0])

    assert people[1].texts(dataset) == []

    for record in page[1:]:
        people[0].answer(record, status="discarded")
    assert people[1].texts(dataset) == ["inquiry 2", "inquiry 1", "inquiry 0"]


def test_pages_grow_shorter_towards_the_end_so_that_everybody_at_work_gets_a_share(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([n / 100 for n in range(16)])
    for person_ in people[:2]:
        record = person_.queue(dataset)[0]
        person_.answer(record)
        person_.answer(person_.queue(dataset)[0])
    # Of sixteen four are answered; two people at work hold some of the other twelve.
    held = [len(people[0].texts(dataset)), len(people[1].texts(dataset))]

    third = people[2].texts(dataset)

    assert sum(held) + len(third) <= 12
    assert third, "somebody new finds something"
    assert max(held) <= 6


def test_a_later_page_holds_nothing_that_others_were_shown(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([n / 100 for n in range(20)])
    page = people[0].queue(dataset)
    people[1].queue(dataset)
    for record in page[:4]:
        people[0].answer(record)

    assert people[0].texts(dataset, offset=6) == []


def test_the_order_stays_while_answered_records_drop_out(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([n / 100 for n in range(40)])
    page = people[0].queue(dataset)
    people[1].queue(dataset)
    for record in page[:4]:
        assert people[0].answer(record).status_code == 201
    dataset.records.log(
        [rg.Record(id="new", fields={"text": "urgent"}, metadata={"priority": 9.0})]
    )

    following = people[0].texts(dataset, offset=6)

    assert following == ["urgent", *(f"inquiry {n}" for n in range(19, 10, -1))]
    assert people[0].texts(dataset, offset=6) == following


def test_a_new_first_page_follows_new_priorities(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([n / 100 for n in range(20)])
    people[0].queue(dataset)

    set_priority(dataset, "inquiry 0", 1.0)

    assert people[0].texts(dataset)[0] == "inquiry 0"


def test_a_withdrawn_record_is_served_to_nobody_but_its_answer_still_counts(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.1, 0.9])
    open_record = people[0].queue(dataset)[0]

    set_priority(dataset, "inquiry 1", -1.0)

    assert people[0].texts(dataset) == ["inquiry 0"]
    assert people[0].search(dataset, filters=where("pending"))["total"] == 1
    assert people[0].answer(open_record).status_code == 201
    submitted = people[0].search(dataset, filters=where("submitted"))
    assert [item["record"]["fields"]["text"] for item in submitted["items"]] == ["inquiry 1"]
    answered = [record for record in dataset.records(with_responses=True) if record.responses]
    assert [record.id for record in answered] == ["external-1"]


def test_withdrawn_records_do_not_count_as_work_to_do(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.1, 0.2, 0.3, 0.4])
    for record, status in zip(
        people[0].queue(dataset), ["submitted", "discarded", "draft"], strict=False
    ):
        people[0].answer(record, status=status)
    for text in ("inquiry 2", "inquiry 0"):
        set_priority(dataset, text, -1.0)

    progress = people[0].http.get(f"/api/v1/datasets/{dataset.id}/progress").json()

    assert (progress["total"], progress["completed"], progress["pending"]) == (2, 1, 1)
    assert people[0].metrics(dataset) == {
        "total": 3,
        "submitted": 1,
        "discarded": 1,
        "draft": 1,
        "pending": 0,
    }


def test_an_explicit_sort_is_obeyed(make_dataset: MakeDataset, people: list[Person]) -> None:
    dataset = make_dataset([0.5, 0.1, -1.0, 0.9])
    by_round = [
        {"scope": {"entity": "metadata", "metadata_property": "round"}, "order": "desc"},
    ]

    found = people[0].search(dataset, filters=where("pending", "pending"), sort=by_round)

    rounds = [item["record"]["metadata"]["round"] for item in found["items"]]
    assert rounds == [3, 1, 0]


def test_a_data_set_without_priorities_is_shuffled_for_each_annotator(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.0] * 30, queued=False)

    first, second = people[0].texts(dataset), people[1].texts(dataset)

    assert first != second
    assert first == people[0].texts(dataset)
    assert people[0].metrics(dataset)["pending"] == 30


def test_a_submit_is_answered_within_half_a_second(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([n / 100 for n in range(10)])
    records = people[0].queue(dataset)

    seconds = []
    for record in records:
        start = time.perf_counter()
        assert people[0].answer(record).status_code == 201
        seconds.append(time.perf_counter() - start)

    assert sorted(seconds)[len(seconds) // 2] < 0.5
