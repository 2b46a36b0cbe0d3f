"""Temperature, calibration error, reliability and the automatic share, on tables made by hand."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom
from tiny_encoders import CATEGORIES, LABELS, TEXTS, tiny

from learner.fitting.recipe import Kind, Recipe, fit_model
from learner.measuring.calibration import (
    automatic_share,
    calibrate,
    calibration_error,
    exact_interval,
    fit_temperature,
    held_back_probabilities,
    reliability,
)
from learner.models.head import softmax
from learner.models.holdout import cross_folds, hold_back
from learner.models.protocol import Model

RNG = np.random.default_rng(0)


def answered(size: int, categories: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and true categories drawn from exactly these probabilities."""
    logits = RNG.normal(0, 2, (size, categories))
    proba = softmax(logits)
    return logits, (proba.cumsum(axis=1) > RNG.random((size, 1))).argmax(axis=1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_was_put_in_is_found(temperature: float) -> None:
    logits, truth = answered(20_000)
    assert fit_temperature(softmax(logits * temperature), truth) == pytest.approx(
        temperature, rel=0.05
    )


def test_scaling_mends_the_calibration_of_inquiries_it_was_not_fitted_on() -> None:
    logits, truth = answered(8000)
    sure = softmax(logits * 3)
    temperature = fit_temperature(sure[:4000], truth[:4000])
    before = calibration_error(sure[4000:], truth[4000:])
    after = calibration_error(softmax(logits * 3 / temperature)[4000:], truth[4000:])
    assert before > 0.1
    assert after < 0.03


def test_a_few_labels_that_are_all_right_leave_the_temperature_near_one() -> None:
    proba = np.full((10, 2), [0.9, 0.1])
    assert 0.4 < fit_temperature(proba, np.zeros(10, dtype=int)) < 1


def test_the_calibration_error_is_that_of_the_definition() -> None:
    proba = np.array([[0.95, 0.05], [0.95, 0.05], [0.55, 0.45], [0.45, 0.55]])
    truth = np.array([0, 1, 0, 1])
    table = reliability(proba, truth, bins=10)
    assert table["inquiries"].tolist() == [2, 2]
    assert table["confidence"].tolist() == pytest.approx([0.55, 0.95])
    assert table["accuracy"].tolist() == [1.0, 0.5]
    assert table[["low", "high"]].to_numpy().tolist() == [[0.5, 0.6], [0.9, 1.0]]
    assert calibration_error(proba, truth, bins=10) == pytest.approx((0.45 + 0.45) / 2)
    assert reliability(np.array([[1.0, 0.0]]), np.array([0]), bins=10)["high"].tolist() == [1.0]
    assert calibration_error(np.zeros((0, 2)), np.zeros(0, dtype=int)) == 0


def test_the_automatic_share_goes_down_to_the_last_threshold_that_is_precise_enough() -> None:
    top = np.array([0.99, 0.98, 0.97, 0.96, 0.95])
    proba = np.stack([top, 1 - top], axis=1)
    truth = np.array([0, 0, 1, 0, 0])
    found = automatic_share(proba, truth, precision=0.75)
    assert (found.threshold, found.share, found.precision) == (0.95, 1.0, 0.8)
    strict = automatic_share(proba, truth, precision=0.99)
    assert (strict.threshold, strict.share, strict.precision) == (0.98, 0.4, 1.0)
    assert (strict.share_low, strict.share_high) == exact_interval(2, 5)


def test_inquiries_of_equal_score_are_answered_all_or_none() -> None:
    proba = np.full((4, 2), [0.9, 0.1])
    assert automatic_share(proba, np.array([0, 0, 0, 1]), precision=0.9).share == 0
    assert automatic_share(proba, np.array([0, 0, 0, 1]), precision=0.75).share == 1


def test_the_exact_interval_leaves_a_fortieth_in_each_tail() -> None:
    low, high = exact_interval(7, 20)
    assert binom.sf(6, 20, low) == pytest.approx(0.025)
    assert binom.cdf(7, 20, high) == pytest.approx(0.025)
    assert exact_interval(0, 20)[0] == 0
    assert exact_interval(20, 20)[1] == 1
    assert exact_interval(0, 0) == (0, 1)


def test_folds_hold_every_row_once_and_every_category_in_its_share() -> None:
    labels = np.repeat([0, 1, 2], [50, 25, 5])
    parts = list(cross_folds(labels, 5, np.random.default_rng(1)))
    assert sorted(np.concatenate([held for _, held in parts])) == list(range(80))
    for learnt, held in parts:
        assert not set(learnt) & set(held)
        assert np.bincount(labels[held]).tolist() == [10, 5, 1]


def test_what_is_held_back_is_the_share_asked_for() -> None:
    labels = np.repeat([0, 1], 50)
    learnt, held = hold_back(labels, 0.1, np.random.default_rng(0))
    assert (len(learnt), len(held)) == (90, 10)
    assert labels[held].mean() == 0.5
    assert len(hold_back(labels, 0.0, np.random.default_rng(0))[1]) == 0
    assert len(hold_back(labels[:1], 0.5, np.random.default_rng(0))[1]) == 0


def test_no_model_is_asked_about_a_label_that_it_learnt() -> None:
    seen: list[set[str]] = []

    class Asked:
        def __init__(self, known: set[str]) -> None:
            self._known = known

        def probabilities(self, texts: list[str]) -> np.ndarray:
            assert not self._known & set(texts)
            seen.append(set(texts))
            return np.full((len(texts), 3), 1 / 3)

    def fit(rows: np.ndarray) -> Model:
        return Asked({TEXTS[row] for row in rows})  # type: ignore[return-value]

    proba, truth = held_back_probabilities(fit, TEXTS, LABELS, 5, seed=0)
    assert set().union(*seen) == set(TEXTS)
    assert proba.shape == (len(TEXTS), 3)
    assert np.bincount(truth).tolist() == np.bincount(LABELS).tolist()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["head", "bow", "transformer"])
def test_a_calibrated_model_predicts_the_same_categories(kind: Kind, tmp_path: Path) -> None:
    base = tiny("bert", tmp_path / "base")
    recipe = Recipe(kind, base, base)
    model = fit_model(recipe, TEXTS, LABELS, CATEGORIES, seed=0)
    cooled, temperature = calibrate(recipe, model, TEXTS, LABELS, CATEGORIES, seed=0)
    assert temperature != 1
    before, after = model.probabilities(TEXTS), cooled.probabilities(TEXTS)
    assert (before.argmax(axis=1) == after.argmax(axis=1)).all()
    assert (after.max(axis=1).mean() > before.max(axis=1).mean()) == (temperature < 1)


def test_too_few_labels_are_not_calibrated() -> None:
    recipe = Recipe("bow", "none")
    model = fit_model(recipe, TEXTS[:20], LABELS[:20], CATEGORIES, seed=0)
    same, temperature = calibrate(recipe, model, TEXTS[:20], LABELS[:20], CATEGORIES, seed=0)
    assert same is model
    assert temperature == 1
