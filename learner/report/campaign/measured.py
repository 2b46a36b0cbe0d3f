"""Model and full-data model on inquiries whose category is known."""

import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from labeling.audit import AUDITED
from learner.export.model import export_model
from learner.fitting import fit
from learner.fitting.full_data import prepare_full_data
from learner.live.campaign import Campaign
from learner.live.record import Record
from learner.measuring.confusion import confusion_matrix
from learner.models.loading import load_model
from learner.progress import Say


@dataclass(frozen=True)
class Measured:
    """What is said of M inquiries, `on` test inquiries or those of the audit sample.

    `truth` (M,) are category numbers, `model` (M, K) the probabilities of the model, which learnt
    from `labels`; `full` (M,) is what the full-data model predicts, None where it is not at hand.
    """

    on: str
    categories: tuple[str, ...]
    truth: np.ndarray
    model: np.ndarray
    full: np.ndarray | None
    labels: int
    is_calibrated: bool

    @cached_property
    def confusion(self) -> np.ndarray:
        """The model's confusion matrix, (K, K)."""
        return confusion_matrix(self.model.argmax(axis=1), self.truth, len(self.categories))

    @cached_property
    def full_confusion(self) -> np.ndarray | None:
        """The full-data model's."""
        if self.full is None:
            return None
        return confusion_matrix(self.full, self.truth, len(self.categories))


def measure(record: Record, campaign: Campaign, home: Path, say: Say) -> Measured | None:
    """Ask the campaign's model, as it stands, about all inquiries that may measure it.

    None where there are none, or no model yet.
    """
    known, on = _known(record, campaign)
    if known.empty:
        if campaign.settings.reference == "labels" and record.tested:
            say(
                "no confusion matrix: an earlier version began this campaign; give its "
                "`parity up` once more, which keeps the test inquiries"
            )
        return None
    with tempfile.TemporaryDirectory(prefix="parity-report-") as scratch:
        folder = Path(scratch) / "model"
        exported = export_model(record, home, folder, say)
        if exported is None:
            return None
        say(f"asking the model about {len(known):,} {on}")
        probabilities = load_model(folder).probabilities(known["text"].tolist())
    return Measured(
        on=on,
        categories=campaign.categories,
        truth=campaign.numbers(known["category"]),
        model=probabilities,
        full=_full(campaign) if campaign.has_reference else None,
        labels=exported.fitted.labels,
        is_calibrated=exported.is_calibrated,
    )


def _known(record: Record, campaign: Campaign) -> tuple[pd.DataFrame, str]:
    """Inquiries (columns text, category) that taught nothing, and what to call them."""
    if campaign.has_reference:
        return campaign.test, "test inquiries"
    labelled = record.labelled
    audited = record.asked.loc[record.asked["why"] == AUDITED, "inquiry"]
    return labelled[labelled["id"].isin(audited)], "inquiries of the audit sample"


def _full(campaign: Campaign) -> np.ndarray | None:
    """What the full-data model predicts; one that takes long to fit is not fitted for a report."""
    reference = campaign.reference
    folder = prepare_full_data(
        campaign.recipe,
        reference["text"].tolist(),
        campaign.numbers(reference["category"]),
        campaign.categories,
        campaign.test["text"].tolist(),
        campaign.settings.seed,
    )
    if not fit.is_done(folder):
        if campaign.recipe.is_slow:
            return None
        fit.run_job(folder)
    return fit.predictions(folder)
