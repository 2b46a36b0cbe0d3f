"""Stopping without a reference: criteria that need no labels, judged by the truth.

    python -m scripts.benches.criteria SOURCE… [--margin 0.005] [--campaigns 60]

The campaigns of `claims`, out of the cache where they were played before. Each criterion sees what
the head predicts for a stop set of 1,000 inquiries of the pool; the gap that is left when it stops
is measured on a rest that nothing else sees. Hindsight stops at the second of two looks in a row
whose true gap is within the margin.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from small_text.stopping_criteria import ClassificationChange, KappaAverage
from small_text.stopping_criteria.base import StoppingCriterion

from learner.stopping.parity import in_a_row
from learner.stopping.stability import IN_A_ROW, changes
from scripts.benches.campaigns import Played
from scripts.benches.claims import options_of, played_with

# A campaign and a margin to whether each look passes (L,).
Criterion = Callable[[Played, float], Sequence[bool]]
OVERALL = 0.05  # small-text's OverallUncertainty stops below it


def hindsight(played: Played, margin: float) -> Sequence[bool]:
    """The true gap is within the margin."""
    return [bool(gap <= margin) for gap in played.true_gap]


def settled(played: Played, margin: float) -> Sequence[bool]:
    """Parity's rule: hardly any predictions are others than with a fifth fewer labels."""
    return [bool(change <= margin) for change in changes(played.labels, played.says)]


def of_small_text(make: Callable[[int], StoppingCriterion]) -> Criterion:
    """A criterion of small-text's that looks at predictions; `make` takes how many categories."""

    def passes(played: Played, _: float) -> Sequence[bool]:
        criterion = make(int(played.says.max()) + 1)
        return [criterion.stop(predictions=says) for says in played.says]

    return passes


def overall_uncertainty(played: Played, _: float) -> Sequence[bool]:
    """small-text's OverallUncertainty, from the mean entropy that the campaign kept."""
    return [bool(entropy < OVERALL) for entropy in played.entropy]


CRITERIA: dict[str, tuple[Criterion, int]] = {  # how often in a row
    "hindsight": (hindsight, 2),
    "changes against a fifth fewer labels (ours)": (settled, IN_A_ROW),
    "KappaAverage, as it comes": (of_small_text(KappaAverage), 1),
    "KappaAverage, 0.995 over 5": (
        of_small_text(lambda kinds: KappaAverage(kinds, window_size=5, kappa=0.995)),
        1,
    ),
    "KappaAverage, 0.998 over 5": (
        of_small_text(lambda kinds: KappaAverage(kinds, window_size=5, kappa=0.998)),
        1,
    ),
    "ClassificationChange, as it comes": (of_small_text(ClassificationChange), 1),
    "ClassificationChange, 0.5 %": (
        of_small_text(lambda kinds: ClassificationChange(kinds, threshold=0.005)),
        1,
    ),
    "OverallUncertainty, as it comes": (overall_uncertainty, 1),
}


def judge(played: Sequence[Played], margin: float) -> pd.DataFrame:
    """What each criterion does.

    Columns: criterion; labels, low, high (median, 5th and 95th percentile at its stop); never
    (share of campaigns it did not stop); gap, gap_95 (mean and 95th percentile of the true gap at
    the stop, points); above (share of stops with a true gap above the margin); more (median labels
    beyond hindsight).
    """
    best = [_stop(one, margin, *CRITERIA["hindsight"]) for one in played]
    rows = []
    for name, (criterion, times) in CRITERIA.items():
        stops = [_stop(one, margin, criterion, times) for one in played]
        ends = [(one, stop, right) for one, stop, right in zip(played, stops, best, strict=True)]
        labels = [one.labels[stop] for one, stop, _ in ends if stop is not None]
        gaps = np.array([one.true_gap[stop] for one, stop, _ in ends if stop is not None])
        more = [
            one.labels[stop] - one.labels[right]
            for one, stop, right in ends
            if stop is not None and right is not None
        ]
        rows.append(
            (
                name,
                *np.percentile(labels, [50, 5, 95]),
                1 - len(labels) / len(played),
                100 * gaps.mean(),
                100 * np.percentile(gaps, 95),
                (gaps > margin).mean(),
                np.median(more),
            )
        )
    columns = ["criterion", "labels", "low", "high", "never", "gap", "gap_95", "above", "more"]
    return pd.DataFrame(rows, columns=columns)


def _stop(played: Played, margin: float, criterion: Criterion, times: int) -> int | None:
    first = in_a_row(criterion(played, margin), times)
    return None if first is None else first + times - 1


def main(arguments: Sequence[str] | None = None) -> None:
    """Play the campaigns, then print the table."""
    options = options_of("criteria", __doc__, arguments)
    played = played_with(options)
    print(f"{len(played)} campaigns, margin {options.margin}")
    print(judge(played, options.margin).round(2).to_string(index=False))


if __name__ == "__main__":
    main()
