"""`parity simulate`: strategies and seeds side by side on labelled data, without a server."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from labeling.errors import InputError
from labeling.files import write_atomically
from learner import cluster
from learner.asking.strategies import check_strategy
from learner.encoder import encode_here
from learner.fitting.recipe import choose_recipe
from learner.lab.field import encode_all, read_labelled
from learner.lab.runs import Rules, in_processes, run_all
from learner.lab.summary import summarise
from learner.progress import Say
from learner.report import simulation_report

CURVE = [
    "strategy",
    "seed",
    "round",
    "labels",
    "accuracy",
    "macro_f1",
    "gap",
    "gap_high",
    "seconds",
]


@dataclass(frozen=True)
class Plan:
    """What to simulate. `budget` is the number of labels to stop at, where the pool has as many.

    `ray_address` names the Ray cluster that encodes and plays; None: this machine does.
    """

    data: str
    test: str | None
    text_column: str | None
    label_column: str | None
    strategies: Sequence[str]
    model: str
    encoder: str
    seeds: int
    budget: int
    initial: int
    batch_size: int
    margin: float
    annotator_error: float = 0.0
    ray_address: str | None = None


def simulate(plan: Plan, out: Path, say: Say) -> dict[str, Any]:
    """Run every strategy with every seed; write curve, summary and report to `out`.

    Raises InputError for whatever is wrong with the plan, before anything is written.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"--out {out}: there is a file of that name; name a folder")
    curve, summary = simulated(plan, say)
    out.mkdir(parents=True, exist_ok=True)
    write_atomically(out / "curve.csv", curve[CURVE].to_csv(index=False))
    write_atomically(out / "summary.json", json.dumps(summary, indent=2) + "\n")
    write_atomically(out / "report.html", simulation_report(curve, summary, Path(plan.data).name))
    return summary


def simulated(plan: Plan, say: Say) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Run every strategy with every seed; the curve (CURVE and categories_left), the summary.

    The seed draws pool and test (unless a test source is given) as well as the inquiries asked. The
    annotator errs with the probability `annotator_error`; the full-data model learns the truth.
    Raises InputError for whatever is wrong with the plan.
    """
    for strategy in plan.strategies:
        check_strategy(strategy)
    for name, value in (
        ("seeds", plan.seeds),
        ("initial", plan.initial),
        ("batch-size", plan.batch_size),
    ):
        if value < 1:
            raise InputError(f"--{name} {value}: at least 1")
    if plan.budget <= plan.initial:
        raise InputError(f"--budget {plan.budget}: must be above --initial {plan.initial}")
    if not 0 <= plan.annotator_error < 1:
        raise InputError(
            f"--annotator-error {plan.annotator_error}: a probability from 0 to below 1"
        )
    recipe = choose_recipe(plan.model, plan.encoder)
    if recipe.notice:
        say(recipe.notice)
    labelled = read_labelled(plan.data, plan.test, plan.text_column, plan.label_column, say)
    rules = Rules(
        recipe=recipe,
        encoder=plan.encoder,
        budget=plan.budget,
        initial=plan.initial,
        batch_size=plan.batch_size,
        margin=plan.margin,
        error=plan.annotator_error,
    )
    place: AbstractContextManager[None] = nullcontext()
    encode_rows, ended = encode_here, in_processes
    if plan.ray_address is not None:
        place = cluster.joined(plan.ray_address)
        encode_rows, ended = cluster.encode_rows, cluster.ended
    with place:
        encode_all(labelled, plan.encoder, say, encode_rows)
        runs = run_all(labelled, rules, plan.strategies, plan.seeds, say, ended)
    for run in runs:
        if not run.rows:
            raise InputError(
                f"seed {run.seed}, {run.strategy}: all {min(plan.budget, run.full_labels)} labels "
                "are of one category, so there is nothing to measure: raise --budget"
            )
    rows = [{"strategy": run.strategy, "seed": run.seed, **row} for run in runs for row in run.rows]
    curve = pd.DataFrame(rows)
    summary = {
        "full_labels": int(np.median([run.full_labels for run in runs])),
        "full_accuracy": float(np.median([run.full_accuracy for run in runs])),
        "margin": plan.margin,
        "strategies": summarise(curve, plan.strategies, plan.margin),
    }
    return curve, summary
