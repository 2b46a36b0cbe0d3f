"""Changes of the codebook, and what becomes of names given before."""

import json
from dataclasses import asdict

import pandas as pd
import pytest

from labeling.codebook import MOST_CATEGORIES, Category, Codebook
from labeling.errors import InputError
from labeling.recoding import Change, change_from, changed, recoded

BOOK = Codebook(
    (Category("cancel", "wants to cancel", ("stop it",)), Category("refund"), Category("track"))
)
ADD = Change("add", "invoice", definition="wants an invoice", out_of=("refund",))
RENAME = Change("rename", "cancel", into="cancel order")
MERGE = Change("merge", "track", into="refund")
RETIRE = Change("retire", "refund")


def test_a_new_category_comes_last() -> None:
    after = changed(BOOK, [ADD])
    assert after.names == ("cancel", "refund", "track", "invoice")
    assert after.categories[-1].definition == "wants an invoice"


def test_a_renamed_category_keeps_its_place_definition_and_examples() -> None:
    after = changed(BOOK, [RENAME])
    assert after.categories[0] == Category("cancel order", "wants to cancel", ("stop it",))
    assert after.categories[1:] == BOOK.categories[1:]


def test_a_merged_and_a_retired_category_are_gone() -> None:
    assert changed(BOOK, [MERGE]).names == ("cancel", "refund")
    assert changed(BOOK, [RETIRE]).names == ("cancel", "track")


def test_changes_follow_each_other() -> None:
    back = Change("rename", "cancel order", into="stop")
    assert changed(BOOK, [RENAME, back, ADD]).names == ("stop", "refund", "track", "invoice")


@pytest.mark.parametrize(
    ("change", "fate"),
    [
        (RENAME, ["cancel order", "refund", "track", None]),
        (MERGE, ["cancel", "refund", "refund", None]),
        (RETIRE, ["cancel", None, "track", None]),
        (ADD, ["cancel", None, "track", None]),
        (Change("add", "other"), ["cancel", "refund", "track", None]),
    ],
)
def test_every_earlier_name_has_a_fate(change: Change, fate: list[str | None]) -> None:
    names = pd.Series(["cancel", "refund", "track", None], index=[3, 1, 4, 2], dtype=object)
    after = recoded(names, [change])
    assert after.tolist() == fate
    assert after.index.tolist() == [3, 1, 4, 2]


def test_a_name_that_is_given_again_means_something_new() -> None:
    again = Change("add", "cancel")
    assert recoded(pd.Series(["cancel"]), [RENAME, again]).tolist() == ["cancel order"]


def test_only_something_new_reopens_what_nothing_fitted() -> None:
    assert [change.reopens_discards for change in (ADD, RENAME, MERGE, RETIRE)] == [
        True,
        False,
        False,
        False,
    ]


def test_a_change_survives_being_stored() -> None:
    for change in (ADD, RENAME, MERGE, RETIRE):
        assert change_from(json.loads(json.dumps(asdict(change)))) == change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Change("rename", "cancle", into="x"), "no category 'cancle' .did you mean 'cancel'"),
        (Change("retire", "xyz"), "no category 'xyz'; `parity codebook list`"),
        (Change("merge", "cancel", into="refnd"), "did you mean 'refund'"),
        (Change("merge", "cancel", into="cancel"), "into itself"),
        (Change("add", "cancel"), "a category 'cancel' already"),
        (Change("rename", "cancel", into="refund"), "a category 'refund' already; .*merge"),
        (Change("add", ""), "cannot be a category's name"),
        (Change("add", " a "), "cannot be a category's name"),
        (Change("add", "a\nb"), "cannot be a category's name"),
        (Change("add", "a" * 201), "201 characters; shorten it to 200"),
        (Change("rename", "cancel", into="a" * 201), "201 characters; shorten it to 200"),
        (Change("add", "a\0b"), "is not one line of characters"),
        (Change("rename", "cancel", into="a\udc80"), "is not one line of characters"),
        (Change("add", "a", definition="b\udc80"), "holds what is no character"),
        (Change("add", "a", examples=("b", "c\0")), "holds what is no character"),
        (Change("add", "a", out_of=("tracks",)), "no category 'tracks' .did you mean 'track'"),
    ],
)
def test_what_cannot_be_is_refused(change: Change, message: str) -> None:
    with pytest.raises(InputError, match=message):
        changed(BOOK, [change])


def test_two_categories_are_the_fewest() -> None:
    two = changed(BOOK, [RETIRE])
    for change in (Change("retire", "track"), Change("merge", "track", into="cancel")):
        with pytest.raises(InputError, match="at least 2 have to be left"):
            changed(two, [change])


def test_there_is_a_largest_number_of_categories() -> None:
    full = Codebook(tuple(Category(f"c{number}") for number in range(MOST_CATEGORIES)))
    with pytest.raises(InputError, match="there cannot be more"):
        changed(full, [Change("add", "one more")])
