"""The head: a linear classifier on embeddings (or on any other features).

It trains in a second and drives selection.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from safetensors.numpy import load_file, save_file
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

INVERSE_REGULARISATION = 30.0  # where labels are many
OF_FEW = 100.0  # where they are few
EVIDENCE = 150_000.0  # labels times inverse regularisation, between the two
ABSENT = 5.0  # how far below the lowest intercept a category without any label starts
FILE = "head.safetensors"
BLOCK = 1 << 16  # rows that are taken into memory at a time

Features: TypeAlias = "np.ndarray | csr_matrix"


@dataclass(frozen=True)
class Head:
    """A fitted multinomial logistic regression over features.

    coefficients (K, D) and intercepts (K,), K over the whole codebook: a category that has no label
    yet has zero coefficients and a low intercept.
    """

    coefficients: np.ndarray
    intercepts: np.ndarray

    def probabilities(self, features: Features) -> np.ndarray:
        """Category probabilities (N, K) of features (N, D), which may lie on disk."""
        found = np.empty((features.shape[0], len(self.intercepts)), dtype=np.float32)
        for start in range(0, len(found), BLOCK):
            rows = slice(start, start + BLOCK)
            found[rows] = softmax(features[rows] @ self.coefficients.T + self.intercepts)
        return found

    def cooled(self, temperature: float) -> "Head":
        """The head whose logits are divided by `temperature`."""
        return Head(self.coefficients / temperature, self.intercepts / temperature)

    def save(self, folder: Path) -> None:
        """Write `folder/head.safetensors`, which `load_head` reads."""
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {"coefficients": self.coefficients, "intercepts": self.intercepts}
        save_file(
            {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}, folder / FILE
        )


def load_head(folder: Path) -> Head:
    """What `Head.save` wrote."""
    return Head(**load_file(folder / FILE))


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities (N, K) of logits (N, K)."""
    odds = logits - logits.max(axis=1, keepdims=True, initial=-np.inf)
    np.exp(odds, out=odds)
    odds /= odds.sum(axis=1, keepdims=True)
    return np.asarray(odds)


def trust_in(confidence: np.ndarray) -> np.ndarray:
    """How much labels of such confidence (N,) count: its square, so that a label one in two of
    which is wrong counts a quarter (`docs/benchmarks.md`, teams that err).
    """
    return confidence**2


def inverse_regularisation(labels: int) -> float:
    """scikit-learn's C for so many labels.

    C weighs the sum of losses, so that few labels would be regularised the most: they get more of
    it, up to 1,500 labels; from 5,000 it is that of all data.
    """
    return min(OF_FEW, max(INVERSE_REGULARISATION, EVIDENCE / labels))


def fit_head(
    features: Features, labels: np.ndarray, categories: int, weights: np.ndarray | None = None
) -> Head:
    """Fit on features (N, D) and category numbers (N,) out of `categories`.

    `weights` (N,) say how much each label counts, 1 unless given. Deterministic. With a single
    category among the labels, that category is all it predicts.
    """
    coefficients = np.zeros((categories, features.shape[1]), dtype=np.float32)
    intercepts = np.zeros(categories, dtype=np.float32)
    present = np.unique(labels)
    if len(present) > 1:
        regression = LogisticRegression(C=inverse_regularisation(len(labels)), max_iter=1000)
        # For 1,500 to 18,000 labels two threads took from two to ten times as long as one.
        with warnings.catch_warnings(), threadpool_limits(1):
            # Few labels of many categories, and steps beyond the limit, are as they should be.
            warnings.simplefilter("ignore", UserWarning)
            regression.fit(features, labels, weights)
        if len(present) == 2:  # scikit-learn gives one row; softmax needs a row a category
            coefficients[present] = np.vstack([-regression.coef_, regression.coef_]) / 2
            intercepts[present] = (
                np.array([-regression.intercept_[0], regression.intercept_[0]]) / 2
            )
        else:
            coefficients[present] = regression.coef_
            intercepts[present] = regression.intercept_
    absent = np.setdiff1d(np.arange(categories), present)
    intercepts[absent] = intercepts[present].min() - ABSENT
    return Head(coefficients, intercepts)
