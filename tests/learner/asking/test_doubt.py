import numpy as np
import pytest

from learner.asking.doubt import doubtful, how_many, out_of_fold

PROBA = np.array([[0.9, 0.1], [0.2, 0.8], [0.45, 0.55], [0.2, 0.8], [0.5, 0.5]])
ALL = np.ones(5, dtype=bool)


def test_doubtful_are_labels_less_likely_than_another_category_the_worst_first() -> None:
    assert doubtful(PROBA, np.zeros(5, dtype=int), ALL, 5).tolist() == [1, 3, 2]
    assert doubtful(PROBA, np.ones(5, dtype=int), ALL, 5).tolist() == [0]


def test_no_more_are_doubted_than_may_be_and_ties_go_by_row() -> None:
    labels = np.zeros(5, dtype=int)
    assert doubtful(PROBA, labels, ALL, 1).tolist() == [1]
    assert doubtful(PROBA, labels, ~np.isin(np.arange(5), [1]), 1).tolist() == [3]
    assert doubtful(PROBA, labels, ~ALL, 5).tolist() == []
    assert doubtful(PROBA[:0], labels[:0], ALL[:0], 5).tolist() == []


def test_a_wrong_label_among_right_ones_is_found_out_of_fold() -> None:
    rng = np.random.default_rng(0)
    truth = np.arange(90) % 3
    points = np.eye(3)[truth] + rng.normal(0, 0.2, (90, 3))
    labels = truth.copy()
    labels[[7, 50]] = (labels[[7, 50]] + 1) % 3
    proba = out_of_fold(points, labels, 3, np.ones(90), seed=0)
    assert proba.shape == (90, 3)
    assert set(doubtful(proba, labels, np.ones(90, bool), 2)) == {7, 50}
    again = out_of_fold(points, labels, 3, np.ones(90), seed=0)
    np.testing.assert_array_equal(again, proba)


@pytest.mark.parametrize(
    ("answered", "differing", "expected"), [(0, 0, 4), (10, 6, 4), (10, 1, 2), (40, 0, 0)]
)
def test_fewer_are_doubted_where_second_answers_hardly_ever_differ(
    answered: int, differing: int, expected: int
) -> None:
    assert how_many(20, answered, differing) == expected
