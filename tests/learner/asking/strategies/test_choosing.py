import numpy as np
import pytest

from learner.asking.strategies import Pool, choose, cold_start

NOTHING = np.array([], dtype=int)


def test_the_least_certain_inquiry_has_uncertainty_one_and_a_certain_one_zero() -> None:
    proba = np.array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.7, 0.2, 0.1]])
    pool = Pool(proba, np.eye(3), np.arange(3), NOTHING, NOTHING)
    chosen = choose("breaking-ties", pool, 3, np.random.default_rng(0))
    assert [(choice.row, choice.uncertainty) for choice in chosen] == [
        (0, 1.0),
        (2, pytest.approx(0.5)),
        (1, 0.0),
    ]
    assert {choice.why for choice in chosen} == {"breaking-ties"}


def test_a_batch_is_never_larger_than_what_may_be_asked() -> None:
    pool = Pool(np.full((4, 2), 0.5), np.eye(4), np.array([1, 3]), NOTHING, NOTHING)
    rng = np.random.default_rng(0)
    assert sorted(choice.row for choice in choose("random", pool, 9, rng)) == [1, 3]
    assert choose("random", pool.only(NOTHING), 3, rng) == []


def test_the_cold_start_takes_one_inquiry_from_each_crowd_the_largest_first() -> None:
    sizes = [30, 12, 5]
    points = np.repeat(np.eye(3) * 10, sizes, axis=0)
    points += np.random.default_rng(0).normal(0, 0.1, points.shape)
    chosen = [choice.row for choice in cold_start(points, np.arange(47), 3, seed=0)]
    assert [int(np.searchsorted(np.cumsum(sizes), row, "right")) for row in chosen] == [0, 1, 2]
    assert cold_start(points, NOTHING, 3, seed=0) == []
    assert len(cold_start(points, np.arange(2), 3, seed=0)) == 2


def test_a_cold_start_among_identical_inquiries_is_still_full() -> None:
    same = np.zeros((30, 3), dtype=np.float32)
    assert len({choice.row for choice in cold_start(same, np.arange(30), 4, seed=0)}) == 4
