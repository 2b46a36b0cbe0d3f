import numpy as np
import pandas as pd
import pytest
from crowdkit.metrics.data import alpha_krippendorff

from labeling.agreement import confused, measure_agreement

ROWS = [
    ("x", "ann", "yes"),
    ("x", "ben", "yes"),
    ("y", "ann", "no"),
    ("y", "ben", "no"),
    ("z", "ann", "yes"),
    ("z", "ben", "no"),
    ("alone", "ann", "yes"),
]


def said(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["inquiry", "annotator", "category"])


def test_alpha_by_hand() -> None:
    # Of 6 paired answers 2 disagree, where 3 yes and 3 no lead one to expect 18/30 of pairs to.
    found = measure_agreement(said(ROWS))
    assert found is not None
    assert found.alpha == pytest.approx(1 - (2 / 6) / (18 / 30))
    assert found.inquiries == 3
    assert found.low <= found.alpha <= found.high <= 1


def test_alpha_is_that_of_another_library() -> None:
    rng = np.random.default_rng(0)
    rows = [
        (f"i{number}", name, f"c{(number + (rng.random() < 0.3)) % 4}")
        for number in range(60)
        for name in rng.permutation(["ann", "ben", "cem"])[: rng.integers(2, 4)]
    ]
    table = said(rows)
    found = measure_agreement(table)
    votes = table.rename(columns={"inquiry": "task", "annotator": "worker", "category": "label"})
    assert found is not None
    assert found.alpha == pytest.approx(alpha_krippendorff(votes))
    assert found.low < found.alpha < found.high


def test_nothing_shared_or_one_category_says_nothing_about_agreement() -> None:
    assert measure_agreement(said(ROWS[-1:])) is None
    assert measure_agreement(said([(i, a, "yes") for i in "xy" for a in ("ann", "ben")])) is None


def test_confused_are_the_categories_that_one_inquiry_was_given() -> None:
    rows = [*ROWS, ("v", "ann", "no"), ("v", "ben", "yes"), ("w", "ann", "no"), ("w", "ben", "x")]
    assert confused(said(rows)).to_numpy().tolist() == [["no", "yes", 2], ["no", "x", 1]]
    assert confused(said(ROWS[:2])).empty
