"""Scores and choices by hand, and beside small-text's own."""

import numpy as np
import pytest
from small_text import BreakingTies, LeastConfidence, PredictionEntropy, SklearnDataset
from small_text.query_strategies import greedy_coreset as their_greedy_coreset

from learner.asking.active_learning import HeadClassifier
from learner.asking.strategies import Pool
from learner.asking.strategies.registry import find_strategy
from learner.asking.strategies.uncertainty import (
    by_proba,
    entropy,
    gradient_length,
    least_confidence,
    longest_gradient,
    margin,
    ranked,
)

PROBA = np.array(
    [
        [0.50, 0.30, 0.20],  # margin 0.20, top 0.50
        [0.45, 0.44, 0.11],  # margin 0.01, top 0.45
        [0.40, 0.30, 0.30],  # margin 0.10, top 0.40, the greatest entropy
        [0.98, 0.01, 0.01],
        [0.45, 0.11, 0.44],  # the same margin as row 1
    ]
)
NOTHING = np.array([], dtype=int)


def rows(
    name: str,
    size: int,
    points: np.ndarray,
    proba: np.ndarray | None = None,
    labels: dict[int, int] | None = None,
) -> list[int]:
    """What a strategy asks, where `labels` has the categories of the labelled rows."""
    labels = labels or {}
    proba = np.full((len(points), 3), 1 / 3) if proba is None else proba
    labelled = np.array([*labels], dtype=int)
    askable = np.setdiff1d(np.arange(len(points)), labelled)
    pool = Pool(proba, points, askable, labelled, np.array([*labels.values()], dtype=int))
    return find_strategy(name)(pool, size, np.random.default_rng(0)).tolist()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("breaking-ties", [1, 4, 2, 0, 3]),
        ("least-confidence", [2, 1, 4, 0, 3]),
        ("prediction-entropy", [2, 0, 1, 4, 3]),
        ("expected-gradient-length", [2, 0, 1, 4, 3]),
    ],
)
def test_the_most_uncertain_come_first_and_ties_keep_their_order(
    name: str, expected: list[int]
) -> None:
    assert rows(name, 5, np.eye(5), PROBA) == expected
    assert rows(name, 2, np.eye(5), PROBA) == expected[:2]


def data_set(points: np.ndarray, labels: np.ndarray) -> SklearnDataset:
    return SklearnDataset(points, labels, target_labels=np.arange(4))


def test_scores_are_small_texts() -> None:
    rng = np.random.default_rng(0)
    clf = HeadClassifier(4).fit(data_set(rng.normal(size=(30, 5)), np.arange(30) % 4))
    data = data_set(rng.normal(size=(50, 5)), np.zeros(50, dtype=int))
    proba = clf.predict_proba(data)

    def theirs(strategy: type) -> np.ndarray:
        return strategy().score(clf, data, np.arange(50), NOTHING, NOTHING)

    assert margin(proba) == pytest.approx(1 - theirs(BreakingTies))
    assert least_confidence(proba) == pytest.approx(1 - theirs(LeastConfidence))
    assert entropy(proba) == pytest.approx(-theirs(PredictionEntropy))  # theirs: the lowest first


def test_the_expected_gradient_is_as_long_as_autograds() -> None:
    import torch

    rng = np.random.default_rng(2)
    layer = torch.nn.Linear(4, 3)
    points = rng.normal(size=(5, 4)).astype(np.float32)
    proba = layer(torch.tensor(points)).softmax(dim=1).detach().numpy()
    expected = np.zeros(5)
    for row, point in enumerate(torch.tensor(points)):
        for category in range(3):
            layer.zero_grad()
            torch.nn.functional.cross_entropy(layer(point), torch.tensor(category)).backward()
            gradient = torch.nn.utils.parameters_to_vector(
                parameter.grad for parameter in layer.parameters() if parameter.grad is not None
            )
            expected[row] += proba[row, category] * float(gradient.norm())
    assert gradient_length(proba, points) == pytest.approx(expected, rel=1e-4)


def test_a_greedy_coreset_takes_the_farthest_again_and_again() -> None:
    line = np.array([[0.0], [1.0], [4.0], [9.0], [6.0]])
    assert rows("greedy-coreset", 3, line, labels={0: 0}) == [3, 2, 4]
    assert rows("greedy-coreset", 2, line) == [0, 3]  # nothing is labelled: the first is as good


def test_a_greedy_coreset_is_small_texts() -> None:
    points = np.random.default_rng(0).normal(size=(40, 5))
    theirs = their_greedy_coreset(
        points, np.arange(30), np.arange(30, 40), 8, distance_metric="euclidean"
    )
    ours = rows("greedy-coreset", 8, points, labels=dict.fromkeys(range(30, 40), 0))
    assert ours == theirs.tolist()


def test_a_lightweight_coreset_asks_for_one_far_from_the_mean_rather_than_a_common_one() -> None:
    points = np.zeros((1000, 2))
    points[7] = 1000.0  # half of all draws, by its distance
    pool = Pool(np.full((1000, 2), 0.5), points, np.arange(1000), NOTHING, NOTHING)
    ask = find_strategy("lightweight-coreset")
    found = sum(7 in ask(pool, 1, np.random.default_rng(seed)) for seed in range(200))
    assert found == pytest.approx(100, abs=30)


