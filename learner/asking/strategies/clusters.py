"""k-means, and one inquiry from each cluster: no two of a batch are nearly the same."""

import warnings

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from learner.asking.strategies.pool import Pool


def one_from_each(
    points: np.ndarray, size: int, seed: int, weight: np.ndarray | None = None
) -> np.ndarray:
    """Positions of `size` of the points (N, D): nearest to each centre, the largest cluster first.

    `weight` (N,) draws the centres towards heavy points: Zhdanov, "Diverse mini-batch Active
    Learning" (2019). Where clusters are empty, since points are equal, other positions fill up.
    """
    size = min(size, len(points))
    if size == 0:
        return np.array([], dtype=int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer clusters than asked
        clusters = KMeans(size, n_init=1, random_state=seed).fit(points, sample_weight=weight)
    distances = clusters.transform(points)
    sizes = np.bincount(clusters.labels_, minlength=size)
    taken: list[int] = []
    for cluster in np.argsort(-sizes, kind="stable"):
        members = np.flatnonzero(clusters.labels_ == cluster)
        if len(members):
            taken.append(int(members[np.argmin(distances[members, cluster])]))
    rest = np.setdiff1d(np.arange(len(points)), taken)
    return np.array([*taken, *rest[: size - len(taken)]], dtype=int)


def embedding_kmeans(pool: Pool, size: int, rng: np.random.Generator) -> np.ndarray:
    """One inquiry from each of `size` clusters of what may be asked, whatever the head thinks.

    Yuan, Lin and Boyd-Graber, "Cold-start Active Learning through Self-supervised Language
    Modeling" (2020).
    """
    return pool.askable[one_from_each(pool.asked_embeddings, size, int(rng.integers(2**31)))]
