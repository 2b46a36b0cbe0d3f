"""Bounds that hold however often one looks: each look spends a part of the 5 % error.

Alpha spending (Lan & DeMets, Biometrika 70, 1983), with boundaries from the joint distribution of
all looks (Slud & Wei, JASA 77, 1982): models of neighbouring looks err on much the same test
inquiries, so that another look costs little. What a look cannot spend, since errors are counted in
whole inquiries, is left to the next.
"""

import numpy as np
from scipy.stats import norm, skellam

from learner.stopping.parity import CONFIDENCE, Z, null_variance, upper_bound

HALF = 1.25  # by what factor labels grow while half of the error that is left is spent
FIRST = 0.25  # halvings at the first look
PATHS = 50_000
NEAR = 1.5  # margins: where a gap comes as near as this, looks begin to count
JITTER = 1e-6  # two looks may be the same


def looked_at_bound(labels: np.ndarray, differences: np.ndarray, margin: float) -> float:
    """Upper bound of the gap at the last of L looks, for whoever stops once it is within `margin`.

    `labels` (L,) says how many there were, `differences` (L, M), for each look and each of the M
    test inquiries: 1 where only the full-data model is right, -1 where only the model is, 0
    otherwise. If the true gap is above `margin` at all looks, the bound is ever within it in 5 % of
    campaigns. No look before the gap first comes near the margin could pass, so none of them spends
    anything; beginning at a moment that the data choose adds 0.2 points at most to the error (by
    simulation, looks correlated from 0 to 0.99).
    """
    last = differences[-1]
    first = _first_counted(differences, margin)
    z = Z
    if first is not None:
        z = float(boundaries(labels[first:], differences[first:], margin)[-1])
    return upper_bound(int((last == 1).sum()), int((last == -1).sum()), len(last), z)


def boundaries(labels: np.ndarray, differences: np.ndarray, margin: float) -> np.ndarray:
    """For each look (L,), by how many standard errors the gap has to be below `margin`.

    `labels` and `differences` as for `looked_at_bound`, only of looks that count. By a simulation
    that always draws the same; the first boundaries stay when looks are added.
    """
    looks, n = differences.shape
    growth = np.maximum.accumulate(labels) / labels[0]  # answers may be taken back
    covariance = _null_covariance(differences, margin)
    deviations = np.sqrt(n * np.diag(covariance))
    correlations = covariance * n / np.outer(deviations, deviations)
    roots = np.linalg.cholesky(correlations + JITTER * np.eye(looks)) / np.sqrt(1 + JITTER)
    draws = np.stack([np.random.default_rng(look).standard_normal(PATHS) for look in range(looks)])
    under_way = np.ones(PATHS, dtype=bool)
    found = np.empty(looks)
    for look, deviation in enumerate(deviations):
        heights = roots[look, : look + 1] @ draws[: look + 1]
        gaps = np.arange(np.floor(n * margin - 6 * deviation) - 1, np.ceil(n * margin))
        needed = norm.isf(_chances(gaps, n, margin, deviation))
        left = int(spent(growth[look]) * PATHS) - int((~under_way).sum())
        passing = np.searchsorted(-needed, np.partition(-heights[under_way], left)[left]) - 1
        found[look] = (n * margin - gaps[passing]) / deviation - 1e-9
        under_way &= heights < needed[passing]
    return found


def spent(growth: float) -> float:
    """The error spent when labels have grown by the factor `growth` since the first look."""
    halvings = FIRST + np.log(growth) / np.log(HALF)
    return float((1 - CONFIDENCE) * (1 - 0.5**halvings))


def _first_counted(differences: np.ndarray, margin: float) -> int | None:
    """The first look whose gap is near `margin`."""
    near = differences.mean(axis=1) <= NEAR * margin
    return int(near.argmax()) if near.any() else None


def _chances(gaps: np.ndarray, n: int, margin: float, deviation: float) -> np.ndarray:
    """How likely a gap of at most so many of `n` inquiries is where `margin` is the true one.

    Inquiries that only one of the models gets right are rare, so that their numbers are Poisson and
    their difference has Skellam's distribution; the normal one has too heavy a lower tail.
    """
    both, difference = deviation**2, n * margin
    return np.asarray(skellam.cdf(gaps, (both + difference) / 2, max(both - difference, 1e-6) / 2))


def _null_covariance(differences: np.ndarray, margin: float) -> np.ndarray:
    """Covariances (L, L) of an inquiry's differences, were the true gap exactly `margin`.

    More inquiries would then be lost to the full-data model than are seen to be, the same ones at
    all looks.
    """
    n = differences.shape[1]
    only_full, only_model = (differences == 1).sum(axis=1), (differences == -1).sum(axis=1)
    null = [null_variance(b, c, n, margin) for b, c in zip(only_full, only_model, strict=True)]
    seen = np.cov(differences, bias=True).reshape(len(differences), -1)
    unseen = np.sqrt(np.maximum(np.array(null) - np.diag(seen), 0.0))
    return np.asarray(seen + np.outer(unseen, unseen))
