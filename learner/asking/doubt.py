"""Which labels to doubt: those that a head which has not seen them contradicts.

Out-of-fold probabilities and the normalised margin of confident learning (Northcutt, Jiang and
Chuang, "Confident Learning", JAIR 2021), as cleanlab computes it: whether another answer to a
labelled inquiry is worth more than an answer to a new one (Goh and Mueller, ActiveLab, 2023, weigh
the two by one score; measured in `docs/benchmarks.md`).
"""

import numpy as np
from cleanlab.rank import get_label_quality_scores

from learner.models.head import fit_head

FOLDS = 5
AT_LEAST = 60  # labels; a head on fewer contradicts what it has not learnt yet
SHARE = 0.2  # of a batch that goes to doubtful labels at most
MOST_ANSWERS = 3  # to one inquiry: then it is as clear as it gets
BEGIN = 4  # answers, half of them differing, that are supposed to have come before the first
EVEN = 0.5  # the margin at which another category is as likely as the label's


def out_of_fold(
    embeddings: np.ndarray, labels: np.ndarray, categories: int, trust: np.ndarray, seed: int
) -> np.ndarray:
    """Probabilities (N, K), each row from a head that has not seen its label."""
    fold = np.random.default_rng([seed, 3]).permutation(len(labels)) % FOLDS
    proba = np.empty((len(labels), categories), dtype=np.float32)
    for own in range(FOLDS):
        rest = fold != own
        head = fit_head(embeddings[rest], labels[rest], categories, trust[rest])
        proba[~rest] = head.probabilities(embeddings[~rest])
    return proba


def how_many(batch_size: int, answered: int, differing: int) -> int:
    """How many labels to doubt at a time, where so many were doubted and so many rightly.

    Where people err, the second answer differs often; where it hardly ever does, asking twice is
    waste and ends by itself.
    """
    rate = (differing + BEGIN / 2) / (answered + BEGIN)
    return round(batch_size * SHARE * min(1.0, 2 * rate))


def doubtful(proba: np.ndarray, labels: np.ndarray, may_ask: np.ndarray, size: int) -> np.ndarray:
    """At most `size` rows whose label is less likely than another category, most doubtful first.

    `proba` (N, K) are out-of-fold, `labels` (N,) category numbers; `may_ask` (N,) says where
    another answer can be had and would count. Ties go by row.
    """
    if not len(labels):
        return np.zeros(0, dtype=int)
    margin = get_label_quality_scores(labels, proba, method="normalized_margin")
    rows = np.flatnonzero(may_ask & (margin < EVEN))
    return rows[np.argsort(margin[rows], kind="stable")][:size]
