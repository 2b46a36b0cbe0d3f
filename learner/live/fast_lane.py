"""The fast lane: after every few answers the head is refitted, measured, and the queue renewed."""

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from learner.asking.rounds import Batch, Selection, next_batch
from learner.defaults import INITIAL
from learner.fitting.recipe import Recipe, fit_model
from learner.live.campaign import Campaign
from learner.live.journal import ASKED, Journal
from learner.live.queue import Queue
from learner.live.scoreboard import Scoreboard
from learner.models.head import Head

RESERVE = 2  # batches beyond the one to be answered, so that nobody waits for a round


@dataclass
class FastLane:
    """Plays rounds.

    `vectors` (N, D) and `test_vectors` (M, D) embed the pool and the test inquiries, `graph` is the
    pool's `neighbour_graph`; `full` (M,) is what the full-data model of `recipe` predicts for the
    test inquiries (None without a reference).
    """

    campaign: Campaign
    journal: Journal
    queue: Queue
    scores: Scoreboard
    recipe: Recipe
    vectors: np.ndarray
    graph: csr_matrix
    test_vectors: np.ndarray
    full: np.ndarray | None

    def __post_init__(self) -> None:
        settings, rounds = self.campaign.settings, self.journal.rounds()
        self._selection = Selection(settings.strategy, settings.batch_size, INITIAL, settings.seed)
        self._number = len(rounds)
        self._labels_then = int(rounds["labels"].iloc[-1]) if len(rounds) else 0

    @property
    def is_exhausted(self) -> bool:
        """Whether every inquiry of the pool has been answered."""
        return len(self.queue.taken) >= len(self.campaign.pool)

    def is_due(self) -> bool:
        """Whether a round is due: as many inquiries as a batch answered, or nothing open."""
        if self.is_exhausted:
            return False
        answered = len(self.queue.labels) - self._labels_then
        return self.queue.open.empty or answered >= self._selection.batch_size

    def play_round(self) -> None:
        """Fit the head, ask the next batch, then measure the head."""
        began = time.monotonic()
        self.queue.read_answers()
        labels = self.campaign.pool_numbers(self.queue.labels)
        askable = ~self.campaign.pool["id"].isin({*self.queue.taken, *self._waiting()}).to_numpy()
        batch = next_batch(
            self.vectors,
            labels,
            askable,
            len(self.campaign.categories),
            self._selection,
            self._number,
            self.graph,
            reserve=RESERVE * self._selection.batch_size,
        )
        self.queue.replace(self._asked(batch))
        count = int((labels >= 0).sum())
        self.journal.write_round(self._number, count, time.monotonic() - began)
        self._number, self._labels_then = self._number + 1, count
        if batch.head is not None and self.full is not None:
            self._measure(batch.head, labels, self.full)

    def finish(self) -> None:
        """Measure what has been labelled since the last round, when no more is to be asked."""
        if len(self.queue.labels) > self._labels_then:
            self.play_round()

    def _waiting(self) -> set[str]:
        """What stays open whatever this round asks: the rest of the cold start."""
        return set(self.queue.cold_start()["inquiry"])

    def _asked(self, batch: Batch) -> pd.DataFrame:
        choices = [*batch.choices, *batch.reserve]
        budget = self.campaign.settings.budget
        if budget is not None:
            choices = choices[: max(0, budget - len(self.queue.labels) - len(self._waiting()))]
        rows = [choice.row for choice in choices]
        asked = pd.DataFrame({"inquiry": self.campaign.pool["id"].to_numpy()[rows]})
        asked["round"], asked["rank"] = self._number, np.arange(len(rows))
        asked["uncertainty"] = [choice.uncertainty for choice in choices]
        asked["why"] = [choice.why for choice in choices]
        asked["suggestion"], asked["score"] = None, None
        if batch.head is not None and rows:
            proba = batch.head.probabilities(self.vectors[rows])
            asked["suggestion"] = [self.campaign.categories[i] for i in proba.argmax(axis=1)]
            asked["score"] = proba.max(axis=1)
        return asked[ASKED]

    def _measure(self, head: Head, labels: np.ndarray, full: np.ndarray) -> None:
        rows = np.flatnonzero(labels >= 0)
        if self.recipe.kind == "head":
            proba = head.probabilities(self.test_vectors)
        else:
            model = fit_model(
                self.recipe,
                self.campaign.pool["text"].iloc[rows].tolist(),
                labels[rows],
                self.campaign.categories,
                self.campaign.settings.seed,
            )
            proba = model.probabilities(self.campaign.test["text"].tolist())
        self.scores.record("fast", self.recipe.name, proba.argmax(axis=1), full, len(rows))