def test_badge_begins_with_the_longest_gradient_and_takes_another_direction_next() -> None:
    points = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    proba = np.array([[0.5, 0.5], [0.5, 0.5], [0.6, 0.4], [1.0, 0.0]])
    chosen = rows("badge", 2, points, proba)
    assert chosen[0] == 0
    assert chosen[1] in (2, 3)  # row 1 equals row 0


def test_contrastive_asks_for_what_is_seen_otherwise_than_its_neighbour() -> None:
    points = np.array([[1.0, 0.0], [0.0, 1.0], [0.9, 0.1], [0.1, 0.9]])
    proba = np.array([[0.9, 0.1], [0.1, 0.9], [0.9, 0.1], [0.9, 0.1]])
    many = np.repeat(points, [10, 10, 1, 1], axis=0)
    labels = {row: int(row >= 10) for row in range(20)}
    assert rows("contrastive", 2, many, np.repeat(proba, [10, 10, 1, 1], axis=0), labels) == [
        21,
        20,
    ]


def test_discriminative_asks_for_what_is_least_like_the_labelled() -> None:
    points = np.repeat(np.eye(3), 4, axis=0)
    labels = {0: 0, 1: 0, 4: 1, 5: 1}
    assert set(rows("discriminative", 2, points, labels=labels)) <= {8, 9, 10, 11}


def test_probcover_asks_for_the_middle_of_the_largest_crowd_that_nothing_covers() -> None:
    points = np.repeat(np.eye(3), [2, 5, 3], axis=0)
    assert rows("probcover", 3, points) == [2, 7, 0]
    assert rows("probcover", 2, points, labels={2: 0}) == [7, 0]


def test_the_spread_takes_no_two_that_are_nearly_the_same() -> None:
    points = np.repeat(np.eye(4), 5, axis=0) + np.random.default_rng(0).normal(0, 0.01, (20, 4))
    chosen = rows("spread+breaking-ties", 4, points, np.full((20, 2), 0.5))
    assert sorted(row // 5 for row in chosen) == [0, 1, 2, 3]


def test_the_spread_looks_at_five_times_the_batch_alone() -> None:
    sure = np.linspace(0.5, 1, 40)
    proba = np.column_stack([sure, 1 - sure])
    chosen = rows("spread+breaking-ties", 3, np.random.default_rng(0).normal(size=(40, 4)), proba)
    assert max(chosen) < 15
    assert chosen == sorted(chosen)  # the order is that of the margin


def test_balanced_asks_more_where_there_are_fewer_labels() -> None:
    proba = np.repeat([[0.8, 0.2], [0.3, 0.7]], 6, axis=0)
    chosen = rows("balanced+breaking-ties", 4, np.eye(12), proba, labels={0: 0, 1: 0, 6: 1})
    assert [row // 6 for row in chosen] == [1, 1, 0, 0] or sorted(r // 6 for r in chosen) == [
        0,
        1,
        1,
        1,
    ]


def test_seals_asks_among_the_neighbours_of_what_is_labelled() -> None:
    rng = np.random.default_rng(0)
    points = np.concatenate(
        [rng.normal([1, 0], 0.01, (120, 2)), rng.normal([-1, 0], 0.01, (50, 2))]
    )
    proba = np.full((170, 2), 0.5)
    proba[:120] = [0.6, 0.4]  # the far crowd is the less certain
    assert max(rows("seals+breaking-ties", 5, points, proba, labels={0: 0})) < 120
    assert min(rows("breaking-ties", 5, points, proba, labels={0: 0})) >= 120


def test_anchoral_asks_among_the_neighbours_of_each_category() -> None:
    rng = np.random.default_rng(0)
    centres = np.repeat(np.eye(3), [300, 300, 60], axis=0)
    points = centres + rng.normal(0, 0.01, (660, 3))
    proba = np.full((660, 2), 0.5)
    chosen = rows("anchoral+breaking-ties", 20, points, proba, labels={0: 0, 300: 1})
    assert max(chosen) < 600


@pytest.mark.parametrize("size", [0, 1, 3, 6, 9])
def test_only_the_highest_are_ranked_and_of_equals_the_first_come_first(size: int) -> None:
    score = np.array([0.5, 0.9, 0.5, 0.1, 0.9, 0.5])
    assert ranked(score, size).tolist() == [1, 4, 0, 2, 5, 3][:size]


def test_a_score_taken_in_blocks_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    proba = rng.dirichlet(np.ones(4), 100).astype(np.float32)
    points = rng.standard_normal((100, 8)).astype(np.float32)
    pool = Pool(proba, points, np.arange(10, 100), np.arange(10), np.arange(10) % 4)
    strategies = by_proba(margin), longest_gradient
    whole = [strategy(pool, 12, rng).tolist() for strategy in strategies]
    monkeypatch.setattr("learner.asking.strategies.uncertainty.BLOCK", 7)
    assert [strategy(pool, 12, rng).tolist() for strategy in strategies] == whole
