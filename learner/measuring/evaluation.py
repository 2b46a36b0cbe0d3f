"""How good a model is on test inquiries whose category is known."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm
from sklearn.metrics import f1_score


@dataclass(frozen=True)
class Evaluation:
    """Accuracy as a fraction, with the two ends of its 95 % interval, and macro F1."""

    accuracy: float
    accuracy_low: float
    accuracy_high: float
    macro_f1: float


def evaluate(predicted: np.ndarray, truth: np.ndarray) -> Evaluation:
    """Compare category numbers predicted (N,) with the true ones (N,), N at least 1."""
    correct = int((predicted == truth).sum())
    low, high = wilson_interval(correct, len(truth))
    return Evaluation(
        accuracy=correct / len(truth),
        accuracy_low=low,
        accuracy_high=high,
        macro_f1=float(f1_score(truth, predicted, average="macro", zero_division=0)),
    )


def wilson_interval(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """The score interval of a proportion (Wilson, JASA 1927), two-sided."""
    z = float(norm.ppf((1 + confidence) / 2))
    share = successes / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = (
        z * np.sqrt(share * (1 - share) / trials + z * z / (4 * trials**2)) / (1 + z * z / trials)
    )
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))
