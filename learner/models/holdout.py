"""Labels held back from learning, to choose or to calibrate by: never the test inquiries."""

from collections.abc import Iterator

import numpy as np


def folds(labels: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """A fold number from 0 to `count` - 1 for each label (N,), every category spread over them."""
    order = rng.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    numbers = np.empty(len(labels), dtype=int)
    numbers[order] = np.arange(len(labels)) % count
    return numbers


def hold_back(
    labels: np.ndarray, share: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers to learn from and row numbers held back, every category in its share."""
    if share <= 0 or len(labels) < 2:
        return np.arange(len(labels)), np.arange(0)
    count = min(len(labels), max(2, round(1 / share)))
    held = folds(labels, count, rng) == 0
    return np.flatnonzero(~held), np.flatnonzero(held)


def cross_folds(
    labels: np.ndarray, count: int, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each of `count` folds: row numbers to learn from, and row numbers held back."""
    numbers = folds(labels, count, rng)
    for number in range(count):
        yield np.flatnonzero(numbers != number), np.flatnonzero(numbers == number)
