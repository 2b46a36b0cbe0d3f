import numpy as np
import pytest

from labeling.errors import InputError
from learner.strategies import NAMES, check_strategy, choose, cold_start

PROBA = np.array(
    [
        [0.50, 0.30, 0.20],  # margin 0.20, top 0.50
        [0.45, 0.44, 0.11],  # margin 0.01, top 0.45
        [0.40, 0.30, 0.30],  # margin 0.10, top 0.40, the greatest entropy
        [0.98, 0.01, 0.01],
        [0.45, 0.11, 0.44],  # the same margin as row 1
    ]
)
APART = np.eye(5)  # every inquiry as far from the others as can be


def rows(
    strategy: str, size: int, proba: np.ndarray = PROBA, points: np.ndarray = APART
) -> list[int]:
    chosen = choose(strategy, proba, points, np.arange(len(proba)), size, np.random.default_rng(0))
    return [choice.row for choice in chosen]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("breaking-ties", [1, 4, 2, 0, 3]),
        ("least-confidence", [2, 1, 4, 0, 3]),
        ("prediction-entropy", [2, 0, 1, 4, 3]),
    ],
)
def test_the_most_uncertain_come_first_and_ties_keep_their_order(
    strategy: str, expected: list[int]
) -> None:
    assert rows(strategy, 5) == expected


@pytest.mark.parametrize("strategy", NAMES)
def test_every_strategy_keeps_the_contract(strategy: str) -> None:
    rng = np.random.default_rng(1)
    proba, points = rng.dirichlet(np.ones(4), 60), rng.normal(size=(60, 8))
    open_rows = np.arange(5, 60)

    def ask(size: int) -> list[int]:
        chosen = choose(strategy, proba, points, open_rows, size, np.random.default_rng(7))
        assert all(0 <= choice.uncertainty <= 1 and choice.why == strategy for choice in chosen)
        return [choice.row for choice in chosen]

    assert len(ask(10)) == len(set(ask(10))) == 10
    assert ask(10) == ask(10)
    assert set(ask(10)) <= set(open_rows)
    assert sorted(ask(55)) == sorted(ask(99)) == list(open_rows)
    assert choose(strategy, proba, points, np.array([], dtype=int), 3, rng) == []


def test_a_batch_holds_no_two_inquiries_that_are_nearly_the_same() -> None:
    points = np.repeat(np.eye(4), 5, axis=0) + np.random.default_rng(0).normal(0, 0.01, (20, 4))
    proba = np.full((20, 2), 0.5)
    assert sorted(row // 5 for row in rows("breaking-ties", 4, proba, points)) == [0, 1, 2, 3]


def test_identical_inquiries_still_make_a_full_batch() -> None:
    same = np.zeros((30, 3), dtype=np.float32)
    for strategy in NAMES:
        chosen = choose(
            strategy, np.full((30, 2), 0.5), same, np.arange(30), 4, np.random.default_rng(0)
        )
        assert len({choice.row for choice in chosen}) == 4
    assert len({choice.row for choice in cold_start(same, np.arange(30), 4, seed=0)}) == 4


def test_the_least_certain_inquiry_has_uncertainty_one_and_a_certain_one_zero() -> None:
    proba = np.array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.7, 0.2, 0.1]])
    chosen = choose("breaking-ties", proba, np.eye(3), np.arange(3), 3, np.random.default_rng(0))
    assert [(choice.row, choice.uncertainty) for choice in chosen] == [
        (0, 1.0),
        (2, pytest.approx(0.5)),
        (1, 0.0),
    ]


def test_the_cold_start_takes_one_inquiry_from_each_crowd_the_largest_first() -> None:
    sizes = [30, 12, 5]
    points = np.repeat(np.eye(3) * 10, sizes, axis=0)
    points += np.random.default_rng(0).normal(0, 0.1, points.shape)
    chosen = [choice.row for choice in cold_start(points, np.arange(47), 3, seed=0)]
    assert [int(np.searchsorted(np.cumsum(sizes), row, "right")) for row in chosen] == [0, 1, 2]
    assert cold_start(points, np.array([], dtype=int), 3, seed=0) == []
    assert len(cold_start(points, np.arange(2), 3, seed=0)) == 2


def test_a_misspelt_strategy_says_which_was_meant() -> None:
    assert check_strategy("random") == "random"
    with pytest.raises(InputError, match="did you mean 'least-confidence'"):
        check_strategy("least-confidense")
