"""What is taken for what: the confusion matrix, and what can be read off it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def confusion_matrix(predicted: np.ndarray, truth: np.ndarray, categories: int) -> np.ndarray:
    """How often each true category (row) was predicted as each category (column), (K, K).

    `predicted` (N,) and `truth` (N,) are category numbers out of `categories`, K.
    """
    cells = np.bincount(truth * categories + predicted, minlength=categories**2)
    return cells.reshape(categories, categories)


def by_category(confusion: np.ndarray, categories: Sequence[str]) -> pd.DataFrame:
    """For each of K categories: category, test_inquiries, precision, recall and f1, as fractions.

    Precision is NaN where a category was never predicted, recall where there are no test inquiries
    of it, F1 where both hold.
    """
    right, true, said = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    return pd.DataFrame(
        {
            "category": list(categories),
            "test_inquiries": true,
            "precision": _share(right, said),
            "recall": _share(right, true),
            "f1": _share(2 * right, true + said),
        }
    )


def most_confused(confusion: np.ndarray, categories: Sequence[str], most: int) -> pd.DataFrame:
    """The pairs that are confused most often, at most `most`: columns true, predicted, inquiries.

    Pairs as frequent as each other come in the order of the categories.
    """
    errors = confusion - np.diag(np.diag(confusion))
    rows, columns = np.nonzero(errors)
    order = np.argsort(-errors[rows, columns], kind="stable")[:most]
    return pd.DataFrame(
        {
            "true": [categories[row] for row in rows[order]],
            "predicted": [categories[column] for column in columns[order]],
            "inquiries": errors[rows, columns][order],
        }
    )


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
