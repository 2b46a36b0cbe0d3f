from collections.abc import Callable

import argilla as rg
import pytest
from people import Person, new_dataset, want_answers

pytestmark = pytest.mark.slow


@pytest.fixture
def owner(owner_on_each: rg.Argilla) -> rg.Argilla:
    return owner_on_each


@pytest.fixture
def people(people_on_each: list[Person]) -> list[Person]:
    return people_on_each


@pytest.fixture
def make_dataset(owner: rg.Argilla) -> Callable[..., rg.Dataset]:
    return lambda *arguments: new_dataset(owner, *arguments, by_record=True)


MakeDataset = Callable[..., rg.Dataset]


def status_of(dataset: rg.Dataset, text: str) -> str:
    return next(record.status for record in dataset.records if record.fields["text"] == text)


def test_a_record_that_wants_two_answers_goes_to_two_people_and_no_third(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.9, 0.5])
    want_answers(dataset, "inquiry 0", 0.9, 2)
    for person in people[:2]:
        assert person.texts(dataset)[0] == "inquiry 0"
        assert status_of(dataset, "inquiry 0") == "pending"
        person.answer(person.queue(dataset)[0])
    assert status_of(dataset, "inquiry 0") == "completed"
    assert "inquiry 0" not in people[2].texts(dataset)


def test_the_others_of_the_data_set_go_to_one_person_each(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.9, 0.5, 0.4])
    want_answers(dataset, "inquiry 0", 0.9, 2)
    first = people[0].queue(dataset)
    for record in first:
        people[0].answer(record)
    assert people[1].texts(dataset) == ["inquiry 0"]


def test_an_answered_record_is_reopened_for_somebody_else_when_it_wants_one_more(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.9])
    people[0].answer(people[0].queue(dataset)[0])
    assert status_of(dataset, "inquiry 0") == "completed"
    want_answers(dataset, "inquiry 0", 0.9, 2)
    assert status_of(dataset, "inquiry 0") == "pending"
    assert people[0].texts(dataset) == []
    assert people[1].texts(dataset) == ["inquiry 0"]
