"""One round of the fast lane, shared by live loop and simulation: labels in, next batch out.

`rehearse` plays one after another where the labels are known.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from learner.asking.neighbours import smoothed
from learner.asking.strategies import Choice, Pool, choose, cold_start
from learner.models.head import Head, fit_head
from learner.models.self_training import drawn, self_trained


@dataclass(frozen=True)
class Selection:
    """How inquiries are chosen; `initial` is the size of the cold start."""

    strategy: str
    batch_size: int
    initial: int
    seed: int


@dataclass(frozen=True)
class Batch:
    """What to ask next, best first, and the head so far (None in the cold start)."""

    choices: list[Choice]
    reserve: list[Choice]  # asked only if people are quicker than the next round
    head: Head | None


def next_batch(
    embeddings: np.ndarray,
    labels: np.ndarray,
    askable: np.ndarray,
    categories: int,
    selection: Selection,
    number: int,
    graph: csr_matrix | None = None,
    reserve: int = 0,
    trust: np.ndarray | None = None,
) -> Batch:
    """The batch of round `number`.

    `embeddings` (N, D) and `labels` (N,) cover the whole pool, with -1 where there is no label;
    `askable` (N,) is true where an inquiry may be asked; `graph` is the pool's
    `neighbour_graph`; without it the head learns from the labels alone; `trust` (N,) says how much
    each label counts, 1 unless given. Equal arguments give an equal batch.
    """
    labelled = np.flatnonzero(labels >= 0)
    open_rows = np.flatnonzero(askable & (labels < 0))
    if len(np.unique(labels[labelled])) < 2:
        size = max(selection.batch_size, selection.initial - len(labelled))
        if selection.strategy == "random":
            rng = np.random.default_rng([selection.seed, number])
            rows = rng.choice(open_rows, min(size, len(open_rows)), replace=False)
            return Batch([Choice(int(row), 1.0, "random") for row in rows], [], None)
        return Batch(cold_start(embeddings, open_rows, size, selection.seed + number), [], None)
    plain = _plain(embeddings, labels, categories, trust)
    proba = plain.probabilities(embeddings)
    # The plain head chooses: taught its own guesses, a head is too sure of them to ask about them.
    pool = Pool(proba, embeddings, open_rows, labelled, labels[labelled])
    rng = np.random.default_rng([selection.seed, number])
    batch = choose(selection.strategy, pool, selection.batch_size, rng)
    rest = askable & (labels < 0)
    rest[[choice.row for choice in batch]] = False
    more = choose(selection.strategy, pool.only(np.flatnonzero(rest)), reserve, rng)
    if graph is None:
        return Batch(batch, more, plain)
    taught = _taught(plain, proba, embeddings, labels, graph, selection.seed, trust)
    return Batch(batch, more, taught)


def fit_on_pool(
    embeddings: np.ndarray,
    labels: np.ndarray,
    categories: int,
    graph: csr_matrix,
    seed: int,
    trust: np.ndarray | None = None,
) -> Head:
    """The head of a round, which learns from the pool as well; arguments as of `next_batch`."""
    plain = _plain(embeddings, labels, categories, trust)
    return _taught(plain, plain.probabilities(embeddings), embeddings, labels, graph, seed, trust)


def _plain(
    embeddings: np.ndarray, labels: np.ndarray, categories: int, trust: np.ndarray | None
) -> Head:
    labelled = np.flatnonzero(labels >= 0)
    weights = None if trust is None else trust[labelled]
    return fit_head(embeddings[labelled], labels[labelled], categories, weights)


def _taught(
    plain: Head,
    proba: np.ndarray,
    embeddings: np.ndarray,
    labels: np.ndarray,
    graph: csr_matrix,
    seed: int,
    trust: np.ndarray | None,
) -> Head:
    labelled = np.flatnonzero(labels >= 0)
    others = drawn(np.flatnonzero(labels < 0), seed)
    guesses = smoothed(proba, graph, labelled, labels[labelled], others).argmax(axis=1)
    return self_trained(
        plain,
        embeddings[labelled],
        labels[labelled],
        embeddings[others],
        guesses,
        None if trust is None else trust[labelled],
    )


@dataclass(frozen=True)
class Round:
    """One round of a rehearsal: `labels` (N,), -1 where there is none yet, and what they lead to.

    `seconds` is from the answers of the batch before to `batch` being chosen. In the last round
    `batch` is not asked any more.
    """

    number: int
    labels: np.ndarray
    batch: Batch
    seconds: float
    is_last: bool

    @property
    def known(self) -> np.ndarray:
        """Row numbers of what is labelled, ascending."""
        return np.flatnonzero(self.labels >= 0)


def rehearse(
    embeddings: np.ndarray,
    truth: np.ndarray,
    categories: int,
    selection: Selection,
    budget: int,
    graph: csr_matrix | None = None,
) -> Iterator[Round]:
    """Every round until `budget` inquiries are labelled or the pool is empty.

    `truth` (N,), the category numbers of all `embeddings` (N, D), is the annotator; `graph` is as
    for `next_batch`.
    """
    labels = np.full(len(truth), -1)
    everything = np.ones(len(truth), dtype=bool)
    number = 0
    while True:
        began = time.monotonic()
        batch = next_batch(embeddings, labels, everything, categories, selection, number, graph)
        seconds = time.monotonic() - began
        asked = int((labels >= 0).sum())
        is_last = asked >= budget or not batch.choices
        yield Round(number, labels.copy(), batch, seconds, is_last)
        if is_last:
            return
        rows = [choice.row for choice in batch.choices][: budget - asked]
        labels[rows] = truth[rows]
        number += 1
