"""BADGE: batches that are diverse in the space of the head's gradients."""

import numpy as np

from learner.asking.strategies.pool import Pool


def badge(pool: Pool, size: int, rng: np.random.Generator) -> np.ndarray:
    """k-means++ over the gradients that the head's own guesses would give; longest first.

    Ash et al., "Deep Batch Active Learning by Diverse, Uncertain Gradient Lower Bounds" (2020). A
    linear head's gradient is the outer product of s = p - e_guess and x, so the dot product of two
    gradients is (s·s')(x·x') and the gradients themselves, (M, K x D), are never made.
    """
    points = pool.asked_embeddings
    error = pool.asked_proba.copy()
    error[np.arange(len(error)), error.argmax(axis=1)] -= 1
    lengths = (error**2).sum(axis=1) * (points**2).sum(axis=1)
    chosen = [int(np.argmax(lengths))]
    nearest = np.full(len(points), np.inf)
    while len(chosen) < size:
        last = chosen[-1]
        dots = (error @ error[last]) * (points @ points[last])
        nearest = np.minimum(nearest, np.maximum(lengths + lengths[last] - 2 * dots, 0))
        nearest[chosen] = 0
        odds = nearest.astype(float)
        if odds.sum() == 0:  # all that is left equals something chosen
            odds[:] = 1
            odds[chosen] = 0
        chosen.append(int(rng.choice(len(points), p=odds / odds.sum())))
    return pool.askable[np.array(chosen)]
