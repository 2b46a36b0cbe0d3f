import numpy as np

from learner.rounds import Selection, next_batch

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
