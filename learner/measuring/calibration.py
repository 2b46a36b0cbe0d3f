"""Scores that can be trusted: temperature scaling, calibration error, and what may be automated.

The temperature is fitted on labels that the model has not seen (`held_back_probabilities`), not on
test inquiries, and no label is lost to it: models of the same recipe are fitted on part of the
labels and asked about the rest, and the temperature that they need cools the model fitted on all.
The quick models are asked about every label (five-fold cross-validation), the slow ones about a
fifth, which costs one more fit. Accuracy does not change, so only a model that is kept needs it.
Labels chosen for being hard make the temperature higher than random ones would: scores err to the
modest.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.stats import beta

from learner.fitting.recipe import Recipe, fit_model
from learner.models.holdout import cross_folds
from learner.models.protocol import Model
from learner.progress import Progress

FOLDS = 5
BINS = 15
FEWEST = 50  # labels, below which a temperature would be a guess
# The prior of the temperature's logarithm, around 0: without it a few labels that are all
# predicted rightly would make the model as sure as it can be.
SPREAD = 0.5
PRECISION = 0.99


@dataclass(frozen=True)
class Automatic:
    """What could be answered without a person: inquiries whose top score is at least `threshold`.

    `share` of all inquiries, with the two ends of its 95 % interval; among those answered,
    `precision` were right. Where no threshold is precise enough, the share is 0.
    """

    threshold: float
    share: float
    share_low: float
    share_high: float
    precision: float


def calibrate(
    recipe: Recipe,
    model: Model,
    texts: Sequence[str],
    labels: np.ndarray,
    categories: Sequence[str],
    seed: int,
    progress: Progress | None = None,
    refit: Callable[[np.ndarray], Model] | None = None,
) -> tuple[Model, float]:
    """`model`, which `recipe` fitted on these N texts and labels (N,), cooled; and its temperature.

    `refit` fits it on some of the N rows, where it learns from more than their texts.

    With fewer than `FEWEST` labels, or a single category, it stays as it is.
    """
    if len(labels) < FEWEST or len(np.unique(labels)) < 2:
        return model, 1.0

    def fit(rows: np.ndarray) -> Model:
        part = [texts[row] for row in rows]
        return fit_model(recipe, part, labels[rows], categories, seed, progress)

    folds = 1 if recipe.is_slow else FOLDS
    probabilities, truth = held_back_probabilities(refit or fit, texts, labels, folds, seed)
    temperature = fit_temperature(probabilities, truth)
    return model.cooled(temperature), temperature


def held_back_probabilities(
    fit: Callable[[np.ndarray], Model],
    texts: Sequence[str],
    labels: np.ndarray,
    used: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """What models say of labels they have not seen: probabilities (M, K) and true numbers (M,).

    `fit` gives a model for the row numbers it may learn from; it is called for the first `used` of
    five folds.
    """
    rng = np.random.default_rng(seed)
    said, truth = [], []
    for learnt, held in list(cross_folds(labels, FOLDS, rng))[:used]:
        said.append(fit(learnt).probabilities([texts[row] for row in held]))
        truth.append(labels[held])
    return np.concatenate(said), np.concatenate(truth)


def fit_temperature(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """What the logits of probabilities (N, K) must be divided by to fit the true numbers (N,) best.

    Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017), equation 9, with a prior
    that keeps it near 1 on few labels.
    """
    logits = np.log(np.maximum(probabilities, 1e-12))
    rows = np.arange(len(truth))

    def surprise(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        peak = scaled.max(axis=1, keepdims=True)
        norm = peak[:, 0] + np.log(np.exp(scaled - peak).sum(axis=1))
        return float((norm - scaled[rows, truth]).sum() + log_temperature**2 / (2 * SPREAD**2))

    found = minimize_scalar(surprise, bounds=(-3.0, 3.0), method="bounded")
    return float(np.exp(found.x))


def reliability(probabilities: np.ndarray, truth: np.ndarray, bins: int = BINS) -> pd.DataFrame:
    """How sure the model was and how often it was right, in bins of equal width of the top score.

    Columns: low, high (ends of the bin), inquiries, confidence (mean top score), accuracy; empty
    bins are left out.
    """
    top, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    number = np.minimum((top * bins).astype(int), bins - 1)
    table = pd.DataFrame({"bin": number, "confidence": top, "accuracy": right.astype(float)})
    found = table.groupby("bin").agg(
        inquiries=("confidence", "size"),
        confidence=("confidence", "mean"),
        accuracy=("accuracy", "mean"),
    )
    found.insert(0, "low", found.index / bins)
    found.insert(1, "high", (found.index + 1) / bins)
    return found.reset_index(drop=True)


def calibration_error(probabilities: np.ndarray, truth: np.ndarray, bins: int = BINS) -> float:
    """Expected calibration error, as a fraction (Guo et al. 2017, equation 3)."""
    table = reliability(probabilities, truth, bins)
    gaps = (table["confidence"] - table["accuracy"]).abs()
    return float((gaps * table["inquiries"]).sum() / max(1, len(truth)))


def automatic_share(
    probabilities: np.ndarray, truth: np.ndarray, precision: float = PRECISION
) -> Automatic:
    """The largest share of inquiries that can be answered automatically at this precision.

    Looks for the lowest threshold of the top score above which `precision` of the inquiries (N, K)
    are predicted rightly. The threshold is chosen on the inquiries it is measured on, so for a
    promise give other inquiries than those the model is reported on. The interval of the share is
    the exact one of a proportion (Clopper and Pearson 1934).
    """
    top, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    order = np.argsort(-top, kind="stable")
    so_far = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    # A threshold takes all inquiries of equal score or none.
    is_last = np.append(np.diff(top[order]) != 0, [True] if len(order) else [])
    fits = np.flatnonzero((so_far >= precision) & is_last)
    taken = int(fits[-1]) + 1 if len(fits) else 0
    low, high = exact_interval(taken, len(order))
    return Automatic(
        threshold=float(top[order[taken - 1]]) if taken else 1.0,
        share=taken / max(1, len(order)),
        share_low=low,
        share_high=high,
        precision=float(so_far[taken - 1]) if taken else 1.0,
    )


def exact_interval(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """The interval of a proportion that never covers too little (Clopper and Pearson 1934)."""
    if not trials:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    low = beta.ppf(tail, successes, trials - successes + 1) if successes else 0.0
    high = beta.ppf(1 - tail, successes + 1, trials - successes) if successes < trials else 1.0
    return float(low), float(high)
