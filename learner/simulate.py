"""The same rounds with the label column as annotator: many strategies and seeds, no server."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from labeling.errors import InputError
from labeling.files import write_atomically
from labeling.inquiries import keep_apart, merge_duplicates, read_inquiries, set_aside_rare, split
from learner.encoder import embed
from learner.evaluation import evaluate
from learner.full_data import full_data_predictions
from learner.neighbours import neighbour_graph
from learner.parity import in_a_row, measure_gap, smallest_margin
from learner.progress import spoken
from learner.recipe import Recipe, choose_recipe, fit_model
from learner.report import simulation_report
from learner.rounds import Selection, next_batch
from learner.slow_lane import GROWTH
from learner.strategies import check_strategy

Say = Callable[[str], None]
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


@dataclass(frozen=True)
class Field:
    """Labelled inquiries to simulate on.

    `pool` (N, D) and `test` (M, D) are embeddings, `labels` (N,) and `truth` (M,) category numbers.
    """

    categories: tuple[str, ...]
    pool_texts: list[str]
    pool: np.ndarray
    labels: np.ndarray
    test_texts: list[str]
    test: np.ndarray
    truth: np.ndarray

    @cached_property
    def graph(self) -> csr_matrix:
        """Who is alike in the pool."""
        return neighbour_graph(self.pool)


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
    tables = _read(plan, say)
    texts = [text for table in tables if table is not None for text in table["text"]]
    say(f"encoding {len(texts):,} inquiries (kept: each is encoded once)")
    embed(texts, plan.encoder, spoken(say, "encoded"))
    curves: list[dict[str, Any]] = []
    full_accuracies, full_labels = [], []
    for seed in range(plan.seeds):
        field = _field(*_pool_and_test(tables, seed), plan.encoder)
        full = full_data_predictions(
            recipe, field.pool_texts, field.labels, field.categories, field.test_texts, seed
        )
        full_accuracies.append(float((full == field.truth).mean()))
        full_labels.append(len(field.labels))
        say(
            f"seed {seed}: pool {len(field.labels):,}, test {len(field.truth):,} (can prove "
            f"{smallest_margin(len(field.truth)) * 100:.2f} points at best), full-data accuracy "
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
    labels = np.full(len(field.labels), -1)
    everything = np.ones(len(labels), dtype=bool)
    rows: list[dict[str, Any]] = []
    graph = field.graph
    asked, number, began = 0, 0, time.monotonic()
    measured = 0
    while True:
        batch = next_batch(
            field.pool, labels, everything, len(field.categories), selection, number, graph
        )
        seconds = time.monotonic() - began
        asked = int((labels >= 0).sum())
        is_last = asked >= budget or not batch.choices
        if batch.head is not None and (
            not recipe.is_slow or is_last or asked >= measured * (1 + GROWTH)
        ):
            measured = asked
            known = np.flatnonzero(labels >= 0)
            if recipe.kind == "head":
                proba = batch.head.probabilities(field.test)
            else:
                texts = [field.pool_texts[row] for row in known]
                model = fit_model(recipe, texts, labels[known], field.categories, selection.seed)
                proba = model.probabilities(field.test_texts)
            rows.append(_measured(number, asked, proba.argmax(axis=1), full, field.truth, seconds))
        if is_last:
            return rows
        began = time.monotonic()
        chosen = [choice.row for choice in batch.choices][: budget - asked]
        labels[chosen] = field.labels[chosen]
        number += 1


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


def _read(plan: Plan, say: Say) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    tables = []
    for source in (plan.data, plan.test):
        if source is None:
            continue
        inquiries = read_inquiries(source, plan.text_column, plan.label_column)
        for note in inquiries.notes:
            say(note)
        table = inquiries.table[inquiries.table["category"].notna()]
        if table.empty:
            raise InputError(
                f"{source}: a simulation needs a label column; name it with --label-column"
            )
        tables.append(merge_duplicates(table))
    data, aside = set_aside_rare(tables[0])
    if aside:
        say(aside)
    if plan.test is None:
        return data, None
    test = tables[1]
    unknown = sorted(set(test["category"]) - set(data["category"]))
    if unknown:
        raise InputError(f"{plan.test}: category {unknown[0]!r} does not occur in {plan.data}")
    return keep_apart(data, test), test


def _pool_and_test(
    tables: tuple[pd.DataFrame, pd.DataFrame | None], seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    data, test = tables
    return split(data, seed) if test is None else (data, test)


def _field(pool: pd.DataFrame, test: pd.DataFrame, encoder: str) -> Field:
    categories = tuple(sorted({*pool["category"], *test["category"]}))
    numbers = {category: number for number, category in enumerate(categories)}
    pool_texts, test_texts = pool["text"].tolist(), test["text"].tolist()
    vectors = embed([*pool_texts, *test_texts], encoder)
    return Field(
        categories=categories,
        pool_texts=pool_texts,
        pool=vectors[: len(pool)],
        labels=pool["category"].map(numbers).to_numpy(dtype=int),
        test_texts=test_texts,
        test=vectors[len(pool) :],
        truth=test["category"].map(numbers).to_numpy(dtype=int),
    )
