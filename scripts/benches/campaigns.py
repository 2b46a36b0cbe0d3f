"""Campaigns whose true gap a large rest tells: played once, kept, and judged by any rule.

Each campaign draws a pool, inquiries to decide on, and a rest that nothing else sees.
"""

import argparse
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from labeling.inquiries import merge_duplicates, read_inquiries, set_aside_rare
from learner.asking.neighbours import neighbour_graph
from learner.asking.rounds import Selection, rehearse
from learner.cache import cache_folder
from learner.defaults import BATCH_SIZE, INITIAL, STRATEGY
from learner.encoder import embed
from learner.models.head import fit_head

STOP_SET = 1000  # inquiries of the pool whose predictions criteria without a reference watch


@dataclass(frozen=True)
class Played:
    """One campaign's L looks at M inquiries to decide on and S of the pool.

    `labels` (L,); `right` (L, M) whether the model is, `full_right` (M,) whether the full-data
    model is; `true_gap` (L,) and `true_accuracy` (L,) on the rest; `says` (L, S) category numbers
    and `entropy` (L,), the mean over the S relative to its greatest.
    """

    labels: np.ndarray
    right: np.ndarray
    full_right: np.ndarray
    true_gap: np.ndarray
    true_accuracy: np.ndarray
    says: np.ndarray
    entropy: np.ndarray

    def differences(self, decide: int) -> np.ndarray:
        """The full-data model's rightness minus the model's, (L, `decide`)."""
        return self.full_right[:decide].astype(int) - self.right[:, :decide]


def add_options(parser: argparse.ArgumentParser) -> None:
    """What says which campaigns to play."""
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="labelled inquiries")
    parser.add_argument("--text-column")
    parser.add_argument("--label-column")
    parser.add_argument("--campaigns", type=int, default=60)
    parser.add_argument("--pool", type=int, default=7000)
    parser.add_argument("--decide", type=int, default=2000, help="inquiries to decide on")
    parser.add_argument("--budget", type=int, default=400, help="labels to go on to")
    parser.add_argument("--batch-size", type=int, default=BATCH_SIZE)
    parser.add_argument("--annotator-error", type=float, default=0.0)


def campaigns(options: argparse.Namespace) -> Iterator[Played]:
    """Every campaign of the `options`, out of the cache where it was played before.

    Raises ValueError where the sources leave no rest to speak of.
    """
    vectors, truth = _read(options)
    if len(truth) < options.pool + 2 * options.decide:
        raise ValueError(
            f"{len(truth):,} inquiries are too few to keep a rest that tells the truth"
        )
    shape = (options.pool, options.decide, options.budget, options.batch_size)
    told = repr((STRATEGY, shape, options.annotator_error)).encode()
    key = hashlib.sha256(vectors.tobytes() + truth.tobytes() + told).hexdigest()[:16]
    folder = cache_folder() / "campaigns" / key
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    for seed in range(options.campaigns):
        path = folder / f"{seed}.npz"
        if not path.exists():
            _keep(_play(vectors, truth, options, seed), path)
            print(f"campaign {seed + 1} played, {time.monotonic() - began:,.0f} s", flush=True)
        with np.load(path) as kept:
            yield Played(**kept)


def _read(options: argparse.Namespace) -> tuple[np.ndarray, np.ndarray]:
    columns = options.text_column, options.label_column
    found = [read_inquiries(source, *columns).table for source in options.sources]
    table, _ = set_aside_rare(merge_duplicates(pd.concat(found, ignore_index=True)))
    return embed(table["text"].tolist()), pd.factorize(table["category"], sort=True)[0]


def _play(vectors: np.ndarray, truth: np.ndarray, options: argparse.Namespace, seed: int) -> Played:
    """Ask about some of the vectors (N, D) of categories `truth` (N,) until the budget is spent."""
    rng = np.random.default_rng(seed)
    order, kinds = rng.permutation(len(truth)), int(truth.max()) + 1
    ends = [options.pool, options.pool + options.decide]
    pool, decide, rest = np.split(order, ends)
    stop_set = pool[rng.permutation(len(pool))[:STOP_SET]]
    answers = truth[pool].copy()
    wrong = rng.random(len(pool)) < options.annotator_error
    answers[wrong] = (answers[wrong] + rng.integers(1, kinds, int(wrong.sum()))) % kinds
    full = fit_head(vectors[pool], truth[pool], kinds)
    best = float(np.mean(full.probabilities(vectors[rest]).argmax(axis=1) == truth[rest]))
    selection = Selection(STRATEGY, options.batch_size, INITIAL, seed)
    graph = neighbour_graph(vectors[pool])
    looks = []
    for played in rehearse(vectors[pool], answers, kinds, selection, options.budget, graph):
        head = played.batch.head
        if head is None:
            continue
        accuracy = float(np.mean(head.probabilities(vectors[rest]).argmax(axis=1) == truth[rest]))
        proba = head.probabilities(vectors[stop_set])
        entropy = -np.sum(proba * np.log(np.maximum(proba, 1e-12)), axis=1) / np.log(kinds)
        looks.append(
            {
                "labels": len(played.known),
                "right": head.probabilities(vectors[decide]).argmax(axis=1) == truth[decide],
                "true_gap": best - accuracy,
                "true_accuracy": accuracy,
                "says": proba.argmax(axis=1).astype(np.int16),
                "entropy": float(entropy.mean()),
            }
        )
    return Played(
        full_right=full.probabilities(vectors[decide]).argmax(axis=1) == truth[decide],
        **{name: np.array([look[name] for look in looks]) for name in looks[0]},
    )


def _keep(played: Played, path: Path) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(file, **vars(played))
    part.rename(path)
