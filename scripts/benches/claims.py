"""How often "parity" is said wrongly: many campaigns whose true gap a large rest tells.

    python -m scripts.benches.claims SOURCE… [--margin 0.005] [--campaigns 60]

Each campaign draws a pool, inquiries to decide on, and a rest that nothing else sees. Two questions
are put to each rule of stopping. Is the true gap above the margin when it stops? And if a model
stayed exactly at the margin for good, would it stop all the same? For the second, the margin is
set to the mean true gap of the campaign's last third, where it hardly changes any more.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from labeling.inquiries import merge_duplicates, read_inquiries, set_aside_rare
from learner.asking.neighbours import neighbour_graph
from learner.asking.rounds import Selection, rehearse
from learner.defaults import BATCH_SIZE, INITIAL, MARGIN, STRATEGY
from learner.encoder import embed
from learner.measuring.calibration import exact_interval
from learner.models.head import fit_head
from learner.stopping.parity import Gap, in_a_row, measure_gap

Rule = tuple[Callable[[Gap], float], int]  # what must be within the margin, how often in a row
RULES: dict[str, Rule] = {
    "point estimate": (lambda gap: gap.gap, 1),
    "point estimate, twice": (lambda gap: gap.gap, 2),
    "point estimate, four times": (lambda gap: gap.gap, 4),
    "95 % bound": (lambda gap: gap.high, 1),
    "95 % bound, twice (ours)": (lambda gap: gap.high, 2),
}


@dataclass(frozen=True)
class Looks:
    """One campaign's evaluations: labels, the measured gap, the true gap."""

    labels: list[int]
    measured: list[Gap]
    true: list[float]


def campaign(
    vectors: np.ndarray, truth: np.ndarray, pool: int, decide: int, budget: int, seed: int
) -> Looks:
    """Ask the truth (N,) about some of the vectors (N, D) until `budget` labels are there."""
    order = np.random.default_rng(seed).permutation(len(truth))
    rows, decision, rest = order[:pool], order[pool : pool + decide], order[pool + decide :]
    kinds = int(truth.max()) + 1
    full = fit_head(vectors[rows], truth[rows], kinds)
    full_says = full.probabilities(vectors[decision]).argmax(axis=1)
    best = (full.probabilities(vectors[rest]).argmax(axis=1) == truth[rest]).mean()
    looks = Looks([], [], [])
    selection, graph = (
        Selection(STRATEGY, BATCH_SIZE, INITIAL, seed),
        neighbour_graph(vectors[rows]),
    )
    for played in rehearse(vectors[rows], truth[rows], kinds, selection, budget, graph):
        head = played.batch.head
        if head is None:
            continue
        says = head.probabilities(vectors[decision]).argmax(axis=1)
        right = head.probabilities(vectors[rest]).argmax(axis=1) == truth[rest]
        looks.labels.append(len(played.known))
        looks.measured.append(measure_gap(says, full_says, truth[decision]))
        looks.true.append(float(best - right.mean()))
    return looks


def judge(campaigns: Sequence[Looks], margin: float) -> pd.DataFrame:
    """For each rule: labels at its stop (median), share of wrong claims, and of those at a plateau.

    Columns: rule, labels, wrong, wrong_low, wrong_high (95 % interval), plateau.
    """
    rows = []
    for name, (value, times) in RULES.items():
        stops, wrong, misled = [], 0, 0
        for looks in campaigns:
            values = np.array([value(gap) for gap in looks.measured])
            first = in_a_row((values <= margin).tolist(), times)
            last = None if first is None else first + times - 1
            stops.append(np.inf if last is None else looks.labels[last])
            wrong += last is not None and looks.true[last] > margin
            late = len(values) * 2 // 3
            level = float(np.mean(looks.true[late:]))
            misled += in_a_row((values[late:] < level).tolist(), times) is not None
        low, high = exact_interval(wrong, len(campaigns))
        shares = wrong / len(campaigns), low, high, misled / len(campaigns)
        rows.append((name, float(np.median(stops)), *shares))
    columns = ["rule", "labels", "wrong", "wrong_low", "wrong_high", "plateau"]
    return pd.DataFrame(rows, columns=columns)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the campaigns, and print the table after every ten."""
    parser = argparse.ArgumentParser(prog="python -m scripts.benches.claims", description=__doc__)
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="labelled inquiries")
    parser.add_argument("--margin", type=float, default=MARGIN)
    parser.add_argument("--campaigns", type=int, default=60)
    parser.add_argument("--pool", type=int, default=7000)
    parser.add_argument("--decide", type=int, default=1000, help="inquiries to decide on")
    parser.add_argument("--budget", type=int, default=450)
    options = parser.parse_args(arguments)
    table = pd.concat([read_inquiries(source).table for source in options.sources])
    table, _ = set_aside_rare(merge_duplicates(table))
    if len(table) < 2 * (options.pool + options.decide):
        parser.error(f"{len(table):,} inquiries are too few to keep a rest that tells the truth")
    vectors = embed(table["text"].tolist())
    truth = pd.factorize(table["category"], sort=True)[0]
    done: list[Looks] = []
    for seed in range(options.campaigns):
        sizes = options.pool, options.decide, options.budget
        done.append(campaign(vectors, truth, *sizes, seed))
        if len(done) % 10 == 0 or len(done) == options.campaigns:
            print(f"{len(done)} campaigns, margin {options.margin}")
            print(judge(done, options.margin).round(3).to_string(index=False), flush=True)


if __name__ == "__main__":
    main()
