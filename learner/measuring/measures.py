"""All that `parity compare` says of one run, from what its model predicted."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from learner.lab.field import Field
from learner.measuring.calibration import PRECISION, automatic_share, calibration_error, reliability
from learner.measuring.confusion import by_category, confusion_matrix, most_confused
from learner.measuring.evaluation import evaluate
from learner.measuring.slices import slice_accuracy
from learner.measuring.stress import accuracy_by_style
from learner.stopping.parity import measure_gap

MOST_CONFUSED = 20


@dataclass(frozen=True)
class Outcome:
    """What a fitted model says of M test inquiries and S texts of the stress set.

    `probabilities` (M, K); for each epoch category numbers (M,) and the seconds so far. `stress`
    has a row a text (None if it is not about these categories), and category numbers (S,) by the
    model and by a bag of words on the same labels.
    """

    probabilities: np.ndarray
    epochs: list[np.ndarray]
    seconds: list[float]
    stress: pd.DataFrame | None
    stress_predicted: np.ndarray
    stress_bag_of_words: np.ndarray

    @property
    def predicted(self) -> np.ndarray:
        """Category numbers (M,)."""
        return self.probabilities.argmax(axis=1)


def measure_run(
    outcome: Outcome, full: np.ndarray, field: Field, labels: np.ndarray
) -> dict[str, Any]:
    """The run as JSON (docs/compare.md names every key).

    `full` (M,) are the full-data model's predictions, `labels` (N,) what the run learnt.
    """
    predicted, truth = outcome.predicted, field.truth
    gap = measure_gap(predicted, full, truth)
    confusion = confusion_matrix(predicted, truth, len(field.categories))
    categories = by_category(confusion, field.categories)
    categories.insert(1, "labels", np.bincount(labels, minlength=len(field.categories)))
    return {
        "seconds": round(outcome.seconds[-1], 3),
        **asdict(evaluate(predicted, truth)),
        "gap": gap.gap,
        "gap_low": gap.low,
        "gap_high": gap.high,
        "epochs": epoch_accuracy(outcome.epochs, outcome.seconds, truth),
        "categories": rows(categories),
        "confusion": confusion.tolist(),
        "most_confused": rows(most_confused(confusion, field.categories, MOST_CONFUSED)),
        "calibration": {
            "error": calibration_error(outcome.probabilities, truth),
            "reliability": rows(reliability(outcome.probabilities, truth)),
        },
        "automatic": {
            "precision_asked": PRECISION,
            **asdict(automatic_share(outcome.probabilities, truth)),
        },
        "slices": rows(slice_accuracy(predicted == truth, field.test_metadata)),
        "stress": None if outcome.stress is None else _stress(outcome, field.categories),
    }


def epoch_accuracy(
    epochs: list[np.ndarray], seconds: list[float], truth: np.ndarray
) -> list[dict[str, Any]]:
    """Epoch (from 1), accuracy and seconds so far, of predictions (M,) after each."""
    return [
        {
            "epoch": number,
            "accuracy": float((predicted == truth).mean()),
            "seconds": round(so_far, 3),
        }
        for number, (predicted, so_far) in enumerate(zip(epochs, seconds, strict=True), start=1)
    ]


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as JSON has them: NaN is null, numbers are plain."""
    plain = table.astype(object).where(table.notna(), None)
    return [
        {
            str(name): cell.item() if isinstance(cell, np.generic) else cell
            for name, cell in row.items()
        }
        for row in plain.to_dict("records")
    ]


def _stress(outcome: Outcome, categories: tuple[str, ...]) -> list[dict[str, Any]]:
    assert outcome.stress is not None
    names = np.array(categories)
    truth = outcome.stress["category"].to_numpy()
    right = {
        "accuracy": names[outcome.stress_predicted] == truth,
        "bag_of_words": names[outcome.stress_bag_of_words] == truth,
    }
    return rows(accuracy_by_style(outcome.stress["style"], right))
