"""The full-data model: the same recipe trained on every labelled inquiry, once, and kept."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from learner.fitting import fit
from learner.fitting.recipe import Recipe


def prepare_full_data(
    recipe: Recipe,
    texts: Sequence[str],
    labels: np.ndarray,
    categories: Sequence[str],
    targets: Sequence[str],
    seed: int,
) -> Path:
    """The folder of the full-data model's job (`fitting.fit`), shared by all who ask for it.

    N texts with category numbers (N,) to learn from; M targets to predict. Whether it has been run,
    `fit.is_done` tells.
    """
    return fit.prepare_shared("full-data", recipe, texts, labels, categories, targets, seed)


def full_data_predictions(
    recipe: Recipe,
    texts: Sequence[str],
    labels: np.ndarray,
    categories: Sequence[str],
    targets: Sequence[str],
    seed: int,
) -> np.ndarray:
    """What the full-data model predicts for the targets, category numbers (M,).

    It is fitted here if need be.
    """
    folder = prepare_full_data(recipe, texts, labels, categories, targets, seed)
    if not fit.is_done(folder):
        fit.run_job(folder)
    return fit.predictions(folder)
