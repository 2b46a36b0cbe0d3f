"""How many labels are still to come until parity is proved: the learning curve, drawn on."""

from dataclasses import dataclass

import numpy as np

MINIMUM = 5  # looks
HALF_LIFE = 6  # looks: what is older tells less about where the curve is going
PROOF = 2.2  # standard errors that the gap has to be below the margin, about
SPREAD = 1.9  # times more or less
SLACK = 0.4  # of the labels so far, added before multiplying: near the end all ratios are large


@dataclass(frozen=True)
class Forecast:
    """Labels still to come: as many as `likely`, from `low` to `high` in nine of ten campaigns."""

    low: int
    likely: int
    high: int


def forecast_labels(labels: np.ndarray, differences: np.ndarray, margin: float) -> Forecast | None:
    """The labels from the last of L looks on until `looked_at_bound` is within `margin`.

    `labels` (L,) and `differences` (L, M) as there. The logarithm of the inquiries that only the
    full-data model gets right falls about linearly with labels that were chosen well: a line
    through the latest looks is drawn on. How far that goes wrong was measured in many campaigns
    (docs/benchmarks.md). None where there are too few looks, or where the gap does not shrink.
    """
    if len(labels) < MINIMUM:
        return None
    tests = differences.shape[1]
    lost = np.log1p(np.maximum(differences.sum(axis=1), 0))
    weights = 0.5 ** (np.arange(len(labels))[::-1] / (2 * HALF_LIFE))  # polyfit squares them
    slope, height = np.polyfit(labels, lost, 1, w=weights)
    if slope >= 0:
        return None
    enough = np.log1p(max(tests * margin - PROOF * np.sqrt(tests * margin), 0.0))
    now, batch = float(labels[-1]), float(np.median(np.diff(labels)))
    likely = max((enough - height) / slope - now, batch)
    low, high = ((likely + SLACK * now) * factor - SLACK * now for factor in (1 / SPREAD, SPREAD))
    return Forecast(round(max(low, 1.0)), round(likely), round(high))
