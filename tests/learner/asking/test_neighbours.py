import numpy as np
import pytest

from learner.asking.neighbours import neighbour_graph, smoothed

CROWDS = np.repeat(np.eye(3), 15, axis=0) + np.random.default_rng(0).normal(0, 0.05, (45, 3))
POINTS = (CROWDS / np.linalg.norm(CROWDS, axis=1, keepdims=True)).astype(np.float32)


def test_neighbours_are_the_nearest_others_and_weights_sum_to_one() -> None:
    graph = neighbour_graph(POINTS)
    assert graph.shape == (45, 45)
    assert graph.sum(axis=1) == pytest.approx(1)
    assert graph.diagonal().max() == 0
    rows, columns = graph.nonzero()
    assert (rows // 15 == columns // 15).all()
    nearest = np.argsort(-(POINTS[0] @ POINTS[1:].T))[:10] + 1
    assert set(nearest) <= set(columns[rows == 0])


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_small_pools_have_a_graph_too(count: int) -> None:
    graph = neighbour_graph(POINTS[:count])
    assert graph.shape == (count, count)
    assert np.asarray(graph.sum(axis=1)).sum() == pytest.approx(count if count > 1 else 0)


def test_a_large_pool_is_linked_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("learner.asking.neighbours.MOST", 30)
    sums = np.asarray(neighbour_graph(POINTS).sum(axis=1)).ravel()
    assert np.sort(sums) == pytest.approx([0] * 15 + [1] * 30)


def test_a_label_decides_for_its_crowd_and_stands_firm() -> None:
    unsure = np.full((45, 3), 1 / 3)
    labelled = np.array([0, 15, 30])
    all_rows = np.arange(45)
    graph = neighbour_graph(POINTS)
    found = smoothed(unsure, graph, labelled, np.array([2, 0, 1]), all_rows)
    assert found[labelled].tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert (found.argmax(axis=1) == np.repeat([2, 0, 1], 15)).all()
    some = np.array([44, 3, 17])
    assert np.array_equal(smoothed(unsure, graph, labelled, np.array([2, 0, 1]), some), found[some])


def test_an_inquiry_without_neighbours_keeps_its_guess() -> None:
    proba = np.array([[0.7, 0.3], [0.2, 0.8]])
    none = np.array([], dtype=int)
    graph = neighbour_graph(POINTS[:1].repeat(2, axis=0)) * 0
    found = smoothed(proba, graph, none, none, np.arange(2))
    assert found.argmax(axis=1).tolist() == [0, 1]


def test_in_a_pool_linked_in_part_the_linked_rows_are_smoothed_as_if_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("learner.asking.neighbours.MOST", 30)
    graph = neighbour_graph(POINTS)
    linked = np.flatnonzero(np.diff(graph.indptr))
    proba = np.random.default_rng(0).dirichlet(np.ones(3), 45).astype(np.float32)
    labelled = linked[:2]
    found = smoothed(proba, graph, labelled, np.array([2, 0]), np.arange(45))
    alone = smoothed(
        proba[linked], graph[linked][:, linked], np.arange(2), np.array([2, 0]), np.arange(30)
    )
    assert np.array_equal(found[linked], alone)
    others = np.setdiff1d(np.arange(45), linked)
    assert np.array_equal(found[others], proba[others])
