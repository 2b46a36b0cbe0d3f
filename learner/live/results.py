"""What a campaign leaves in its home folder: labels, learning curve and model."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from labeling.files import write_atomically
from learner.asking.rounds import fit_on_pool
from learner.fitting import fit
from learner.fitting.recipe import as_stock
from learner.live.campaign import Campaign
from learner.live.journal import Journal
from learner.live.scoreboard import Scoreboard
from learner.live.slow_lane import prepare_fit
from learner.measuring.calibration import calibrate
from learner.models.protocol import Model
from learner.models.sentence_head import on_encoder
from learner.progress import Say


def leave_labels(campaign: Campaign, journal: Journal, labels: pd.DataFrame, home: Path) -> Path:
    """Write `HOME/labels.csv`, a row for each labelled inquiry."""
    asked = journal.asked().set_index("inquiry")["round"]
    table = labels.rename(columns={"inquiry": "id"})
    table["text"] = table["id"].map(campaign.pool.set_index("id")["text"])
    table["round"] = table["id"].map(asked)
    path = home / "labels.csv"
    columns = ["id", "text", "category", "confidence", "answers", "round"]
    write_atomically(path, table[columns].to_csv(index=False))
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
    if campaign.recipe.kind == "head":
        say("calibrating the model's scores")
        model = _head_on_pool(campaign, labels)
    else:
        model = _fitted(campaign, scores, labels, home, say)
    as_stock(model).save(unfinished)
    shutil.rmtree(path, ignore_errors=True)
    unfinished.rename(path)
    return path


def _fitted(
    campaign: Campaign,
    scores: Scoreboard,
    labels: pd.DataFrame,
    home: Path,
    say: Say,
) -> Model:
    last = scores.last()
    if last is not None and last["folder"] is not None:
        folder = home / last["folder"]
    else:
        folder = prepare_fit(campaign, home, labels, [])
    if not fit.is_done(folder):
        say(f"fitting the model on {len(labels):,} labels")
        fit.run_job(folder)
    say("calibrating its scores")
    return fit.calibrated(folder)


def _head_on_pool(campaign: Campaign, labels: pd.DataFrame) -> Model:
    """The head as the last round had it: learnt from the labels and from the rest of the pool."""
    seed = campaign.settings.seed
    numbers, trust = campaign.pool_numbers(labels), campaign.pool_confidence(labels)
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
