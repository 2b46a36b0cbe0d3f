import numpy as np
import pandas as pd
import pytest
from crowdkit.aggregation import OneCoinDawidSkene

from labeling.reliability import careless, shared, skills


def said(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["inquiry", "annotator", "category"])


def crowd(errors: dict[str, float], inquiries: int, each: int, seed: int = 0) -> pd.DataFrame:
    """Every inquiry is answered by `each` of the annotators, who err with their probability."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(inquiries):
        for name in rng.permutation(list(errors))[:each]:
            wrong = rng.random() < errors[name]
            rows.append((f"i{number}", name, f"c{(number + wrong * rng.integers(1, 9)) % 9}"))
    return said(*rows)


def test_only_inquiries_with_two_annotators_are_shared() -> None:
    answers = said(("x", "ann", "a"), ("y", "ann", "a"), ("y", "ben", "b"))
    assert shared(answers)["inquiry"].tolist() == ["y", "y"]


def test_where_nobody_shared_an_inquiry_everybody_is_believed() -> None:
    assert skills(said(("x", "ann", "a"), ("y", "ben", "b"))).to_dict() == {"ann": 1.0, "ben": 1.0}


def test_skills_are_found_without_the_truth() -> None:
    errors = {"ann": 0.0, "ben": 0.05, "cem": 0.1, "dan": 0.4}
    found = skills(crowd(errors, 600, each=2))
    expected = 1 - pd.Series(errors)
    assert (found - expected).abs().max() < 0.06
    assert found.nsmallest(2).index.tolist() == ["dan", "cem"]


def test_where_answers_are_many_it_is_what_dawid_and_skene_find() -> None:
    answers = crowd({"ann": 0.0, "ben": 0.05, "cem": 0.1, "dan": 0.4}, 600, each=3)
    names = {"inquiry": "task", "annotator": "worker", "category": "label"}
    theirs = OneCoinDawidSkene().fit(answers.rename(columns=names)).skills_
    assert (skills(answers) - theirs).abs().max() < 0.02


@pytest.mark.parametrize("seed", range(10))
def test_whoever_always_gives_a_frequent_category_is_not_believed(seed: int) -> None:
    """As is found by expectation maximisation in some of these."""
    rng = np.random.default_rng(seed)
    team = ["ann", "ben", "cem", "dan", "eve", "guy"]
    rows = []
    for number in range(40):
        truth = "frequent" if rng.random() < 0.2 else f"c{rng.integers(20)}"
        for name in rng.permutation(team)[:2]:
            wrong = rng.random() < 0.1
            said_now = f"c{rng.integers(20)}" if wrong else truth
            rows.append((f"i{number}", name, "frequent" if name == "guy" else said_now))
    assert skills(said(*rows)).idxmin() == "guy"


def test_few_shared_inquiries_make_no_reputation() -> None:
    many = crowd({"ann": 0.0, "ben": 0.0, "cem": 0.0}, 60, each=2)
    once = said(("new", "ann", "a"), ("new", "zoe", "b"))
    assert skills(pd.concat([many, once]))["zoe"] > 0.7


def test_whoever_shared_nothing_counts_as_the_team_does() -> None:
    answers = crowd({"ann": 0.2, "ben": 0.2}, 200, each=2)
    found = skills(pd.concat([answers, said(("new", "zoe", "c1"))]))
    assert found["ann"] * 0.9 < found["zoe"] < 1


def guessed(**rates: tuple[int, int]) -> pd.DataFrame:
    """For each annotator, how many of their answers are what a model guessed, of how many."""
    rows = [
        (f"{name} {number}", name, "a", "a" if number < right else "b")
        for name, (right, total) in rates.items()
        for number in range(total)
    ]
    return pd.DataFrame(rows, columns=["inquiry", "annotator", "category", "guess"])


def test_who_agrees_far_more_seldom_than_the_others_is_named() -> None:
    assert careless(guessed(ann=(48, 50), ben=(45, 50), cem=(20, 50))) == ["cem"]


def test_small_differences_and_small_numbers_name_nobody() -> None:
    assert careless(guessed(ann=(48, 50), ben=(43, 50))) == []
    assert careless(guessed(ann=(48, 50), ben=(1, 3))) == []
    assert careless(guessed(ann=(0, 5))) == [], "nobody to compare with"
    assert careless(guessed()) == []


def test_whoever_disagrees_with_colleagues_is_named_without_any_guess() -> None:
    answers = crowd({"ann": 0.02, "ben": 0.02, "cem": 0.5, "dan": 0.02}, 200, each=2)
    assert careless(answers.assign(guess=None)) == ["cem"]


def test_the_worst_does_not_hide_who_is_bad_as_well() -> None:
    errors = {"ann": 0.0, "ben": 0.05, "cem": 0.1, "dan": 0.4, "eve": 0.95}
    assert careless(crowd(errors, 250, each=2).assign(guess=None)) == ["eve", "dan"]
