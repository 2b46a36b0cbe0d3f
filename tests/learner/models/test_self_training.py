import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from learner.models.head import Head, fit_head, inverse_regularisation
from learner.models.self_training import WEIGHT, self_trained

RNG = np.random.default_rng(0)
TRUTH = np.arange(300) % 3
POINTS = (np.eye(5)[TRUTH] + RNG.normal(0, 0.4, (300, 5))).astype(np.float32)
FEW = slice(0, 9)


def test_it_is_scikit_learns_head_with_guesses_of_little_weight() -> None:
    plain = fit_head(POINTS[FEW], TRUTH[FEW], 4)
    guesses = plain.probabilities(POINTS[9:]).argmax(axis=1)
    head = self_trained(plain, POINTS[FEW], TRUTH[FEW], POINTS[9:], guesses)
    theirs = LogisticRegression(C=inverse_regularisation(9), max_iter=1000, tol=1e-6).fit(
        POINTS,
        np.concatenate([TRUTH[FEW], guesses]),
        sample_weight=np.repeat([1, WEIGHT], [9, 291]),
    )
    proba = head.probabilities(POINTS)
    assert proba[:, :3] / proba[:, :3].sum(axis=1, keepdims=True) == pytest.approx(
        theirs.predict_proba(POINTS), abs=0.02
    )
    assert (proba[:, 3] < 0.01).all()  # the category that nobody has named yet


def test_right_guesses_make_the_head_better() -> None:
    plain = fit_head(POINTS[FEW], TRUTH[FEW], 3)
    head = self_trained(plain, POINTS[FEW], TRUTH[FEW], POINTS[9:200], TRUTH[9:200])

    def right(fitted: Head) -> float:
        return float((fitted.probabilities(POINTS[200:]).argmax(axis=1) == TRUTH[200:]).mean())

    assert right(head) > right(plain)


def test_with_one_category_or_nothing_unlabelled_the_head_stays_as_it_was() -> None:
    one = fit_head(POINTS[:3], np.array([1, 1, 1]), 3)
    assert self_trained(one, POINTS[:3], np.array([1, 1, 1]), POINTS, np.ones(300, int)) is one
    plain = fit_head(POINTS, TRUTH, 3)
    none = np.array([], dtype=int)
    assert self_trained(plain, POINTS, TRUTH, POINTS[:0], none) is plain
