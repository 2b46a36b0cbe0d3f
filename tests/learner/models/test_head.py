from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from learner.models.head import fit_head, inverse_regularisation

RNG = np.random.default_rng(0)
POINTS = RNG.normal(size=(60, 5)).astype(np.float32)


@pytest.mark.parametrize("present", [[0, 1, 2], [1, 3]])
def test_probabilities_are_scikit_learns_on_the_categories_that_have_labels(
    present: list[int],
) -> None:
    labels = np.array([present[i % len(present)] for i in range(60)])
    labels = np.where(POINTS[:, 0] > 0.5, present[0], labels)
    proba = fit_head(POINTS, labels, 4).probabilities(POINTS)
    theirs = LogisticRegression(C=inverse_regularisation(60), max_iter=1000).fit(POINTS, labels)
    assert proba.shape == (60, 4)
    assert proba.sum(axis=1) == pytest.approx(1)
    ours = proba[:, present] / proba[:, present].sum(axis=1, keepdims=True)
    assert ours == pytest.approx(theirs.predict_proba(POINTS), abs=1e-3)
    absent = np.setdiff1d(np.arange(4), present)
    assert not np.isin(proba.argmax(axis=1), absent).any()


def test_with_one_category_it_predicts_that_one() -> None:
    head = fit_head(POINTS[:3], np.array([2, 2, 2]), 4)
    assert (head.probabilities(POINTS).argmax(axis=1) == 2).all()


def test_the_same_labels_give_the_same_head() -> None:
    labels = RNG.integers(0, 3, 60)
    first, second = (fit_head(POINTS, labels, 3) for _ in range(2))
    assert (first.coefficients == second.coefficients).all()


def test_few_labels_are_not_regularised_more_than_five_hundred() -> None:
    assert inverse_regularisation(10) == inverse_regularisation(1_500) == 100
    assert inverse_regularisation(3_000) == 50
    assert inverse_regularisation(5_000) == inverse_regularisation(100_000) == 30


def test_probabilities_taken_in_blocks_from_disk_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = fit_head(POINTS, np.arange(60) % 3, 3)
    whole = head.probabilities(POINTS)
    np.save(tmp_path / "points.npy", POINTS)
    monkeypatch.setattr("learner.models.head.BLOCK", 7)
    on_disk = np.load(tmp_path / "points.npy", mmap_mode="r")
    assert head.probabilities(on_disk) == pytest.approx(whole, abs=1e-6)
    assert head.probabilities(POINTS[:0]).shape == (0, 3)
