"""Terms that no index can hold as a whole are found all the same."""

from typing import Any

import argilla as rg
import pytest
from people import empty_dataset

pytestmark = pytest.mark.slow

LONG = "a term as long as a letter " * 200
LONGER = LONG + "and one word more"


@pytest.fixture(scope="module")
def dataset(owner_on_each: rg.Argilla) -> rg.Dataset:
    dataset = empty_dataset(
        owner_on_each,
        fields=[rg.TextField("text")],
        questions=[rg.TextQuestion("comment")],
        metadata=[rg.TermsMetadataProperty("reason")],
    )
    terms = ["short", LONG, LONGER, LONG[:99], LONG[:100], LONG[:101]]
    dataset.records.log(
        [
            rg.Record(
                id=str(number),
                fields={"text": "inquiry"},
                metadata={"reason": term},
                suggestions=[rg.Suggestion("comment", value=term)],
            )
            for number, term in enumerate(terms)
        ]
    )
    return dataset


def found(dataset: rg.Dataset, *condition: Any) -> list[str]:
    query = rg.Query(filter=rg.Filter(condition))
    return sorted(str(record.id) for record in dataset.records(query))


@pytest.mark.parametrize(
    ("term", "numbers"),
    [
        ("short", ["0"]),
        (LONG, ["1"]),
        (LONGER, ["2"]),
        (LONG[:99], ["3"]),
        (LONG[:100], ["4"]),
        (LONG[:101], ["5"]),
        ("nowhere", []),
    ],
    ids=lambda given: str(len(given)),
)
@pytest.mark.parametrize("place", ["metadata.reason", "comment.suggestion"])
def test_terms_are_told_apart_however_long_they_are(
    dataset: rg.Dataset, place: str, term: str, numbers: list[str]
) -> None:
    assert found(dataset, place, "==", term) == numbers


def test_a_suggestion_that_postgresql_cannot_read_as_text_is_in_nobodys_way(
    dataset: rg.Dataset,
) -> None:
    suggestion = rg.Suggestion("comment", value="zero \0")
    dataset.records.log([rg.Record(id="z", fields={"text": "zero"}, suggestions=[suggestion])])
    assert found(dataset, "comment.suggestion", "==", "short") == ["0"]
    dataset.records.delete([record for record in dataset.records() if record.id == "z"])
