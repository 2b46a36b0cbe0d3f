"""The model of a campaign as it stands, in a folder of its own."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labeling.errors import ParityError
from learner.fitting.recipe import as_stock
from learner.live.record import Record
from learner.live.results import Fitted, fit_quickly, read_fitted
from learner.models.loading import load_model
from learner.progress import Say


@dataclass(frozen=True)
class Exported:
    """What is known of an exported model."""

    fitted: Fitted
    is_calibrated: bool


def export_model(record: Record, home: Path, folder: Path, say: Say) -> Exported | None:
    """Write the campaign's model to `folder`, as a stock classifier where it can be one.

    It is the one that the campaign left at its end. Where it has not ended, or goes on, it is the
    last that the slow lane measured, and a head or a bag of words is fitted on the labels so far.
    None where there is no model yet, because nothing was fitted or there is but one category.
    """
    left = _left(record, home)
    known = 0 if left is None else left.labels
    if record.is_quick and len(record.taught) > known:
        if record.taught["category"].nunique() < 2:
            return None
        model, fitted = fit_quickly(record.campaign(), record.taught, say)
        as_stock(model).save(folder)
        return Exported(fitted, is_calibrated=True)
    try:
        for source, fitted in _measured(record, home):
            if fitted.labels > known:
                as_stock(load_model(source)).save(folder)
                return Exported(fitted, is_calibrated=False)
        if left is None:
            return None
        shutil.copytree(home / "model", folder)
    except FileNotFoundError as error:
        raise ParityError(
            f"{home}: the campaign has just replaced its model; give the command again"
        ) from error
    return Exported(left, is_calibrated=True)


def _left(record: Record, home: Path) -> Fitted | None:
    """What the model in `HOME/model` learnt from, if there is one."""
    known = record.settings.get("fitted")
    return Fitted(**known) if known and (home / "model").is_dir() else None


def _measured(record: Record, home: Path) -> Iterator[tuple[Path, Fitted]]:
    """The fits that were measured and are kept, the last one first."""
    for place in record.evaluations["folder"].dropna()[::-1]:
        folder = home / place
        if (folder / "done.json").is_file():
            yield folder / "model", read_fitted(folder)
