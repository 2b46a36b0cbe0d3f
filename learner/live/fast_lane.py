"""The fast lane: after every few answers the head is refitted, measured, and the queue renewed."""

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from labeling.audit import AUDITED, mixed
from labeling.overlap import answers_wanted, is_shared
from learner.asking.doubt import AT_LEAST, MOST_ANSWERS, doubtful, how_many, out_of_fold
from learner.asking.rounds import Batch, Selection, next_batch
from learner.asking.strategies.uncertainty import margin
from learner.defaults import INITIAL
from learner.fitting.recipe import Recipe, fit_model
from learner.live.campaign import Campaign
from learner.live.journal import ASKED, Journal
from learner.live.queue import Queue
from learner.live.scoreboard import Scoreboard
from learner.models.head import Head
from learner.stopping.stability import changes, draw_stop_set, is_stable

RESERVE = 2  # batches beyond the one to be answered, so that nobody waits for a round


@dataclass
class FastLane:
    """Plays rounds.

    `vectors` (N, D) and `test_vectors` (M, D) embed the pool and the test inquiries, `graph` is the
    pool's `neighbour_graph`; `full` (M,) is what the full-data model of `recipe` predicts for the
    test inquiries (None without a reference). `zero_shot` suggests as long as there is no head.
    The audit sample is asked, but teaches nothing.

    Without a reference, `is_stable` says whether the predictions have stopped changing, `changed`
    what share of them did at the last look (NaN before there is anything to compare with).
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
    zero_shot: Head | None = None

    def __post_init__(self) -> None:
        settings, rounds = self.campaign.settings, self.journal.rounds()
        self._selection = Selection(settings.strategy, settings.batch_size, INITIAL, settings.seed)
        self._number = len(rounds)
        then = int(rounds["labels"].iloc[-1]) if len(rounds) else 0
        self._labels_then = min(then, len(self.queue.labels))  # fewer once the codebook has changed
        audited = np.flatnonzero(self.campaign.is_audit)
        inquiries = self.campaign.pool["id"].iloc[audited]
        rows = dict(zip(inquiries, audited.tolist(), strict=True))
        self._audit_rows = [rows[inquiry] for inquiry in self.campaign.audit]
        self._stop_set = draw_stop_set(np.flatnonzero(~self.campaign.is_audit), settings.seed)
        self.is_stable, self.changed = False, float("nan")
        self._look_back()

    @property
    def is_exhausted(self) -> bool:
        """Whether every inquiry of the pool has been answered."""
        return len(self.queue.taken) >= len(self.campaign.pool)

    @property
    def is_settled(self) -> bool:
        """Whether the predictions have stopped changing, and what audits them is answered."""
        return self.is_stable and set(self.campaign.audit) <= self.queue.taken

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
        answered = self.campaign.pool_numbers(self.queue.labels)
        is_audit = self.campaign.is_audit
        labels = np.where(is_audit, -1, answered)
        trust = self.campaign.pool_trust(self.queue.labels)
        taken = self.campaign.pool["id"].isin({*self.queue.taken, *self._waiting()}).to_numpy()
        batch = next_batch(
            self.vectors,
            labels,
            ~taken & ~is_audit,
            len(self.campaign.categories),
            self._selection,
            self._number,
            self.graph,
            reserve=RESERVE * self._selection.batch_size,
            trust=trust,
        )
        count = int((answered >= 0).sum())
        if batch.head is not None and not self.campaign.has_reference:
            self._watch(batch.head, int((labels >= 0).sum()))
        self.queue.replace(self._asked(batch, [row for row in self._audit_rows if not taken[row]]))
        self._ask_again(labels, trust)
        self.journal.write_round(self._number, count, time.monotonic() - began)
        self._number, self._labels_then = self._number + 1, count
        if batch.head is None:
            return
        if self.full is not None:
            self._measure(batch.head, labels, self.full)
        else:
            self._audit(batch.head, labels, answered)

    def finish(self) -> None:
        """Measure what has been labelled since the last round, when no more is to be asked."""
        if len(self.queue.labels) > self._labels_then:
            self.play_round()

    def _waiting(self) -> set[str]:
        """What stays open whatever this round asks."""
        return set(self.queue.staying()["inquiry"])

    def _ask_again(self, labels: np.ndarray, trust: np.ndarray) -> None:
        """Put doubtful labels before somebody else, where there is somebody else."""
        people, rows = self.queue.people(), np.flatnonzero(labels >= 0)
        if not self.queue.workspace.keeps_order or people < 2 or len(rows) < AT_LEAST:
            return
        settings, again = self.campaign.settings, self.queue.asked_again()
        came = again[again["came"]]
        under_way = set(again["inquiry"]) - set(came["inquiry"])
        size = how_many(settings.batch_size, len(came), int(came["differs"].sum()))
        size -= len(under_way - self.queue.discarded)
        if size < 1:
            return
        answers = self.queue.labels.set_index("inquiry")["answers"]
        inquiries = self.campaign.pool["id"].iloc[rows]
        few = inquiries.map(answers).to_numpy() < min(MOST_ANSWERS, people)
        may_ask = few & ~inquiries.isin(under_way | self.queue.discarded).to_numpy()
        kinds = len(self.campaign.categories)
        vectors = self.vectors[rows]
        proba = out_of_fold(vectors, labels[rows], kinds, trust[rows], settings.seed)
        doubted = inquiries.iloc[doubtful(proba, labels[rows], may_ask, size)].tolist()
        if doubted:
            self.queue.ask_again(doubted)

    def _asked(self, batch: Batch, audit: list[int]) -> pd.DataFrame:
        """The next queue (columns ASKED): the batch, and among it rows of the audit sample."""
        why = {choice.row: choice.why for choice in [*batch.choices, *batch.reserve]}
        rows = list(why)
        if batch.head is not None:
            rows = mixed([] if self.is_stable else rows, audit)
        budget = self.campaign.settings.budget
        if budget is not None:
            rows = rows[: max(0, budget - len(self.queue.labels) - len(self._waiting()))]
        asked = pd.DataFrame({"inquiry": self.campaign.pool["id"].to_numpy()[rows]})
        asked["round"], asked["rank"] = self._number, np.arange(len(rows))
        asked["uncertainty"] = 1.0
        asked["why"] = [why.get(row, AUDITED) for row in rows]
        asked["guess"], asked["suggestion"], asked["score"] = None, None, None
        settings = self.campaign.settings
        asked["wanted"] = settings.answers_per_inquiry
        if self.queue.workspace.keeps_order:
            per, seed = settings.answers_per_inquiry, settings.seed
            asked["wanted"] = answers_wanted(asked["inquiry"], per, seed)
        head = batch.head or self.zero_shot
        if head is not None and rows:
            proba = head.probabilities(self.vectors[rows])
            asked["uncertainty"] = margin(proba)
            shared = [is_shared(inquiry, settings.seed) for inquiry in asked["inquiry"]]
            shown = ~np.array(shared) & (asked["why"] != AUDITED).to_numpy()
            names = np.array(self.campaign.categories, dtype=object)[proba.argmax(axis=1)]
            asked["guess"] = names
            asked["suggestion"] = np.where(shown, names, None)
            asked["score"] = np.where(shown, proba.max(axis=1).astype(object), None)
        return asked[ASKED]

    def _watch(self, head: Head, labels: int) -> None:
        """Compare what the head on so many labels predicts with what heads on fewer did."""
        before, _ = self.journal.watched()
        if len(before) and labels <= before.max():
            return
        says = head.probabilities(self.vectors[self._stop_set]).argmax(axis=1)
        self.journal.write_watched(labels, says)
        self._look_back()

    def _look_back(self) -> None:
        labels, says = self.journal.watched()
        if len(labels):
            self.is_stable = is_stable(labels, says, self.campaign.settings.margin)
            self.changed = float(changes(labels, says)[-1])

    def _measure(self, head: Head, labels: np.ndarray, full: np.ndarray) -> None:
        texts = self.campaign.test["text"].tolist()
        predicted = self._predicted(head, labels, self.test_vectors, texts)
        count = int((labels >= 0).sum())
        self.scores.record("fast", self.recipe.name, predicted, full, count)

    def _audit(self, head: Head, labels: np.ndarray, answered: np.ndarray) -> None:
        rows = np.flatnonzero(self.campaign.is_audit & (answered >= 0))
        if not len(rows):
            return
        texts = self.campaign.pool["text"].iloc[rows].tolist()
        predicted = self._predicted(head, labels, self.vectors[rows], texts)
        count = int((answered >= 0).sum())
        self.scores.audit(self.recipe.name, predicted, answered[rows], count, self.changed)

    def _predicted(
        self, head: Head, labels: np.ndarray, vectors: np.ndarray, texts: list[str]
    ) -> np.ndarray:
        """What the recipe's model on the labels (N,) gives texts (M), which `vectors` embed."""
        if self.recipe.kind == "head":
            return head.probabilities(vectors).argmax(axis=1)
        rows = np.flatnonzero(labels >= 0)
        model = fit_model(
            self.recipe,
            self.campaign.pool["text"].iloc[rows].tolist(),
            labels[rows],
            self.campaign.categories,
            self.campaign.settings.seed,
        )
        return model.probabilities(texts).argmax(axis=1)
