"""How good the model of a campaign without a reference is, once it has ended."""

from pathlib import Path

import numpy as np
import pandas as pd

from learner.fitting.full_data import full_data_predictions
from learner.live.campaign import Campaign
from learner.live.scoreboard import Scoreboard
from learner.models.loading import load_model
from learner.progress import Say
from learner.stopping.parity import measure_gap, points


def judge(
    campaign: Campaign, scores: Scoreboard, labels: pd.DataFrame, folder: Path, say: Say
) -> None:
    """Measure the model in `folder` by the audit sample's part of `labels`, and by the truth.

    The truth, labels of the data that the campaign has not used (`--reference none`), only serves
    to judge the stop: it is said, and goes nowhere.
    """
    model = load_model(folder)

    def predicted(texts: pd.Series) -> np.ndarray:
        return model.probabilities(texts.tolist()).argmax(axis=1)

    numbers = campaign.pool_numbers(labels)
    audited = campaign.is_audit & (numbers >= 0)
    if campaign.recipe.is_slow and audited.any():  # in the fast lane it has been measured already
        found = predicted(campaign.pool["text"][audited])
        scores.audit(campaign.recipe.name, found, numbers[audited], int((numbers >= 0).sum()))
    if campaign.test.empty:
        return
    reference, test = campaign.reference, campaign.test["text"]
    say(f"looking back: the full-data model ({campaign.recipe.name}) on {len(reference):,} labels")
    full = full_data_predictions(
        campaign.recipe,
        reference["text"].tolist(),
        campaign.numbers(reference["category"]),
        campaign.categories,
        test.tolist(),
        campaign.settings.seed,
    )
    found = predicted(test)
    gap = measure_gap(found, full, campaign.truth)
    say(
        f"looking back, by {len(test):,} labels that the campaign never used: accuracy "
        f"{(found == campaign.truth).mean():.4f} against {(full == campaign.truth).mean():.4f} of "
        f"the full-data model, gap {points(gap.gap)} points ({points(gap.low)} to "
        f"{points(gap.high)})"
    )
