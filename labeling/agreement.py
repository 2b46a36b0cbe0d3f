"""How far annotators agree, and which categories they take for one another."""

from dataclasses import dataclass
from itertools import combinations

import krippendorff
import numpy as np
import pandas as pd

from labeling.reliability import shared

RESAMPLES = 1000
CONFUSED = ["category", "other", "inquiries"]


@dataclass(frozen=True)
class Agreement:
    """Krippendorff's alpha (1 perfect, 0 chance), its 95 % interval, and of how many inquiries."""

    alpha: float
    low: float
    high: float
    inquiries: int


def measure_agreement(answers: pd.DataFrame, seed: int = 0) -> Agreement | None:
    """Agreement on the inquiries with several answers (columns inquiry, annotator, category).

    The interval is a percentile bootstrap over inquiries. None where fewer than two inquiries are
    shared, or all answers are one category, which leaves nothing to disagree about.
    """
    both = shared(answers)
    counts = pd.crosstab(both["inquiry"], both["category"]).to_numpy()
    if len(counts) < 2 or counts.shape[1] < 2:
        return None
    rng = np.random.default_rng(seed)
    drawn = [counts[rng.integers(len(counts), size=len(counts))] for _ in range(RESAMPLES)]
    alphas = [_alpha(sample) for sample in drawn if (sample.sum(axis=0) > 0).sum() > 1]
    low, high = np.percentile(alphas, [2.5, 97.5])
    return Agreement(_alpha(counts), float(low), float(high), len(counts))


def _alpha(counts: np.ndarray) -> float:
    """Of how many annotators gave each inquiry each category, (N, K)."""
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def confused(answers: pd.DataFrame) -> pd.DataFrame:
    """Pairs of categories that different annotators gave one inquiry, the most frequent first.

    Columns CONFUSED: the pair in alphabetical order, and how many inquiries it was given to.
    """
    pairs = [
        pair
        for _, categories in shared(answers).groupby("inquiry")["category"]
        for pair in combinations(sorted(categories.unique()), 2)
    ]
    if not pairs:
        return pd.DataFrame(columns=CONFUSED)
    counts = pd.Series(pairs).value_counts(sort=True)
    rows = sorted(((*pair, int(n)) for pair, n in counts.items()), key=lambda row: (-row[2], row))
    return pd.DataFrame(rows, columns=CONFUSED)
