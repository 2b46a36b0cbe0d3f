"""Pool and test set never share a near-duplicate, and no category is lost from the pool."""

import itertools
import random

import pandas as pd
import pytest

from labeling.errors import InputError
from labeling.inquiries import keep_apart, merge_duplicates, set_aside_rare, split
from labeling.inquiries.duplicates import THRESHOLD, normal_form

CATEGORIES = ["cancel", "track", "refund", "invoice"]


def inquiries(count: int, seed: int, unlabelled: float = 0.0) -> pd.DataFrame:
    """Inquiries full of near-duplicates: sentences of one mould with words left out."""
    rng = random.Random(seed)
    words = [
        "hello",
        "please",
        "could",
        "you",
        "help",
        "me",
        "with",
        "the",
        "order",
        "that",
        "I",
        "have",
        "placed",
        "on",
        "your",
        "site",
    ]
    rows = []
    for at in range(count):
        category = rng.choice(CATEGORIES)
        kept = [word for word in words if rng.random() > 0.08]
        kept.insert(rng.randrange(len(kept)), category)
        label = None if rng.random() < unlabelled else category
        rows.append((f"id{at}", " ".join(kept), label))
    table = pd.DataFrame(rows, columns=["id", "text", "category"])
    return table.astype({"category": "str"})


def grams(text: str) -> set[str]:
    form = normal_form(text)
    return {form[at : at + 5] for at in range(len(form) - 4)} or {form}


def shares_a_near_duplicate(pool: pd.DataFrame, test: pd.DataFrame) -> bool:
    """Compare all with all, copies included."""
    sides = [
        [grams(text) for texts in table["copy_texts"] for text in texts] for table in (pool, test)
    ]
    return any(
        len(a & b) / len(a | b) >= THRESHOLD for a, b in itertools.product(sides[0], sides[1])
    )


@pytest.fixture(scope="module")
def merged() -> pd.DataFrame:
    return merge_duplicates(inquiries(500, seed=0, unlabelled=0.2))


@pytest.mark.parametrize("seed", range(5))
def test_a_test_split_never_shares_a_near_duplicate_with_the_pool(
    merged: pd.DataFrame, seed: int
) -> None:
    pool, test = split(merged, seed)
    assert len(test) > 20
    assert not shares_a_near_duplicate(pool, test)
    left = merged[~merged["id"].isin(test["id"])]
    assert len(pool) < len(left)  # that is, there was something to keep apart
    assert shares_a_near_duplicate(left, test)


def test_a_row_is_dropped_only_when_it_is_near_a_test_row(merged: pd.DataFrame) -> None:
    pool, test = split(merged, 0)
    kept = set(pool["id"]) | set(test["id"])
    dropped = merged[~merged["id"].isin(kept)]
    assert all(shares_a_near_duplicate(dropped.iloc[[at]], test) for at in range(len(dropped)))
    assert dropped["category"].isna().any()  # unlabelled rows stay unless near, like all others


def test_the_default_test_set_is_a_quarter_of_the_labelled_rows(merged: pd.DataFrame) -> None:
    _, test = split(merged, 0)
    assert len(test) == merged["category"].notna().sum() // 4
    assert test["category"].notna().all()


def test_the_default_test_set_has_at_most_two_thousand_rows() -> None:
    rng = random.Random(0)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=12)) for _ in range(9000)]
    table = pd.DataFrame({"id": words, "text": words, "category": ["x", "y"] * 4500})
    _, test = split(table, 0)
    assert len(test) == 2000


def test_the_same_seed_gives_the_same_split_and_another_seed_another(merged: pd.DataFrame) -> None:
    tests = [split(merged, seed)[1]["id"].tolist() for seed in (3, 3, 4)]
    assert tests[0] == tests[1] != tests[2]


def test_every_category_keeps_an_inquiry_in_the_pool() -> None:
    rare = [(f"r{at}", f"{word} {word}", word) for at, word in enumerate(["zebra", "quagga"] * 2)]
    rare = [(id_, f"{text} {at}x" * (at + 1), label) for at, (id_, text, label) in enumerate(rare)]
    table = pd.concat(
        [inquiries(60, seed=1), pd.DataFrame(rare, columns=["id", "text", "category"])],
        ignore_index=True,
    )
    table = merge_duplicates(table)
    for seed in range(30):
        pool, test = split(table, seed)
        assert set(pool["category"]) == set(table["category"])
        assert not shares_a_near_duplicate(pool, test)


def test_without_labels_the_test_set_is_empty_and_the_pool_is_all() -> None:
    table = inquiries(40, seed=0, unlabelled=1.1)
    pool, test = split(table, 0)
    assert len(test) == 0
    assert pool["id"].tolist() == table["id"].tolist()


def test_a_size_is_kept_to_or_refused(merged: pd.DataFrame) -> None:
    assert len(split(merged, 0, test_size=7)[1]) == 7
    pool, test = split(merged, 0, test_size=0)
    assert (len(pool), len(test)) == (len(merged), 0)
    with pytest.raises(InputError, match=r"cannot draw 100,000 test inquiries from \d+ labelled"):
        split(merged, 0, test_size=100_000)
    with pytest.raises(InputError, match=r"ask for 0 to \d+"):
        split(merged, 0, test_size=-1)


def test_a_test_set_of_its_own_is_kept_apart_from_the_pool() -> None:
    pool, test = inquiries(120, seed=5), merge_duplicates(inquiries(30, seed=6))
    kept = keep_apart(pool, test)
    assert 0 < len(kept) < len(pool)
    assert kept.index.tolist() == list(range(len(kept)))
    assert not shares_a_near_duplicate(
        kept.assign(copy_texts=kept["text"].map(lambda t: [t])), test
    )


def test_categories_with_one_inquiry_are_set_aside_and_named() -> None:
    table = pd.DataFrame(
        {"text": list("abcdefg"), "category": ["x", "x", "y", "y", "once", "alone", None]}
    )
    rest, note = set_aside_rare(table)
    assert rest["text"].tolist() == ["a", "b", "c", "d", "g"]
    assert note == "2 categories with a single inquiry set aside: alone, once"


def test_nothing_is_set_aside_without_need() -> None:
    table = pd.DataFrame({"text": list("abcd"), "category": ["x", "x", "y", "y"]})
    assert set_aside_rare(table) == (table, None)


def test_two_categories_must_be_left() -> None:
    table = pd.DataFrame({"text": list("abc"), "category": ["x", "x", "y"]})
    with pytest.raises(InputError, match="only 1 category has two or more distinct inquiries"):
        set_aside_rare(table)
