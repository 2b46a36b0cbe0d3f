"""The same rounds with the label column as annotator: many strategies and seeds, no server."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from labeling.errors import InputError
from labeling.files import write_atomically
from learner.asking.rounds import Selection, rehearse
from learner.asking.strategies import check_strategy
from learner.fitting.full_data import full_data_predictions
from learner.fitting.recipe import Recipe, choose_recipe, fit_model
from learner.lab.field import Field, encode_all, lay_out, read_labelled
from learner.live.slow_lane import GROWTH
from learner.measuring.evaluation import evaluate
from learner.progress import Say
from learner.report import simulation_report
from learner.stopping.parity import in_a_row, measure_gap, points, smallest_margin

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
    """What to simulate. `budget` is the number of labels to stop at, where the pool has as many."""

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


def simulate(plan: Plan, out: Path, say: Say) -> dict[str, Any]:
    """Run every strategy with every seed; write curve, summary and report to `out`.

    The seed draws pool and test (unless a test source is given) as well as the inquiries asked.
    Raises InputError for whatever is wrong with the plan, before anything is written.
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
    recipe = choose_recipe(plan.model, plan.encoder)
    if recipe.notice:
        say(recipe.notice)
    labelled = read_labelled(plan.data, plan.test, plan.text_column, plan.label_column, say)
    encode_all(labelled, plan.encoder, say)
    curves: list[dict[str, Any]] = []
    full_accuracies, full_labels = [], []
    for seed in range(plan.seeds):
        field = lay_out(labelled, plan.encoder, seed)
        full = full_data_predictions(
            recipe, field.pool_texts, field.labels, field.categories, field.test_texts, seed
        )
        full_accuracies.append(float((full == field.truth).mean()))
        full_labels.append(len(field.labels))
        say(
            f"seed {seed}: pool {len(field.labels):,}, test {len(field.truth):,} (can prove "
            f"{points(smallest_margin(len(field.truth)))} points at best), full-data accuracy "
            f"{full_accuracies[-1]:.4f}"
        )
        budget = min(plan.budget, len(field.labels))
        for strategy in plan.strategies:
            selection = Selection(strategy, plan.batch_size, plan.initial, seed)
            rows = play(field, recipe, full, selection, budget)
            if not rows:
                raise InputError(
                    f"seed {seed}, {strategy}: all {budget} labels are of one category, so there "
                    "is nothing to measure: raise --budget"
                )
            curves += [{"strategy": strategy, "seed": seed, **row} for row in rows]
            say(
                f"seed {seed}, {strategy}: {rows[-1]['labels']} labels, accuracy "
                f"{rows[-1]['accuracy']:.4f}"
            )
    curve = pd.DataFrame(curves, columns=CURVE)
    summary = summarise(curve, plan.strategies, plan.margin)
    summary = {
        "full_labels": int(np.median(full_labels)),
        "full_accuracy": float(np.median(full_accuracies)),
        "margin": plan.margin,
        "strategies": summary,
    }
    out.mkdir(parents=True, exist_ok=True)
    write_atomically(out / "curve.csv", curve.to_csv(index=False))
    write_atomically(out / "summary.json", json.dumps(summary, indent=2) + "\n")
    write_atomically(out / "report.html", simulation_report(curve, summary, Path(plan.data).name))
    return summary


def play(
    field: Field, recipe: Recipe, full: np.ndarray, selection: Selection, budget: int
) -> list[dict[str, Any]]:
    """One simulated campaign: an evaluation after each batch, as rows of the learning curve.

    A model that is slow to fit is measured only when labels have grown by the slow lane's share.
    """
    rows: list[dict[str, Any]] = []
    measured = 0
    kinds = len(field.categories)
    for played in rehearse(field.pool, field.labels, kinds, selection, budget, field.graph):
        known = played.known
        if played.batch.head is None or (
            recipe.is_slow and not played.is_last and len(known) < measured * (1 + GROWTH)
        ):
            continue
        measured = len(known)
        if recipe.kind == "head":
            proba = played.batch.head.probabilities(field.test)
        else:
            texts = [field.pool_texts[row] for row in known]
            numbers = field.labels[known]
            model = fit_model(recipe, texts, numbers, field.categories, selection.seed)
            proba = model.probabilities(field.test_texts)
        predicted = proba.argmax(axis=1)
        rows.append(
            _measured(played.number, measured, predicted, full, field.truth, played.seconds)
        )
    return rows


def summarise(curve: pd.DataFrame, strategies: Sequence[str], margin: float) -> dict[str, Any]:
    """For each strategy: labels to parity (gap within the margin), to proof (its bound within).

    `curve` has the columns CURVE. Both counts are those of the first of two consecutive
    evaluations; None where a seed never got there, and the median then takes it for infinite (None
    if it is).
    """
    found: dict[str, Any] = {}
    for strategy in strategies:
        runs = [run for _, run in curve[curve["strategy"] == strategy].groupby("seed")]
        at_end = [float(run["accuracy"].iloc[-1]) for run in runs]
        found[strategy] = {
            "labels_to_parity": _labels_until(runs, "gap", margin),
            "labels_to_proof": _labels_until(runs, "gap_high", margin),
            "accuracy_at_budget": {"median": float(np.median(at_end)), "per_seed": at_end},
        }
    return found


def _labels_until(runs: Sequence[pd.DataFrame], column: str, margin: float) -> dict[str, Any]:
    per_seed: list[int | None] = []
    for run in runs:
        first = in_a_row((run[column] <= margin + 1e-12).tolist())
        per_seed.append(None if first is None else int(run["labels"].iloc[first]))
    median = float(np.median([np.inf if labels is None else labels for labels in per_seed]))
    return {"median": None if np.isinf(median) else median, "per_seed": per_seed}


def _measured(
    number: int,
    labels: int,
    predicted: np.ndarray,
    full: np.ndarray,
    truth: np.ndarray,
    seconds: float,
) -> dict[str, Any]:
    scores, gap = evaluate(predicted, truth), measure_gap(predicted, full, truth)
    return {
        "round": number,
        "labels": labels,
        "accuracy": scores.accuracy,
        "macro_f1": scores.macro_f1,
        "gap": gap.gap,
        "gap_high": gap.high,
        "seconds": round(seconds, 4),
    }
