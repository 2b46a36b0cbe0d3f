"""The seed's experiment with figures: models on some labels against one on all, side by side.

    sizes ─► runs: which labels ─► fits (kept) ─► measures ─► compare.json, compare.html

For every size there is a run on random inquiries and one on chosen ones; the last run learns
everything. All are measured on the same test inquiries.
"""

import json
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np

from labeling.errors import InputError
from labeling.files import write_atomically
from learner.asking.rounds import Selection, rehearse
from learner.defaults import BATCH_SIZE, INITIAL, STRATEGY
from learner.fitting import fit
from learner.fitting.epochs import Epochs
from learner.fitting.full_data import prepare_full_data
from learner.fitting.recipe import Recipe, choose_recipe
from learner.lab.field import Field, encode_all, lay_out, read_labelled
from learner.measuring.measures import Outcome, measure_run
from learner.measuring.stress import covers, stress_set_for
from learner.progress import Say, spoken
from learner.report import comparison_report
from learner.stopping.parity import points, smallest_margin

FULL = "full"
PACKAGES = ("numpy", "scikit-learn", "sentence-transformers", "small-text", "torch", "transformers")


@dataclass(frozen=True)
class Plan:
    """What to compare. `sizes` are numbers of labels and `full`, with commas between."""

    data: str
    test: str | None
    text_column: str | None
    label_column: str | None
    sizes: str
    model: str
    encoder: str
    seed: int


@dataclass(frozen=True)
class Run:
    """A model that is to be fitted on the labels of `rows` of the pool, ascending."""

    name: str
    picked: Literal["random", "chosen", "all"]
    rows: np.ndarray


def compare(plan: Plan, out: Path, say: Say) -> dict[str, Any]:
    """Fit and measure every run; write compare.json and compare.html to `out`, return the former.

    Fits are kept in the cache, so that the same comparison goes on where it was interrupted.
    Raises InputError for whatever is wrong with the plan, before anything is written to `out`.
    """
    sizes = parse_sizes(plan.sizes)
    if out.exists() and not out.is_dir():
        raise InputError(f"--out {out}: there is a file of that name; name a folder")
    recipe = choose_recipe(plan.model, plan.encoder)
    if recipe.notice:
        say(recipe.notice)
    labelled = read_labelled(plan.data, plan.test, plan.text_column, plan.label_column, say)
    encode_all(labelled, plan.encoder, say)
    field = lay_out(labelled, plan.encoder, plan.seed)
    check_field(field, sizes, plan.data)
    say(
        f"{len(field.labels):,} inquiries to learn from, {len(field.truth):,} to test on (can "
        f"prove {points(smallest_margin(len(field.truth)))} points at best)"
    )
    runs = list(pick_runs(field, sizes, plan.seed, say))
    outcomes = [fit_run(recipe, field, run, plan.seed, say) for run in runs]
    full = outcomes[-1].predicted
    found: dict[str, Any] = {
        "data": Path(plan.data).name,
        "pool": len(field.labels),
        "test_inquiries": len(field.truth),
        "model": recipe.name,
        "notice": recipe.notice,
        "categories": list(field.categories),
        "runs": [
            {
                "name": run.name,
                "picked": run.picked,
                "labels": len(run.rows),
                **measure_run(outcome, full, field, field.labels[run.rows]),
            }
            for run, outcome in zip(runs, outcomes, strict=True)
        ],
        "settings": {
            **asdict(plan),
            "strategy": STRATEGY,
            "batch_size": BATCH_SIZE,
            "initial": INITIAL,
        },
        "versions": versions(),
    }
    found["runs"][-1].update(gap=None, gap_low=None, gap_high=None)  # it is what is compared with
    out.mkdir(parents=True, exist_ok=True)
    content = json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(out / "compare.json", content + "\n")
    write_atomically(out / "compare.html", comparison_report(found))
    return found


def parse_sizes(sizes: str) -> list[int]:
    """The numbers of labels in `1300,full`, ascending; `full` may be left out, it is always run.

    Raises InputError for anything else.
    """
    words = [word.strip() for word in sizes.split(",")]
    for word in words:
        if word != FULL and not (word.isascii() and word.isdecimal() and int(word) >= 2):
            raise InputError(
                f"--sizes {sizes}: {word!r} is no number of labels from 2 on, nor {FULL}; "
                f"give for example 300,1300,{FULL}"
            )
    return sorted({int(word) for word in words if word != FULL})


