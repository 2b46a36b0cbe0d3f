import numpy as np
import pytest

from learner.asking.neighbours import neighbour_graph
from learner.asking.rounds import Selection, fit_on_pool, next_batch, rehearse
from learner.asking.strategies import STRATEGIES
from learner.models.head import fit_head
from learner.models.self_training import drawn

POINTS = np.random.default_rng(0).normal(size=(80, 6)).astype(np.float32)
TRUTH = (POINTS[:, 0] > 0).astype(int) + (POINTS[:, 1] > 0)
SELECTION = Selection("breaking-ties", batch_size=5, initial=12, seed=3)


def labels_of(rows: list[int]) -> np.ndarray:
    labels = np.full(len(POINTS), -1)
    labels[rows] = TRUTH[rows]
    return labels


def test_the_first_batch_is_the_cold_start() -> None:
    batch = next_batch(POINTS, labels_of([]), np.ones(80, bool), 3, SELECTION, 0)
    assert len(batch.choices) == 12
    assert {choice.why for choice in batch.choices} == {"cold start"}
    assert batch.head is None


def test_the_cold_start_goes_on_until_two_categories_have_labels() -> None:
    same = np.flatnonzero(TRUTH == 1)[:3].tolist()
    batch = next_batch(POINTS, labels_of(same), np.ones(80, bool), 3, SELECTION, 1)
    assert batch.head is None
    assert not set(same) & {choice.row for choice in batch.choices}


def test_batch_and_reserve_are_different_askable_inquiries() -> None:
    askable = np.ones(80, bool)
    askable[40:] = False
    labelled = list(range(12))
    batch = next_batch(POINTS, labels_of(labelled), askable, 3, SELECTION, 1, reserve=10)
    rows = [choice.row for choice in [*batch.choices, *batch.reserve]]
    assert len(batch.choices) == 5
    assert len(set(rows)) == len(rows) == 15
    assert set(rows) <= set(range(12, 40))


def test_equal_arguments_give_an_equal_batch() -> None:
    first, second = (
        next_batch(POINTS, labels_of([*range(12)]), np.ones(80, bool), 3, SELECTION, 1)
        for _ in range(2)
    )
    assert first.choices == second.choices


def test_random_begins_with_random_inquiries_and_no_clusters() -> None:
    selection = Selection("random", batch_size=5, initial=12, seed=3)
    batch = next_batch(POINTS, labels_of([]), np.ones(80, bool), 3, selection, 0)
    assert len({choice.row for choice in batch.choices}) == 12
    assert {choice.why for choice in batch.choices} == {"random"}
    assert batch.head is None


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("labelled", [0, 12])
def test_when_nothing_may_be_asked_the_batch_is_empty(strategy: str, labelled: int) -> None:
    selection = Selection(strategy, batch_size=5, initial=12, seed=3)
    known = labels_of([*range(labelled)])
    batch = next_batch(POINTS, known, np.zeros(80, bool), 3, selection, 1, reserve=10)
    assert batch.choices == batch.reserve == []


def test_the_batch_comes_before_the_reserve_and_another_round_asks_otherwise() -> None:
    labels, everything = labels_of([*range(12)]), np.ones(80, bool)
    first = next_batch(POINTS, labels, everything, 3, SELECTION, 1, reserve=10)
    alone = next_batch(POINTS, labels, everything, 3, SELECTION, 1)
    assert first.choices == alone.choices
    random = Selection("random", batch_size=5, initial=12, seed=3)
    one, two = (next_batch(POINTS, labels, everything, 3, random, n).choices for n in (1, 2))
    assert one != two


def test_the_head_that_chose_is_the_one_fitted_on_the_labels() -> None:
    labels = labels_of([*range(12)])
    batch = next_batch(POINTS, labels, np.ones(80, bool), 3, SELECTION, 1)
    assert batch.head is not None
    assert (batch.head.coefficients == fit_head(POINTS[:12], TRUTH[:12], 3).coefficients).all()
    margins = np.sort(batch.head.probabilities(POINTS), axis=1)
    for choice in batch.choices:
        margin = margins[choice.row, -1] - margins[choice.row, -2]
        assert choice.uncertainty == pytest.approx(1 - margin)


def test_a_rehearsal_asks_batch_after_batch_until_its_budget() -> None:
    rounds = list(rehearse(POINTS, TRUTH, 3, SELECTION, budget=24))
    assert [len(played.known) for played in rounds] == [0, 12, 17, 22, 24]
    assert [played.number for played in rounds] == [0, 1, 2, 3, 4]
    assert [played.is_last for played in rounds] == [False] * 4 + [True]
    last = rounds[-1]
    assert (last.labels[last.known] == TRUTH[last.known]).all()
    assert not set(rounds[1].known) - set(last.known)


def test_a_rehearsal_ends_with_the_pool() -> None:
    *_, last = rehearse(POINTS, TRUTH, 3, SELECTION, budget=1000)
    assert last.known.tolist() == list(range(80))


def test_with_the_pools_graph_the_same_is_asked_and_the_head_is_taught_by_the_pool() -> None:
    labels, graph = labels_of([*range(12)]), neighbour_graph(POINTS)
    plain = next_batch(POINTS, labels, np.ones(80, bool), 3, SELECTION, 1)
    batch = next_batch(POINTS, labels, np.ones(80, bool), 3, SELECTION, 1, graph)
    assert batch.choices == plain.choices
    assert batch.head is not None
    assert plain.head is not None
    assert (batch.head.coefficients != plain.head.coefficients).any()
    alone = fit_on_pool(POINTS, labels, 3, graph, SELECTION.seed)
    assert (alone.coefficients == batch.head.coefficients).all()


def test_when_everything_is_labelled_the_pool_teaches_nothing() -> None:
    plain = fit_head(POINTS, TRUTH, 3)
    taught = fit_on_pool(POINTS, TRUTH, 3, neighbour_graph(POINTS), seed=0)
    assert (taught.coefficients == plain.coefficients).all()


def test_the_pool_is_drawn_alike_for_a_seed() -> None:
    rows = np.arange(9000)
    assert (drawn(rows, 1) == drawn(rows, 1)).all()
    assert len(np.unique(drawn(rows, 1))) == 4000
    assert (drawn(rows[:50], 1) == rows[:50]).all()
