"""What the runs of a simulation amount to, strategy by strategy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import permutation_test, ttest_1samp

from learner.stopping.parity import in_a_row

BASELINE = "random"


def summarise(curve: pd.DataFrame, strategies: Sequence[str], margin: float) -> dict[str, Any]:
    """For each strategy: labels to parity (gap within the margin), to proof (its bound within).

    `curve` has the columns `learner.lab.simulate.CURVE` and `categories_left`. Both counts are
    those of the first of two consecutive evaluations; None where a seed never got there, and the
    median then takes it for infinite (None if it is). `area_under_curve` is the mean accuracy over
    labels, from the first count that all runs share to the last; `labels_to_all_categories` when
    the last category was found. Beside `random`, strategies are compared with it seed by seed.
    """
    found: dict[str, Any] = {}
    common = _common_span(curve)
    areas: dict[str, np.ndarray] = {}
    for strategy in strategies:
        runs = [run for _, run in curve[curve["strategy"] == strategy].groupby("seed")]
        areas[strategy] = np.array([_area(run, *common) for run in runs])
        everything = [_first(run, (run["categories_left"] == 0).tolist()) for run in runs]
        found[strategy] = {
            "labels_to_parity": _medians([_within(run, "gap", margin) for run in runs]),
            "labels_to_proof": _medians([_within(run, "gap_high", margin) for run in runs]),
            "accuracy_at_budget": _medians([float(run["accuracy"].iloc[-1]) for run in runs]),
            "area_under_curve": _medians(areas[strategy].tolist()),
            "labels_to_all_categories": _medians(everything),
            "seconds_per_round": float(pd.concat(runs)["seconds"].median()),
        }
    if BASELINE in found:
        for strategy in strategies:
            if strategy != BASELINE:
                found[strategy]["against_random"] = _against(
                    areas[strategy] - areas[BASELINE], found[strategy], found[BASELINE]
                )
    return found


def _against(
    differences: np.ndarray, ours: dict[str, Any], random: dict[str, Any]
) -> dict[str, Any]:
    """Areas compared by a paired permutation test (exact for few seeds) and a t interval."""
    labels = [one["labels_to_parity"]["median"] for one in (ours, random)]
    found: dict[str, Any] = {
        "area": float(differences.mean()),
        "area_low": None,
        "area_high": None,
        "p_value": None,
        "times_fewer_labels": None if None in labels else labels[1] / labels[0],
    }
    if len(differences) > 1 and np.ptp(differences) > 0:
        low, high = ttest_1samp(differences, 0.0).confidence_interval(0.95)
        test = permutation_test((differences,), np.mean, permutation_type="samples", rng=0)
        found |= {"area_low": float(low), "area_high": float(high), "p_value": float(test.pvalue)}
    return found


def _common_span(curve: pd.DataFrame) -> tuple[int, int]:
    runs = curve.groupby(["strategy", "seed"])["labels"]
    return int(runs.min().max()), int(runs.max().min())


def _area(run: pd.DataFrame, first: int, last: int) -> float:
    labels, accuracy = run["labels"].to_numpy(), run["accuracy"].to_numpy()
    at = np.unique([first, *labels[(labels > first) & (labels < last)], last])
    values = np.interp(at, labels, accuracy)
    return float(np.trapezoid(values, at) / (last - first) if last > first else values[-1])


def _within(run: pd.DataFrame, column: str, margin: float) -> int | None:
    first = in_a_row((run[column] <= margin + 1e-12).tolist())
    return None if first is None else int(run["labels"].iloc[first])


def _first(run: pd.DataFrame, reached: Sequence[bool]) -> int | None:
    return int(run["labels"].iloc[reached.index(True)]) if any(reached) else None


def _medians(per_seed: Sequence[float | None]) -> dict[str, Any]:
    median = float(np.median([np.inf if value is None else value for value in per_seed]))
    return {"median": None if np.isinf(median) else median, "per_seed": list(per_seed)}
