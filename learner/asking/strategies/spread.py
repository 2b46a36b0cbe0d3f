"""The spread: of the best inquiries for another strategy, some that are unlike each other."""

import numpy as np

from learner.asking.strategies.clusters import one_from_each
from learner.asking.strategies.pool import Pool, Strategy
from learner.asking.strategies.uncertainty import margin

CANDIDATES = 5  # times the batch: how many of the best the spread chooses from


def spread(inner: Strategy) -> Strategy:
    """One from each cluster of what `inner` finds best, in the order that `inner` has them in.

    Zhdanov, "Diverse mini-batch Active Learning" (2019): centres lean towards uncertain inquiries.
    """

    def ask(pool: Pool, size: int, rng: np.random.Generator) -> np.ndarray:
        best = inner(pool, min(CANDIDATES * size, len(pool.askable)), rng)
        if len(best) <= size:
            return best
        weight = margin(pool.proba[best]) + 1e-6  # k-means needs weights above 0
        seed = int(rng.integers(2**31))
        return best[np.sort(one_from_each(pool.embeddings[best], size, seed, weight))]

    return ask
