"""What every strategy sees of the pool, and what a strategy is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np


@dataclass(frozen=True)
class Pool:
    """The pool after a round's answers; rows number its N inquiries.

    `proba` (N, K) are the head's category probabilities, `embeddings` (N, D) of unit length;
    `askable` (M,) are the rows that may be asked and `labelled` (L,) those that have the category
    numbers `labels` (L,). No row is in both.
    """

    proba: np.ndarray
    embeddings: np.ndarray
    askable: np.ndarray
    labelled: np.ndarray
    labels: np.ndarray

    def only(self, rows: np.ndarray) -> "Pool":
        """The same pool, of which only `rows` may be asked."""
        return replace(self, askable=rows)

    @property
    def asked_proba(self) -> np.ndarray:
        """Probabilities (M, K) of the askable rows."""
        return self.proba[self.askable]

    @property
    def asked_embeddings(self) -> np.ndarray:
        """Embeddings (M, D) of the askable rows."""
        return self.embeddings[self.askable]


# Takes a pool, how many rows to choose (at most M) and the round's generator; gives rows, best
# first. Whoever draws, draws from that generator.
Strategy: TypeAlias = Callable[[Pool, int, np.random.Generator], np.ndarray]
