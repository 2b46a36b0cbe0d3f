"""Duplicates are shown once, and near means near exactly as defined."""

import itertools
import random

import pandas as pd
import pytest

from labeling.inquiries.duplicates import (
    THRESHOLD,
    merge_duplicates,
    near_any,
    near_pairs,
    normal_form,
)


def inquiries(*rows: tuple[str, str | None]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["text", "category"]).astype({"category": "str"})
    table.insert(0, "id", [f"id{at}" for at in range(len(rows))])
    return table


def jaccard(left: str, right: str) -> float:
    """By the book, apart from the code under test."""
    sets = [{form[at : at + 5] for at in range(len(form) - 4)} or {form} for form in (left, right)]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def noisy_sentences(count: int, seed: int) -> list[str]:
    """Sentences of which many differ in a word or a letter only."""
    rng = random.Random(seed)
    words = [
        "please",
        "cancel",
        "my",
        "latest",
        "order",
        "from",
        "yesterday",
        "because",
        "it",
        "never",
        "arrived",
        "at",
        "home",
    ]
    sentences = []
    for _ in range(count):
        sentence = [word for word in words if rng.random() > 0.06]
        at = rng.randrange(len(sentence))
        sentence[at] = sentence[at].replace(rng.choice("aeiou"), rng.choice("aeiou"))
        sentences.append(normal_form(" ".join(sentence)))
    return list(dict.fromkeys(sentences))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("  Where is  order #12345?! ", "where is order 0"),
        ("\uff23\uff21\uff2e\uff23\uff25\uff2c it", "cancel it"),
        ("Straße_1", "strasse 0"),
        ("don't", "don t"),
        ("٣٤ items", "0 items"),
        ("हिन्दी", "हिन्दी"),
        (" ?! ", "?!"),
        ("👍", "👍"),
    ],
)
def test_the_normal_form_keeps_letters_and_one_zero_for_any_number(text: str, form: str) -> None:
    assert normal_form(text) == form


def test_near_pairs_are_those_that_comparing_all_with_all_finds() -> None:
    forms = noisy_sentences(400, seed=1)
    expected = {
        (i, j)
        for i, j in itertools.product(range(len(forms)), repeat=2)
        if jaccard(forms[i], forms[j]) >= THRESHOLD
    }
    assert set(near_pairs(forms, forms)) == expected
    assert len(expected) > 2 * len(forms)  # the set is worth testing on


def test_short_texts_are_near_only_when_equal() -> None:
    assert list(near_pairs(["ok", "no", "hi"], ["hi", "ok"])) == [(0, 1), (2, 0)]


def test_exact_duplicates_are_shown_once_for_all_their_copies() -> None:
    merged = merge_duplicates(
        inquiries(("Where is order 12?", "x"), ("stop", "y"), ("where is ORDER 345", "x"))
    )
    assert merged["text"].tolist() == ["Where is order 12?", "stop"]
    assert merged["copies"].tolist() == [["id0", "id2"], ["id1"]]
    assert merged["copy_texts"].tolist() == [
        ["Where is order 12?", "where is ORDER 345"],
        ["stop"],
    ]
    assert merged["disputed"].tolist() == [False, False]


def test_near_duplicates_join_the_first_leader_and_do_not_chain() -> None:
    start = "please cancel my latest order from yesterday because it never arrived"
    first, second, third = start, start + " ok", start + " ok then now"
    forms = [normal_form(text) for text in (first, second, third)]
    assert jaccard(forms[0], forms[1]) >= THRESHOLD
    assert jaccard(forms[1], forms[2]) >= THRESHOLD
    assert jaccard(forms[0], forms[2]) < THRESHOLD
    merged = merge_duplicates(inquiries((first, "x"), (second, "x"), (third, "x")))
    assert merged["copies"].tolist() == [["id0", "id1"], ["id2"]]


def test_leaders_are_never_near_each_other() -> None:
    forms = noisy_sentences(300, seed=2)
    merged = merge_duplicates(inquiries(*((form, "x") for form in forms)))
    leaders = merged["text"].tolist()
    assert 1 < len(leaders) < len(forms)
    assert all(jaccard(a, b) < THRESHOLD for a, b in itertools.combinations(leaders, 2))
    assert sorted(id_ for ids in merged["copies"] for id_ in ids) == sorted(
        f"id{at}" for at in range(len(forms))
    )


@pytest.mark.parametrize(
    ("categories", "shared", "disputed"),
    [
        (["x", "y", "y"], "y", True),
        (["x", "y"], "x", True),
        ([None, "y", "x"], "y", True),
        ([None, "y", None], "y", False),
        (["z", "x", "x", "y", "y"], "x", True),
        ([None, None], None, False),
    ],
)
def test_copies_share_the_category_of_most_and_in_a_tie_the_leaders(
    categories: list[str | None], shared: str | None, disputed: bool
) -> None:
    merged = merge_duplicates(inquiries(*(("same", category) for category in categories)))
    assert len(merged) == 1
    category = merged["category"].iloc[0]
    assert pd.isna(category) if shared is None else category == shared
    assert merged["disputed"].iloc[0] == disputed


def test_other_columns_are_those_of_the_leader() -> None:
    table = inquiries(("a", "x"), ("A", "x"), ("b", "y")).assign(
        row=[2, 3, 4], flags=["P", "", "Q"]
    )
    merged = merge_duplicates(table)
    assert merged["row"].tolist() == [2, 4]
    assert merged["flags"].tolist() == ["P", "Q"]


def test_a_merged_row_is_near_when_any_of_its_copies_is() -> None:
    start = "please cancel my latest order from yesterday because it never arrived"
    merged = merge_duplicates(inquiries((start, "x"), (start + " ok", "x"), ("else", "y")))
    others = inquiries((start + " ok then now", "x"))
    assert near_any(merged, others).tolist() == [True, False]


def test_nothing_is_near_to_nothing() -> None:
    empty = inquiries(("a", "x")).iloc[:0]
    assert near_any(inquiries(("a", "x")), empty).tolist() == [False]
    assert near_any(empty, inquiries(("a", "x"))).tolist() == []
    assert len(merge_duplicates(empty)) == 0
