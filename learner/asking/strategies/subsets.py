"""Wrappers: another strategy, asked about a part of the pool."""

import numpy as np

from learner.asking.strategies.clusters import one_from_each
from learner.asking.strategies.pool import Pool, Strategy

SEALS_NEIGHBOURS = 100
ANCHORS, ANCHOR_NEIGHBOURS, ANCHORED = 10, 50, 500


def seals(inner: Strategy) -> Strategy:
    """`inner` among the nearest neighbours of everything labelled.

    Coleman et al., "Similarity Search for Efficient Active Learning and Search of Rare Concepts"
    (2022). Neighbours are exact.
    """

    def ask(pool: Pool, size: int, rng: np.random.Generator) -> np.ndarray:
        near, _ = _neighbours(pool, pool.labelled, SEALS_NEIGHBOURS)
        return _within(inner, pool, np.unique(near), size, rng)

    return ask


def anchored(inner: Strategy) -> Strategy:
    """`inner` among what is nearest to a few anchors of each category.

    Lesci and Vlachos, "AnchorAL: Computationally Efficient Active Learning for Large and
    Imbalanced Datasets" (2024).
    """

    def ask(pool: Pool, size: int, rng: np.random.Generator) -> np.ndarray:
        anchors = []
        for category in np.unique(pool.labels):
            rows = pool.labelled[pool.labels == category]
            seed = int(rng.integers(2**31))
            anchors.append(rows[one_from_each(pool.embeddings[rows], ANCHORS, seed)])
        near, similarity = _neighbours(pool, np.concatenate(anchors), ANCHOR_NEIGHBOURS)
        rows, place = np.unique(near, return_inverse=True)
        place = place.ravel()
        mean = np.bincount(place, similarity.ravel()) / np.bincount(place)
        best = rows[np.argsort(-mean, kind="stable")[:ANCHORED]]
        return _within(inner, pool, np.sort(best), size, rng)

    return ask


def balanced(inner: Strategy) -> Strategy:
    """`inner` among what is taken for each category, more where there are fewer labels.

    The class balancer of small-text: batch after batch the labels become even over categories.
    """

    def ask(pool: Pool, size: int, rng: np.random.Generator) -> np.ndarray:
        guess = pool.asked_proba.argmax(axis=1)
        left = np.bincount(guess, minlength=pool.proba.shape[1])
        have = np.bincount(pool.labels, minlength=len(left)).astype(float)
        quota = np.zeros(len(left), dtype=int)
        for _ in range(size):
            category = int(np.argmin(np.where(left > quota, have + quota, np.inf)))
            quota[category] += 1
        parts = [
            inner(pool.only(pool.askable[guess == category]), int(quota[category]), rng)
            for category in np.argsort(have, kind="stable")
            if quota[category]
        ]
        return np.concatenate(parts)

    return ask


def _neighbours(pool: Pool, rows: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The askable rows (len(rows), count) that are most alike to each of `rows`, and how alike."""
    similarity = pool.embeddings[rows] @ pool.asked_embeddings.T
    near = np.argsort(-similarity, axis=1, kind="stable")[:, :count]
    return pool.askable[near], np.take_along_axis(similarity, near, axis=1)


def _within(
    inner: Strategy, pool: Pool, rows: np.ndarray, size: int, rng: np.random.Generator
) -> np.ndarray:
    """`inner` among `rows`; where they are too few for a batch, among the rest as well."""
    if len(rows) >= size:
        return inner(pool.only(rows), size, rng)
    rest = pool.only(np.setdiff1d(pool.askable, rows))
    return np.concatenate([rows, inner(rest, size - len(rows), rng)])
