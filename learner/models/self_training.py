"""Self-training: the head also learns from its own guesses about the pool, which cost no labels.

Lee, "Pseudo-Label: The Simple and Efficient Semi-Supervised Learning Method for Deep Neural
Networks" (2013): a guess is taken for true at a small weight, which pushes the boundaries between
categories out of the crowds. The guesses are smoothed over neighbours first (`asking.neighbours`),
so that the head learns something from them that it did not know. Without anything unlabelled it
changes nothing, so the full-data model is the plain head.
"""

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from learner.models.head import Head, inverse_regularisation, softmax

WEIGHT = 0.3  # of a guess, beside 1 of a label
ENOUGH = 4000  # unlabelled inquiries; more take longer and teach little
STEPS = 40  # of the optimiser, which starts from the plain head


def drawn(unlabelled: np.ndarray, seed: int) -> np.ndarray:
    """At most `ENOUGH` of the unlabelled rows (N,), in their order; equal seeds draw alike."""
    if len(unlabelled) <= ENOUGH:
        return unlabelled
    return np.sort(np.random.default_rng(seed).choice(unlabelled, ENOUGH, replace=False))


def self_trained(
    head: Head,
    features: np.ndarray,
    labels: np.ndarray,
    unlabelled: np.ndarray,
    guesses: np.ndarray,
    trust: np.ndarray | None = None,
) -> Head:
    """`head`, which `fit_head` gave for features (N, D), labels (N,) and weights `trust` (N,).

    It is fitted further.
    `guesses` (M,) are category numbers for `unlabelled` (M, D), out of those that have labels.
    """
    present = np.unique(labels)
    if len(present) < 2 or not len(unlabelled):
        return head
    weights = np.repeat([1.0, WEIGHT], [len(labels), len(guesses)]).astype(np.float32)
    if trust is not None:
        weights[: len(labels)] = trust
    points = np.concatenate([features, unlabelled]).astype(np.float32)
    targets = np.searchsorted(present, np.concatenate([labels, guesses]))
    start = np.column_stack([head.coefficients[present], head.intercepts[present]])
    with threadpool_limits(1):
        found = _minimum(start, points, targets, weights, inverse_regularisation(len(labels)))
    coefficients, intercepts = head.coefficients.copy(), head.intercepts.copy()
    coefficients[present], intercepts[present] = found[:, :-1], found[:, -1]
    absent = np.setdiff1d(np.arange(len(intercepts)), present)
    intercepts[absent] += intercepts[present].min() - head.intercepts[present].min()
    return Head(coefficients, intercepts)


def _minimum(
    start: np.ndarray,
    points: np.ndarray,
    targets: np.ndarray,
    weights: np.ndarray,
    inverse: float,
) -> np.ndarray:
    """Coefficients and, last, intercepts (K, D + 1) that minimise the head's own loss, weighted."""
    rows, shape = np.arange(len(points)), start.shape

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        solution = flat.astype(np.float32).reshape(shape)
        coefficients = solution[:, :-1]
        proba = softmax(points @ coefficients.T + solution[:, -1])
        surprise = -np.log(np.maximum(proba[rows, targets], np.finfo(np.float32).tiny))
        proba[rows, targets] -= 1
        proba *= weights[:, None]
        gradient = np.column_stack([proba.T @ points + coefficients / inverse, proba.sum(axis=0)])
        penalty = (coefficients**2).sum() / (2 * inverse)
        return float(weights @ surprise + penalty), gradient.ravel().astype(float)

    found = minimize(
        loss, start.ravel().astype(float), jac=True, method="L-BFGS-B", options={"maxiter": STEPS}
    )
    return found.x.astype(np.float32).reshape(shape)