def check_field(field: Field, sizes: Sequence[int], data: str) -> None:
    """Raise InputError unless there are test inquiries, and labels for every size."""
    if not len(field.truth):
        raise InputError(
            f"{data}: too few inquiries to keep some for testing; give more, or name labelled "
            "test inquiries with --test"
        )
    if sizes and sizes[-1] > len(field.labels):
        raise InputError(
            f"--sizes {sizes[-1]}: only {len(field.labels):,} inquiries of {data} can be learnt "
            "(duplicates, test inquiries and what is nearly the same as these cannot); "
            f"give at most {len(field.labels)}"
        )


def pick_runs(field: Field, sizes: Sequence[int], seed: int, say: Say) -> Iterator[Run]:
    """Random and chosen inquiries of each size, then all of them.

    Raises InputError where a size is so small that all its labels are of one category.
    """
    for size in sizes:
        drawn = np.random.default_rng(seed).permutation(len(field.labels))[:size]
        yield _checked(Run(f"{size:,} random", "random", np.sort(drawn)), field)
        say(f"choosing {size:,} inquiries by {STRATEGY}, asking the label column")
        selection, kinds = Selection(STRATEGY, BATCH_SIZE, INITIAL, seed), len(field.categories)
        progress = spoken(say, "chosen")
        for played in rehearse(field.pool, field.labels, kinds, selection, size):
            known = played.known
            progress(len(known), size)
        yield _checked(Run(f"{size:,} chosen", "chosen", known), field)
    everything = np.arange(len(field.labels))
    yield Run(f"all {len(everything):,}", "all", everything)


def fit_run(recipe: Recipe, field: Field, run: Run, seed: int, say: Say) -> Outcome:
    """Fit the model of a run, and for the stress set a bag of words on the same labels."""
    stress = stress_set_for(field.categories) if covers(field.categories) else None
    odd = [] if stress is None else stress["text"].tolist()
    targets, tests = [*field.test_texts, *odd], len(field.test_texts)
    folder = _fitted(recipe, field, run, targets, seed, say)
    plain = folder
    if odd and recipe.kind != "bow":
        bow = Recipe("bow", recipe.encoder, name="bag of words")
        plain = _fitted(bow, field, run, targets, seed, say)
    if run.picked == "all":
        _share(recipe, field, folder, seed)
    epochs = Epochs.load(folder / "epochs.npz", targets)
    outcome = Outcome(
        probabilities=fit.probabilities(folder)[:tests],
        epochs=[predicted[:tests] for predicted in epochs.predictions],
        seconds=epochs.seconds,
        stress=stress,
        stress_predicted=fit.predictions(folder)[tests:],
        stress_bag_of_words=fit.predictions(plain)[tests:],
    )
    accuracy = (outcome.predicted == field.truth).mean()
    say(f"{run.name}: accuracy {accuracy:.4f}, fitted in {outcome.seconds[-1]:,.1f} s")
    return outcome


def versions() -> dict[str, str]:
    """What a figure may depend on besides the settings: packages, Python, what was computed on."""
    from learner.models.device import best_device

    return {
        "parity": version("parity"),
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
        "device": str(best_device()),
    }


def _fitted(
    recipe: Recipe, field: Field, run: Run, targets: Sequence[str], seed: int, say: Say
) -> Path:
    """The folder of a run's finished job, in the cache."""
    texts, labels = [field.pool_texts[row] for row in run.rows], field.labels[run.rows]
    folder = fit.prepare_shared(
        "comparisons", recipe, texts, labels, field.categories, targets, seed, keep_epochs=True
    )
    if fit.is_done(folder):
        say(f"{run.name}: {recipe.name} is fitted already")
        return folder
    say(f"{run.name}: fitting {recipe.name}")
    fit.run_job(folder, spoken(say, f"{run.name}, step"))
    return folder


def _share(recipe: Recipe, field: Field, folder: Path, seed: int) -> None:
    """Leave the full-data model's predictions where campaigns and simulations look for them."""
    arguments = (field.pool_texts, field.labels, field.categories, field.test_texts, seed)
    shared = prepare_full_data(recipe, *arguments)
    if not fit.is_done(shared):
        done = json.loads((folder / "done.json").read_text())
        probabilities = fit.probabilities(folder)[: len(field.truth)]
        fit.finish(shared, probabilities, done["labels"], done["seconds"])


def _checked(run: Run, field: Field) -> Run:
    if len(np.unique(field.labels[run.rows])) < 2:
        raise InputError(
            f"--sizes {len(run.rows)}: all {run.name} labels are of one category, so there is "
            "nothing to learn; give a larger size"
        )
    return run
