"""Simulated campaigns: one strategy, one seed, the label column as annotator.

    Plan ─► arenas: pool, test and full-data model of a seed ─► runs, in processes, kept

A run is kept in the cache for the very same program, data and options, so that what was interrupted
goes on, and more seeds or strategies play only what is missing.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

import learner
from labeling.annotators import Script
from labeling.errors import ParityError
from labeling.files import write_atomically
from learner.asking.rounds import Selection, rehearse
from learner.cache import cache_folder
from learner.fitting.full_data import full_data_predictions
from learner.fitting.recipe import Recipe, fit_model
from learner.lab.field import Field, Labelled, lay_out
from learner.live.slow_lane import GROWTH
from learner.measuring.evaluation import evaluate
from learner.progress import Say, hush_libraries
from learner.stopping.looks import looked_at_bound
from learner.stopping.parity import points, smallest_margin

# A function, tuples of its arguments, whether a call takes a GPU or all cores: the results, in the
# order in which they end. The first argument may be shared by several calls.
Ended = Callable[[Callable[..., Any], Sequence[tuple[Any, ...]], bool], Iterator[Any]]


@dataclass(frozen=True)
class Rules:
    """What all runs of a simulation have in common. `error` is how often an annotator errs."""

    recipe: Recipe
    encoder: str
    budget: int
    initial: int
    batch_size: int
    margin: float
    error: float


@dataclass(frozen=True)
class Arena:
    """Where the runs of one seed are played; `full` (M,) is what the full-data model predicts."""

    field: Field
    full: np.ndarray


@dataclass(frozen=True)
class Run:
    """One simulated campaign: its learning curve, and what it is measured against."""

    strategy: str
    seed: int
    rows: list[dict[str, Any]]
    full_labels: int
    full_accuracy: float


def in_processes(
    do: Callable[..., Any], arguments: Sequence[tuple[Any, ...]], uses_gpu: bool
) -> Iterator[Any]:
    """Play runs on this machine, in a process for each core; one after another on a GPU."""
    with _workers(len(arguments), uses_gpu):
        yield from Parallel(return_as="generator_unordered")(delayed(do)(*one) for one in arguments)


def run_all(
    labelled: Labelled,
    rules: Rules,
    strategies: Sequence[str],
    seeds: int,
    say: Say,
    ended: Ended = in_processes,
) -> list[Run]:
    """Every strategy with every seed, by seed, then strategy, however many processes play them.

    Fields and full-data models are made on this machine, whose cache keeps them; `ended` plays.
    """
    wanted = [(seed, strategy) for seed in range(seeds) for strategy in strategies]
    places = {run: _place(labelled, rules, *run) for run in wanted}
    found = {run: _kept(place) for run, place in places.items() if place is not None}
    missing = [run for run in wanted if found.get(run) is None]
    if len(missing) < len(wanted):
        say(f"{len(wanted) - len(missing)} of {len(wanted)} runs are kept from before")
    try:
        for run in _played(labelled, rules, missing, say, ended):
            found[run.seed, run.strategy] = run
            place = places[run.seed, run.strategy]
            if place is not None and run.rows:
                place.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(place, json.dumps(asdict(run)))
    except TerminatedWorkerError as error:
        raise ParityError(
            "a process that played runs was ended, perhaps for want of memory; what is finished is "
            "kept, and the same command goes on"
        ) from error
    return [one for key in wanted if (one := found[key]) is not None]


def _played(
    labelled: Labelled, rules: Rules, missing: Sequence[tuple[int, str]], say: Say, ended: Ended
) -> Iterator[Run]:
    """The missing runs, in the order in which they end."""
    seeds = sorted({seed for seed, _ in missing})
    arenas = {}
    with _workers(len(missing), rules.recipe.is_slow):
        begun = Parallel(return_as="generator")(
            delayed(_arena)(labelled, rules, seed) for seed in seeds
        )
        for seed, arena in zip(seeds, begun, strict=True):
            arenas[seed] = arena
            field = arena.field
            say(
                f"seed {seed}: pool {len(field.labels):,}, test {len(field.truth):,} (can prove "
                f"{points(smallest_margin(len(field.truth)))} points at best), full-data accuracy "
                f"{np.mean(arena.full == field.truth):.4f}"
            )
    tasks = [(arenas[seed], rules, name, seed) for seed, name in missing]
    for count, run in enumerate(ended(play, tasks, rules.recipe.is_slow), start=1):
        yield run
        end = run.rows[-1] if run.rows else {"labels": 0, "accuracy": 0.0}
        say(
            f"seed {run.seed}, {run.strategy}: {end['labels']} labels, accuracy "
            f"{end['accuracy']:.4f} ({count} of {len(missing)} runs)"
        )


def _workers(tasks: int, uses_gpu: bool) -> parallel_config:
    # A fit of a transformer uses all cores (or the one GPU) by itself.
    count = 1 if uses_gpu else min(os.cpu_count() or 1, max(tasks, 1))
    return parallel_config(backend="loky", n_jobs=count, inner_max_num_threads=1)


def play(arena: Arena, rules: Rules, strategy: str, seed: int) -> Run:
    """One campaign: an evaluation after each batch, as rows of the learning curve.

    A model that is slow to fit is measured only when labels have grown by the slow lane's share.
    """
    field, recipe = arena.field, rules.recipe
    selection = Selection(strategy, rules.batch_size, rules.initial, seed)
    budget, kinds = min(rules.budget, len(field.labels)), len(field.categories)
    answers, left = _answers(field, rules.error, seed), len(np.unique(field.labels))
    rows: list[dict[str, Any]] = []
    looks: list[np.ndarray] = []
    for played in rehearse(field.pool, answers, kinds, selection, budget, field.graph):
        known, head = played.known, played.batch.head
        measured = rows[-1]["labels"] if rows else 0
        if head is None or (
            recipe.is_slow and not played.is_last and len(known) < measured * (1 + GROWTH)
        ):
            continue
        if recipe.kind == "head":
            proba = head.probabilities(field.test)
        else:
            texts = [field.pool_texts[row] for row in known]
            model = fit_model(recipe, texts, answers[known], field.categories, seed)
            proba = model.probabilities(field.test_texts)
        predicted = proba.argmax(axis=1)
        looks.append((arena.full == field.truth).astype(int) - (predicted == field.truth))
        labels = np.array([*(row["labels"] for row in rows), len(known)])
        scores = evaluate(predicted, field.truth)
        rows.append(
            {
                "round": played.number,
                "labels": len(known),
                "accuracy": scores.accuracy,
                "macro_f1": scores.macro_f1,
                "gap": float(looks[-1].mean()),
                "gap_high": looked_at_bound(labels, np.stack(looks), rules.margin),
                "seconds": round(played.seconds, 4),
                "categories_left": left - len(np.unique(field.labels[known])),
            }
        )
    return Run(strategy, seed, rows, len(field.labels), float(np.mean(arena.full == field.truth)))


def _arena(labelled: Labelled, rules: Rules, seed: int) -> Arena:
    hush_libraries()
    field = lay_out(labelled, rules.encoder, seed)
    field.graph  # noqa: B018  made here, so that it travels with the field
    full = full_data_predictions(
        rules.recipe, field.pool_texts, field.labels, field.categories, field.test_texts, seed
    )
    return Arena(field, full)


def _answers(field: Field, error: float, seed: int) -> np.ndarray:
    """What the annotator says about each inquiry of the pool, category numbers (N,)."""
    if error == 0:
        return field.labels
    truth = {str(row): field.categories[label] for row, label in enumerate(field.labels)}
    script = Script(truth, field.categories, error, seed)
    numbers: dict[str | None, int] = {name: at for at, name in enumerate(field.categories)}
    return np.array([numbers[script.answer("simulated", row)] for row in truth])


def _place(labelled: Labelled, rules: Rules, seed: int, strategy: str) -> Path | None:
    """Where the run is kept; None for somebody's own function, which may have changed."""
    if ":" in strategy:
        return None
    parts = [_program(), repr(rules), repr((seed, strategy)), *_content(labelled)]
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return cache_folder() / "simulations" / f"{digest[:24]}.json"


def _content(labelled: Labelled) -> Iterator[str]:
    for table in (labelled.data, labelled.test):
        if table is not None:
            yield table[["id", "text", "category"]].to_csv(index=False)
        yield "end of table"


@cache
def _program() -> str:
    """A digest of the code that plays the runs."""
    folder = Path(learner.__file__).parent
    sources = (path.read_bytes() for path in sorted(folder.rglob("*.py")))
    return hashlib.sha256(b"\0".join(sources)).hexdigest()


def _kept(place: Path) -> Run | None:
    try:
        return Run(**json.loads(place.read_text()))
    except (OSError, ValueError, TypeError):  # not played yet, or half a file
        return None
