"""What to ask next: small-text's query strategies by name, and the spread over the pool.

A strategy scores the pool; ranking, ties and the spread are the same for all of them, and done here
once.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from labeling.errors import InputError
from labeling.inquiries.hints import did_you_mean

CANDIDATES = 5  # times the batch: the most uncertain inquiries that the spread chooses from
CONFIDENCE_STRATEGIES = {  # name here: class in small-text
    "breaking-ties": "BreakingTies",
    "least-confidence": "LeastConfidence",
    "prediction-entropy": "PredictionEntropy",
}
NAMES = (*CONFIDENCE_STRATEGIES, "random")


@dataclass(frozen=True)
class Choice:
    """A chosen inquiry: its row in the pool, how uncertain the head is (0 to 1), and why."""

    row: int
    uncertainty: float
    why: str


def check_strategy(name: str) -> str:
    """`name` if it is a strategy; else an InputError that says which there are."""
    if name in NAMES:
        return name
    hint = did_you_mean(name, NAMES)
    raise InputError(f"--strategy {name}: no such strategy{hint}; there are {', '.join(NAMES)}")


def cold_start(embeddings: np.ndarray, open_rows: np.ndarray, size: int, seed: int) -> list[Choice]:
    """The first batch: `size` inquiries spread over the whole pool, before there is any label.

    k-means over the embeddings (N, D) of the open rows, and from each cluster the inquiry nearest
    to its centre; large clusters first.
    """
    size = min(size, len(open_rows))
    if size == 0:
        return []
    points = embeddings[open_rows]
    clusters = _clusters(points, size, seed)
    picked = _one_from_each(points, clusters, clusters.transform(points))
    return [Choice(int(open_rows[i]), 1.0, "cold start") for i in picked]


def choose(
    strategy: str,
    proba: np.ndarray,
    embeddings: np.ndarray,
    open_rows: np.ndarray,
    size: int,
    rng: np.random.Generator,
) -> list[Choice]:
    """The next batch out of the open rows of the pool, best first; fewer if few are open.

    `proba` (N, K) and `embeddings` (N, D) cover the whole pool. The same generator state gives the
    same batch.
    """
    size = min(size, len(open_rows))
    if size == 0:
        return []
    proba = proba[open_rows]
    uncertainty = 1.0 - _margins(proba)
    if strategy == "random":
        picked = rng.choice(len(open_rows), size, replace=False)
    else:
        score = _scores(strategy, proba)
        candidates = np.argsort(score, kind="stable")[: CANDIDATES * size]
        spread = _spread(embeddings[open_rows[candidates]], uncertainty[candidates], size, rng)
        picked = candidates[spread]
        picked = picked[np.argsort(score[picked], kind="stable")]
    return [Choice(int(open_rows[i]), float(uncertainty[i]), strategy) for i in picked]


def _scores(strategy: str, proba: np.ndarray) -> np.ndarray:
    """small-text's score of each row of `proba`, (N,); the lowest is asked first."""
    import small_text  # here, since it takes seconds

    rows = np.arange(len(proba))
    none = np.array([], dtype=int)
    return getattr(small_text, CONFIDENCE_STRATEGIES[strategy])().score(
        _Predicted(proba), rows, rows, none, none
    )


@dataclass(frozen=True)
class _Predicted:
    """What small-text's confidence strategies need of a classifier, predicted already."""

    proba: np.ndarray

    def predict_proba(self, rows: np.ndarray) -> np.ndarray:
        return self.proba[rows]


def _spread(
    points: np.ndarray, weight: np.ndarray, size: int, rng: np.random.Generator
) -> np.ndarray:
    """Rows of `size` points, one from each cluster of a weighted k-means: no two nearly the same.

    Zhdanov, "Diverse mini-batch Active Learning" (2019): the centre of each cluster leans towards
    uncertain inquiries, and the inquiry nearest to it is taken.
    """
    if len(points) <= size:
        return np.arange(len(points))
    seed = int(rng.integers(2**31))
    clusters = _clusters(points, size, seed, weight + 1e-6)
    return np.sort(_one_from_each(points, clusters, clusters.transform(points)))


def _clusters(points: np.ndarray, size: int, seed: int, weight: np.ndarray | None = None) -> KMeans:
    with warnings.catch_warnings():
        # Fewer clusters than asked, since some points are equal: `_one_from_each` fills them up.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return KMeans(size, n_init=1, random_state=seed).fit(points, sample_weight=weight)


def _one_from_each(points: np.ndarray, clusters: KMeans, distances: np.ndarray) -> np.ndarray:
    """The row nearest to each cluster's centre, the largest cluster first.

    Filled up with other rows where clusters are empty.
    """
    sizes = np.bincount(clusters.labels_, minlength=clusters.n_clusters)
    taken: list[int] = []
    for cluster in np.argsort(-sizes, kind="stable"):
        members = np.flatnonzero(clusters.labels_ == cluster)
        if len(members):
            taken.append(int(members[np.argmin(distances[members, cluster])]))
    rest = np.setdiff1d(np.arange(len(points)), taken)
    taken += rest[: clusters.n_clusters - len(taken)].tolist()
    return np.array(taken)


def _margins(proba: np.ndarray) -> np.ndarray:
    top = np.sort(proba, axis=1)[:, -2:]
    return top[:, 1] - top[:, 0]
