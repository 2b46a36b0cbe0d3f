"""Scores of single inquiries: how unsure the head is, and how far a label would move it.

Every score is (N,), the highest is asked first.
"""

from collections.abc import Callable, Iterator

import numpy as np

from learner.asking.strategies.pool import Pool, Strategy
from learner.models.head import BLOCK


def margin(proba: np.ndarray) -> np.ndarray:
    """One minus the distance of the two most likely categories of `proba` (N, K), 0 to 1.

    Luo et al., "Active Learning to Recognize Multiple Types of Plankton" (2005): breaking ties.
    """
    top = np.partition(proba, -2, axis=1)[:, -2:]
    return 1.0 - (top[:, 1] - top[:, 0])


def least_confidence(proba: np.ndarray) -> np.ndarray:
    """One minus the probability of the most likely category of `proba` (N, K), 0 to 1.

    Lewis and Gale, "A Sequential Algorithm for Training Text Classifiers" (1994).
    """
    return 1.0 - proba.max(axis=1)


def entropy(proba: np.ndarray) -> np.ndarray:
    """Entropy of `proba` (N, K) in nats. Holub et al., "Entropy-based active learning" (2008)."""
    return -np.sum(proba * np.log(np.maximum(proba, np.finfo(float).tiny)), axis=1)


def gradient_length(proba: np.ndarray, embeddings: np.ndarray) -> np.ndarray:
    """Expected length of the loss's gradient, were the inquiry labelled.

    Settles, Craven and Ray, "Multiple-Instance Active Learning" (2007). For a linear head it is
    closed: the gradient by the weights under category k is (p - e_k) xᵀ, by the intercepts p - e_k,
    so its length is |p - e_k| times the length of (x, 1). `proba` (N, K), `embeddings` (N, D).
    """
    squares = (proba**2).sum(axis=1, keepdims=True)
    to_corner = np.sqrt(np.maximum(squares - 2 * proba + 1, 0))  # |p - e_k|, (N, K)
    size = np.sqrt((embeddings**2).sum(axis=1) + 1)
    return (proba * to_corner).sum(axis=1) * size


def ranked(score: np.ndarray, size: int) -> np.ndarray:
    """Positions of the `size` highest of `score` (N,), in order; of equals the first one first."""
    if size >= len(score):
        return np.argsort(-score, kind="stable")
    enough = np.flatnonzero(score >= np.partition(score, -size)[-size])
    return enough[np.argsort(-score[enough], kind="stable")][:size]


def by_proba(score: Callable[[np.ndarray], np.ndarray]) -> Strategy:
    """The strategy that asks for the highest scores of the probabilities."""

    def ask(pool: Pool, size: int, _rng: np.random.Generator) -> np.ndarray:
        scores = [score(pool.proba[rows]) for rows in _blocks(pool.askable)]
        return pool.askable[ranked(np.concatenate(scores), size)]

    return ask


def longest_gradient(pool: Pool, size: int, _rng: np.random.Generator) -> np.ndarray:
    """The strategy that asks for the longest expected gradients."""
    scores = [
        gradient_length(pool.proba[rows], pool.embeddings[rows]) for rows in _blocks(pool.askable)
    ]
    return pool.askable[ranked(np.concatenate(scores), size)]


def _blocks(rows: np.ndarray) -> Iterator[np.ndarray]:
    """The rows, as many at a time as are copied without harm."""
    for start in range(0, max(len(rows), 1), BLOCK):
        yield rows[start : start + BLOCK]
