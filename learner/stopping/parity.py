"""Parity: a paired test of the model against the full-data model on the same test inquiries."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

CONFIDENCE = 0.95
Z = float(norm.ppf(CONFIDENCE))
POWER = 0.8
IN_A_ROW = 2


@dataclass(frozen=True)
class Gap:
    """Accuracy of the full-data model minus accuracy of the model, as a fraction.

    `low` and `high` are one-sided 95 % bounds, one below and one above.
    """

    gap: float
    low: float
    high: float


def measure_gap(model: np.ndarray, full: np.ndarray, truth: np.ndarray) -> Gap:
    """The gap between two sets of predictions (N,) for the same N test inquiries, N at least 1."""
    model_right, full_right = model == truth, full == truth
    only_full = int((full_right & ~model_right).sum())
    only_model = int((model_right & ~full_right).sum())
    n = len(truth)
    return Gap(
        gap=(only_full - only_model) / n,
        low=-upper_bound(only_model, only_full, n),
        high=upper_bound(only_full, only_model, n),
    )


def upper_bound(only_first: int, only_second: int, n: int, z: float = Z) -> float:
    """One-sided upper bound of the difference of two paired proportions.

    `z` is the normal quantile of its confidence, 95 % unless said. Of `n` pairs, `only_first`
    succeed in the first alone and `only_second` in the second alone. The score interval of Tango
    (Statistics in Medicine 17, 1998), which keeps its level when few or no pairs disagree, where
    the textbook (Wald) interval collapses to a point.
    """

    def excess(difference: float) -> float:
        return _tango_score(only_first, only_second, n, difference) + z

    observed = (only_first - only_second) / n
    if excess(1.0 - 1e-12) > 0:
        return 1.0
    return float(brentq(excess, max(observed, -1.0 + 1e-12), 1.0 - 1e-12, xtol=1e-10))


def in_a_row(passed: Sequence[bool], needed: int = IN_A_ROW) -> int | None:
    """Index of the first of `needed` consecutive passes, or None."""
    for start in range(len(passed) - needed + 1):
        if all(passed[start : start + needed]):
            return start
    return None


def smallest_margin(n: int) -> float:
    """The smallest margin that `n` test inquiries can prove: the bound when no two differ."""
    return upper_bound(0, 0, n)


def decidable_margin(n: int, accuracy: float) -> float:
    """The smallest margin that `n` test inquiries are likely to prove.

    With a probability of 80 %, for a model as good as the full-data model, whose accuracy is
    `accuracy` and whose errors are others (models that err alike prove a little more).
    """
    disagreeing = n * accuracy * (1 - accuracy)

    def shortfall(margin: float) -> float:
        deviation = np.sqrt(n * null_variance(disagreeing, disagreeing, n, margin))
        usual = float(norm.ppf(POWER)) * np.sqrt(2 * disagreeing)
        return float(Z * deviation + usual - n * margin)

    return float(brentq(shortfall, 1e-9, 1.0 - 1e-9))


def null_variance(only_first: float, only_second: float, n: int, difference: float) -> float:
    """Variance of a pair's difference, as likely as can be where its mean is `difference`."""
    quadratic = 2 * n
    linear = -only_first - only_second + (2 * n - only_first + only_second) * difference
    constant = -only_second * difference * (1 - difference)
    share = (np.sqrt(max(linear**2 - 4 * quadratic * constant, 0.0)) - linear) / (2 * quadratic)
    return float(2 * share + difference * (1 - difference))


def points(fraction: float) -> str:
    """A fraction as percentage points, with two decimals."""
    return f"{fraction * 100:.2f}"


def _tango_score(b: int, c: int, n: int, difference: float) -> float:
    """The score statistic for p(first) - p(second) = `difference`, which it falls with."""
    variance = n * null_variance(b, c, n, difference)
    if variance <= 0:
        return 0.0 if b - c == n * difference else float(np.sign(b - c - n * difference) * np.inf)
    return float((b - c - n * difference) / np.sqrt(variance))
