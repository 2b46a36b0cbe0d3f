"""Coresets: a batch that stands for the pool's embeddings, whatever the head thinks."""

import numpy as np

from learner.asking.strategies.pool import Pool


def greedy_coreset(pool: Pool, size: int, _rng: np.random.Generator) -> np.ndarray:
    """Again and again the inquiry farthest from all that is labelled or chosen.

    Sener and Savarese, "Active Learning for Convolutional Neural Networks: A Core-Set Approach"
    (2018).
    """
    points = pool.asked_embeddings
    lengths = (points**2).sum(axis=1)

    def from_all(others: np.ndarray) -> np.ndarray:
        return lengths[:, None] + (others**2).sum(axis=1) - 2 * points @ others.T

    distance = from_all(pool.embeddings[pool.labelled]).min(axis=1, initial=np.inf)
    chosen: list[int] = []
    for _ in range(size):
        chosen.append(int(np.argmax(distance)))
        distance = np.minimum(distance, from_all(points[chosen[-1:]])[:, 0])
        distance[chosen] = -np.inf
    return pool.askable[np.array(chosen, dtype=int)]


def lightweight_coreset(pool: Pool, size: int, rng: np.random.Generator) -> np.ndarray:
    """Drawn, half evenly, half by the squared distance from the mean; the likeliest first.

    Bachem, Lucic and Krause, "Scalable k-Means Clustering via Lightweight Coresets" (2018).
    """
    points = pool.asked_embeddings.astype(float)
    squares = ((points - points.mean(axis=0)) ** 2).sum(axis=1)
    odds = np.full(len(points), 1 / len(points))
    if squares.sum() > 0:
        odds = (odds + squares / squares.sum()) / 2
    drawn = np.sort(rng.choice(len(points), size, replace=False, p=odds / odds.sum()))
    return pool.askable[drawn[np.argsort(-odds[drawn], kind="stable")]]
