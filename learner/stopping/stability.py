"""When to stop without a reference: the model's predictions have stopped changing.

Bloodgood and Vijay-Shanker, "A Method for Stopping Active Learning Based on Stabilizing
Predictions" (CoNLL 2009): the predictions for inquiries that were drawn once, the stop set, need no
labels. They are compared with those of a model on a share fewer labels, rather than with the last
look's, so that small batches do not look like standstill.
"""

import numpy as np

STOP_SET = 1_000  # inquiries
FEWER = 0.8  # of the labels: whose predictions to compare with
IN_A_ROW = 2


def draw_stop_set(rows: np.ndarray, seed: int) -> np.ndarray:
    """The stop set out of row numbers (N,), ascending; equal seeds draw alike."""
    rng = np.random.default_rng([seed, 2])  # another draw than the split's and the audit's
    return np.sort(rng.permutation(rows)[:STOP_SET])


def changes(labels: np.ndarray, says: np.ndarray) -> np.ndarray:
    """For each of L looks, the share of predictions that another model on fewer labels had not.

    `labels` (L,), ascending, says how many there were, `says` (L, S) what was predicted for the S
    inquiries of the stop set. NaN where no look is old enough to compare with.
    """
    before = np.searchsorted(labels, FEWER * labels, side="right") - 1
    found = (says != says[before]).mean(axis=1)
    found[before < 0] = np.nan
    return found


def is_stable(labels: np.ndarray, says: np.ndarray, margin: float) -> bool:
    """Whether at the last looks no more than `margin` of the predictions changed."""
    last = changes(labels, says)[-IN_A_ROW:]
    return len(last) == IN_A_ROW and bool((last <= margin).all())
