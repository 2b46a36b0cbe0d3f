"""What a campaign leaves in its home folder: labels, learning curve and model."""

import json
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from labeling.files import write_atomically
from learner.asking.rounds import fit_on_pool
from learner.fitting import fit
from learner.fitting.fit_process import FitProcess
from learner.fitting.recipe import as_stock, fit_model
from learner.live.campaign import Campaign
from learner.live.journal import Journal
from learner.live.labelled import as_csv, labelled
from learner.live.scoreboard import Scoreboard
from learner.live.slow_lane import prepare_fit
from learner.measuring.calibration import calibrate
from learner.models.protocol import Model
from learner.models.sentence_head import on_encoder
from learner.progress import Say


@dataclass(frozen=True)
class Fitted:
    """How many labels a model learnt from, and in how many seconds."""

    labels: int
    seconds: float


def leave_labels(campaign: Campaign, journal: Journal, labels: pd.DataFrame, home: Path) -> Path:
    """Write `HOME/labels.csv`, a row for each labelled inquiry."""
    path = home / "labels.csv"
    write_atomically(path, as_csv(labelled(labels, journal.asked(), campaign.pool)))
    return path


def leave_curve(scores: Scoreboard, home: Path) -> Path:
    """Write `HOME/curve.csv`: each evaluation of the model that decides."""
    curve = scores.journal.evaluations(scores.lane).drop(columns=["lane", "folder"])
    path = home / "curve.csv"
    write_atomically(path, curve.to_csv(index=False))
    return path


def leave_model(
    campaign: Campaign,
    scores: Scoreboard,
    labels: pd.DataFrame,
    home: Path,
    say: Say,
) -> Path | None:
    """Leave in `HOME/model` the model that was measured last, or else one fitted on all labels.

    A Hugging Face folder where there can be one, its scores calibrated. None where there are no
    labels of two categories.
    """
    if labels["category"].nunique() < 2:
        return None
    unfinished, path = home / "model.part", home / "model"
    shutil.rmtree(unfinished, ignore_errors=True)
    if campaign.recipe.is_slow:
        model, fitted = _fitted(campaign, scores, labels, home, say)
    else:
        model, fitted = fit_quickly(campaign, labels, say)
    as_stock(model).save(unfinished)
    shutil.rmtree(path, ignore_errors=True)
    unfinished.rename(path)
    scores.journal.write_settings({"fitted": asdict(fitted)})
    return path


def fit_quickly(campaign: Campaign, labels: pd.DataFrame, say: Say) -> tuple[Model, Fitted]:
    """A head or a bag of words on the labels (at least one), its scores calibrated."""
    say(f"fitting the model on {len(labels):,} labels and calibrating its scores")
    began = time.monotonic()
    fit_one = _head_on_pool if campaign.recipe.kind == "head" else _on_labels
    model = fit_one(campaign, labels)
    return model, Fitted(len(labels), round(time.monotonic() - began, 1))


def _fitted(
    campaign: Campaign,
    scores: Scoreboard,
    labels: pd.DataFrame,
    home: Path,
    say: Say,
) -> tuple[Model, Fitted]:
    last = scores.last()
    measured = last is not None and last["folder"] is not None and home / last["folder"]
    if measured and fit.is_done(measured):
        folder = measured
    else:
        if measured:
            say(f"{measured} is damaged, and made again")
        folder = prepare_fit(campaign, home, labels, [])
    if not fit.is_done(folder):
        say(f"fitting the model on {len(labels):,} labels")
        if campaign.ray_address is None:
            fit.run_job(folder)
        else:
            FitProcess(say, ray_address=campaign.ray_address).finish(folder)
    say("calibrating its scores")
    return fit.calibrated(folder), read_fitted(folder)


def read_fitted(folder: Path) -> Fitted:
    """What a finished job (`fitting.fit`) learnt from."""
    done = json.loads((folder / "done.json").read_text())
    return Fitted(done["labels"], done["seconds"])


def _on_labels(campaign: Campaign, labels: pd.DataFrame) -> Model:
    """The recipe's model on the labels alone."""
    numbers, seed = campaign.pool_numbers(labels), campaign.settings.seed
    rows = numbers >= 0
    texts = campaign.pool["text"][rows].tolist()
    model = fit_model(campaign.recipe, texts, numbers[rows], campaign.categories, seed)
    model, _ = calibrate(campaign.recipe, model, texts, numbers[rows], campaign.categories, seed)
    return model


def _head_on_pool(campaign: Campaign, labels: pd.DataFrame) -> Model:
    """The head as the last round had it: learnt from the labels and from the rest of the pool."""
    seed = campaign.settings.seed
    numbers, trust = campaign.pool_numbers(labels), campaign.pool_trust(labels)
    labelled = np.flatnonzero(numbers >= 0)

    def learnt_from(rows: np.ndarray) -> Model:
        known = np.full(len(numbers), -1)
        known[labelled[rows]] = numbers[labelled[rows]]
        kinds = len(campaign.categories)
        head = fit_on_pool(campaign.vectors, known, kinds, campaign.graph, seed, trust)
        return on_encoder(head, campaign.categories, campaign.recipe.encoder)

    model, _ = calibrate(
        campaign.recipe,
        learnt_from(np.arange(len(labelled))),
        campaign.pool["text"].iloc[labelled].tolist(),
        numbers[labelled],
        campaign.categories,
        seed,
        refit=learnt_from,
    )
    return model
