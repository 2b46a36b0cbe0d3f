"""Leave one data set out: are the default strategy's settings fitted to what they are reported on?

    python -m scripts.benches.settings SOURCE[@TEXT_COLUMN,LABEL_COLUMN]… [--seeds 3]

Every setting is played on every data set. For each data set, the setting that needs the fewest
labels on all the *others* is picked and compared with the one that ships. Up to 50 categories are
asked in batches of 10 until half a point is left, more in batches of 100 until one point is.
"""

import argparse
import itertools
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from unittest.mock import patch

import numpy as np
import pandas as pd
from joblib import Memory

from learner.asking.rounds import Selection, rehearse
from learner.cache import cache_folder
from learner.defaults import ENCODER, INITIAL, STRATEGY
from learner.lab.field import Field, encode_all, lay_out, read_labelled
from learner.models.head import EVIDENCE, INVERSE_REGULARISATION, OF_FEW, fit_head
from learner.models.self_training import WEIGHT
from learner.stopping.parity import in_a_row

SHIPPED_CANDIDATES = 5
FEW = 50  # categories


@dataclass(frozen=True)
class Setting:
    """What the default strategy and its head can be set to.

    scikit-learn's C is evidence / labels, but at least `least` and at most `most`; `weight` is a
    guess's beside a label's; the spread chooses from `candidates` times the batch; `initial` is the
    cold start's size.
    """

    least: float = INVERSE_REGULARISATION
    most: float = OF_FEW
    evidence: float = EVIDENCE
    weight: float = WEIGHT
    candidates: int = SHIPPED_CANDIDATES
    initial: int = INITIAL

    def __str__(self) -> str:
        is_fixed = self.least == self.most
        c = f"C {self.least:g}" if is_fixed else f"C {self.evidence:g}/labels to {self.most:g}"
        return f"{c}, weight {self.weight:g}, {self.candidates} x batch, first {self.initial}"


SHIPPED = Setting()
SETTINGS = [
    *(
        Setting(*c, weight)
        for c, weight in itertools.product(
            [
                (INVERSE_REGULARISATION, OF_FEW, EVIDENCE),
                (INVERSE_REGULARISATION, 500.0, EVIDENCE / 10),
                (INVERSE_REGULARISATION, INVERSE_REGULARISATION, EVIDENCE),
            ],
            [0.1, WEIGHT],
        )
    ),
    Setting(weight=0.6),
    Setting(candidates=2),
    Setting(candidates=10),
    Setting(initial=20),
    Setting(initial=80),
]


def labels_to_parity(field: Field, setting: Setting, seed: int) -> float:
    """Labels at the first of two looks within the margin; infinite where the budget runs out."""
    kinds = len(field.categories)
    batch, budget, margin = (10, 600, 0.005) if kinds <= FEW else (100, 2300, 0.01)
    full = fit_head(field.pool, field.labels, kinds).probabilities(field.test).argmax(axis=1)
    selection = Selection(STRATEGY, batch, setting.initial, seed)
    labels: list[int] = []
    passed: list[bool] = []
    with _set_to(setting):
        for played in rehearse(field.pool, field.labels, kinds, selection, budget, field.graph):
            if played.batch.head is None:
                continue
            predicted = played.batch.head.probabilities(field.test).argmax(axis=1)
            labels.append(len(played.known))
            lost = (full == field.truth).astype(int) - (predicted == field.truth)
            passed.append(bool(lost.mean() <= margin))
            first = in_a_row(passed)
            if first is not None:
                return labels[first]
    return np.inf


def leave_one_out(needed: pd.DataFrame) -> pd.DataFrame:
    """What the others would have picked.

    `needed` has columns data, setting, seed, labels. A row for each data set: the setting that is
    best on the rest (least mean logarithm of median labels), what it needs on this one, and what
    the shipped setting needs.
    """
    medians = needed.pivot_table("labels", "setting", "data", "median")
    ratios = np.log(medians.replace(np.inf, 2 * medians.replace(np.inf, np.nan).max().max()))
    rows = []
    for data in medians.columns:
        picked = ratios.drop(columns=data).mean(axis=1).idxmin()
        rows.append((data, picked, medians.loc[picked, data], medians.loc[str(SHIPPED), data]))
    return pd.DataFrame(rows, columns=["left out", "picked by the others", "its labels", "shipped"])


def _set_to(setting: Setting) -> ExitStack:
    stack = ExitStack()
    for name, value in {
        "learner.models.head.INVERSE_REGULARISATION": setting.least,
        "learner.models.head.OF_FEW": setting.most,
        "learner.models.head.EVIDENCE": setting.evidence,
        "learner.models.self_training.WEIGHT": setting.weight,
        "learner.asking.strategies.spread.CANDIDATES": setting.candidates,
    }.items():
        stack.enter_context(patch(name, value))
    return stack


def _play(source: str, seeds: int) -> Iterator[tuple[str, str, int, float]]:
    path, _, columns = source.partition("@")
    text, _, label = columns.partition(",")
    kept = Memory(cache_folder() / "settings", verbose=0).cache(_one, ignore=["field"])
    labelled = read_labelled(path, None, text or None, label or None, print)
    encode_all(labelled, ENCODER, print)
    for seed in range(seeds):
        field = lay_out(labelled, ENCODER, seed)
        for setting in SETTINGS:
            found = kept(source, seed, setting, field)
            print(f"{path} seed {seed}: {setting}: {found:g}", flush=True)
            yield source, str(setting), seed, found


def _one(source: str, seed: int, setting: Setting, field: Field) -> float:  # noqa: ARG001
    return labels_to_parity(field, setting, seed)


def main(arguments: Sequence[str] | None = None) -> None:
    """Play every setting on every data set; what was played before is kept."""
    parser = argparse.ArgumentParser(prog="scripts/bench settings", description=__doc__)
    parser.add_argument("sources", nargs="+", metavar="SOURCE[@TEXT,LABEL]")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args(arguments)
    rows = [row for source in options.sources for row in _play(source, options.seeds)]
    needed = pd.DataFrame(rows, columns=["data", "setting", "seed", "labels"])
    table = needed.pivot_table("labels", "setting", "data", "median", sort=False)
    print(table.to_string(), leave_one_out(needed).to_string(index=False), sep="\n\n")


if __name__ == "__main__":
    main()
