"""The next batch: a strategy's rows as choices, and the cold start before there is any label."""

from dataclasses import dataclass

import numpy as np

from learner.asking.strategies.clusters import one_from_each
from learner.asking.strategies.pool import Pool
from learner.asking.strategies.registry import find_strategy
from learner.asking.strategies.uncertainty import margin

CROWD = 20_000


@dataclass(frozen=True)
class Choice:
    """A chosen inquiry: its row in the pool, how uncertain the head is (0 to 1), and why."""

    row: int
    uncertainty: float
    why: str


def cold_start(embeddings: np.ndarray, open_rows: np.ndarray, size: int, seed: int) -> list[Choice]:
    """The first batch: `size` inquiries spread over the whole pool, before there is any label.

    k-means over the embeddings (N, D) of the open rows, and from each cluster the inquiry nearest
    to its centre; large clusters first. More than `CROWD` rows are represented by an even part.
    """
    if len(open_rows) > CROWD:
        open_rows = open_rows[np.linspace(0, len(open_rows) - 1, CROWD).astype(int)]
    picked = one_from_each(embeddings[open_rows], size, seed)
    return [Choice(int(row), 1.0, "cold start") for row in open_rows[picked]]


def choose(strategy: str, pool: Pool, size: int, rng: np.random.Generator) -> list[Choice]:
    """The next batch out of what may be asked, best first; fewer if there are not as many.

    The same pool and the same generator state give the same batch.
    """
    size = min(size, len(pool.askable))
    if size == 0:
        return []
    rows = find_strategy(strategy)(pool, size, rng)
    uncertainty = margin(pool.proba[rows])
    return [
        Choice(int(row), float(unsure), strategy)
        for row, unsure in zip(rows, uncertainty, strict=True)
    ]
