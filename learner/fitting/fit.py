"""One fit in a process of its own, as the slow lane starts it.

    python -m learner.fitting.fit FOLDER [RAY_ADDRESS]

The folder holds job.json, train.parquet and targets.parquet; what comes out is model/ and
epochs.npz (if asked for), probabilities.npy and, last and at once, done.json with digests of it
all. Nothing of a fit that was cut short or damaged is ever taken for a whole one.
"""

import fcntl
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from labeling.files import write_atomically
from labeling.processes import exit_with_parent
from learner import cluster
from learner.cache import cache_folder
from learner.fitting import on_cluster
from learner.fitting.epochs import Epochs
from learner.fitting.recipe import FineTune, Recipe, fit_model
from learner.hub import sha256
from learner.measuring.calibration import calibrate
from learner.models.loading import load_model
from learner.models.protocol import Model
from learner.progress import Progress


def prepare(
    folder: Path,
    recipe: Recipe,
    texts: Sequence[str],
    labels: np.ndarray,
    categories: Sequence[str],
    targets: Sequence[str],
    seed: int,
    keep_model: bool = False,
    keep_epochs: bool = False,
) -> None:
    """Lay out a job in `folder` for `run_job`, which keeps what is asked for beside predictions."""
    folder.mkdir(parents=True, exist_ok=True)
    train = pd.DataFrame({"text": list(texts), "label": labels})
    write_atomically(folder / "train.parquet", train.to_parquet())
    write_atomically(folder / "targets.parquet", pd.DataFrame({"text": targets}).to_parquet())
    job = {
        "recipe": recipe.as_dict(),
        "categories": list(categories),
        "seed": seed,
        "keep_model": keep_model,
        "keep_epochs": keep_epochs,
    }
    write_atomically(folder / "job.json", json.dumps(job, indent=1))


def prepare_shared(
    place: str,
    recipe: Recipe,
    texts: Sequence[str],
    labels: np.ndarray,
    categories: Sequence[str],
    targets: Sequence[str],
    seed: int,
    keep_epochs: bool = False,
) -> Path:
    """The folder of a job in `place` of the cache, the same for all who ask for the same.

    It is laid out for `run_job` if it has not been run, which `is_done` tells.
    """
    named = [str(label) for label in labels]
    folder = cache_folder() / place / recipe.key(seed, texts, named, categories, targets)
    if not is_done(folder):
        prepare(folder, recipe, texts, labels, categories, targets, seed, keep_epochs=keep_epochs)
    return folder


def run_job(folder: Path, progress: Progress | None = None, ray_address: str | None = None) -> None:
    """Fit what the job says and leave its predictions; `progress` goes to a file if left out.

    A transformer is fine-tuned by the Ray cluster at `ray_address`, where one is named.

    A job that another process has in hand is waited for: campaigns share full-data models.
    """
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_done(folder):
            _run(folder, progress, ray_address)


@contextmanager
def _tuner(recipe: Recipe, ray_address: str | None) -> Iterator[FineTune | None]:
    """What fine-tunes in the place of this process: the cluster, where one is named."""
    if ray_address is None or recipe.kind != "transformer":
        yield None
        return
    with cluster.joined(ray_address):
        print(f"fine-tuning on {on_cluster.spoken()}", flush=True)
        yield on_cluster.fine_tune


def _run(folder: Path, progress: Progress | None, ray_address: str | None) -> None:
    job = json.loads((folder / "job.json").read_text())
    train = pd.read_parquet(folder / "train.parquet")
    targets = pd.read_parquet(folder / "targets.parquet")["text"].tolist()
    epochs = Epochs(targets) if job.get("keep_epochs") else None
    began = time.monotonic()
    unfinished = folder / "model.part"
    shutil.rmtree(unfinished, ignore_errors=True)
    recipe = Recipe(**job["recipe"])
    with _tuner(recipe, ray_address) as tune:
        model = fit_model(
            recipe,
            train["text"].tolist(),
            train["label"].to_numpy(),
            job["categories"],
            job["seed"],
            progress or (lambda done, of: write_atomically(folder / "progress", f"{done} {of}")),
            epochs,
            tune,
        )
    probabilities = model.probabilities(targets)
    if epochs is not None:
        epochs.save(folder / "epochs.npz")
    if job["keep_model"]:
        model.save(unfinished)
        shutil.rmtree(folder / "model", ignore_errors=True)
        unfinished.rename(folder / "model")
    finish(folder, probabilities, len(train), time.monotonic() - began)


def finish(folder: Path, probabilities: np.ndarray, labels: int, seconds: float) -> None:
    """Leave the job's outcome: probabilities (M, K) of its targets, by a fit on so many labels."""
    np.save(folder / "probabilities.npy", probabilities)
    done = {"labels": labels, "seconds": round(seconds, 3), "files": _digests(folder)}
    write_atomically(folder / "done.json", json.dumps(done))


def is_done(folder: Path) -> bool:
    """Whether the job in `folder` has run to its end, and what it left is undamaged since."""
    try:
        done = json.loads((folder / "done.json").read_text())
        digests = done.get("files", {})  # earlier versions noted none
        return all(sha256(folder / name) == digest for name, digest in digests.items())
    except (OSError, ValueError, AttributeError):
        return False


def _digests(folder: Path) -> dict[str, str]:
    """SHA-256 of all that a later run takes from the folder."""
    files = [*folder.glob("*.parquet"), *folder.glob("*.np[yz]"), folder / "job.json"]
    files += [path for path in (folder / "model").rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): sha256(path) for path in files if path.is_file()}


def predictions(folder: Path) -> np.ndarray:
    """Category numbers (M,) that a finished job predicts for its targets."""
    return probabilities(folder).argmax(axis=1)


def probabilities(folder: Path) -> np.ndarray:
    """Category probabilities (M, K) that a finished job gives its targets."""
    found: np.ndarray = np.load(folder / "probabilities.npy")
    return found


def calibrated(folder: Path) -> Model:
    """The model that a finished job kept, its scores calibrated on the labels it was fitted on."""
    job = json.loads((folder / "job.json").read_text())
    train = pd.read_parquet(folder / "train.parquet")
    model, _ = calibrate(
        Recipe(**job["recipe"]),
        load_model(folder / "model"),
        train["text"].tolist(),
        train["label"].to_numpy(),
        job["categories"],
        job["seed"],
    )
    return model


if __name__ == "__main__":
    exit_with_parent()
    os.nice(5)  # annotators and the fast lane come first
    run_job(Path(sys.argv[1]).absolute(), ray_address=sys.argv[2] if len(sys.argv) > 2 else None)
