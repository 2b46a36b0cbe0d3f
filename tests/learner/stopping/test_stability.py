import numpy as np
import pytest
from numpy.testing import assert_array_equal

from learner.stopping.stability import STOP_SET, changes, draw_stop_set, is_stable

# Ten inquiries at looks with 40, 50, 60 and 75 labels; a fifth fewer: of 32, 40, 48 and 60 labels.
LABELS = np.array([40, 50, 60, 75])
SAYS = np.array(
    [
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 1, 1, 1],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
    ]
)


def test_predictions_are_compared_with_those_of_a_fifth_fewer_labels() -> None:
    assert np.isnan(changes(LABELS, SAYS)[0]), "there is no look at 32 labels or fewer"
    assert_array_equal(changes(LABELS, SAYS)[1:], [0.3, 0.1, 0.0])


def test_a_change_that_was_taken_back_in_between_does_not_count() -> None:
    assert changes(LABELS[:3], SAYS[:3])[2] == 0.1, "60 labels against 40, not against 50"


def test_two_looks_in_a_row_have_to_be_within_the_margin() -> None:
    assert is_stable(LABELS, SAYS, 0.1), "0.1 and 0.0"
    assert not is_stable(LABELS, SAYS, 0.09)
    assert not is_stable(LABELS[:3], SAYS[:3], 0.1), "0.3 and 0.1"


def test_without_an_older_look_nothing_is_stable() -> None:
    assert not is_stable(np.array([], dtype=int), np.empty((0, 10), dtype=int), 0.5)
    assert not is_stable(LABELS[:1], SAYS[:1], 0.5)
    assert not is_stable(np.array([40, 41]), SAYS[[0, 0]], 0.5), "too near to each other"


def test_small_batches_do_not_look_like_standstill() -> None:
    steps = np.arange(100, 200)  # a label a look, and with each one prediction of fifty changes
    says = np.zeros((100, 50), dtype=int)
    for look in range(1, 100):
        says[look:, look % 50] += 1
    assert (says[1:] != says[:-1]).mean(axis=1).max() == 0.02
    assert not is_stable(steps, says, 0.02)


@pytest.mark.parametrize("size", [0, 20, STOP_SET + 500])
def test_the_stop_set_is_drawn_by_the_seed(size: int) -> None:
    rows = np.arange(size) * 3
    drawn = draw_stop_set(rows, seed=1)
    assert len(set(drawn)) == min(size, STOP_SET)
    assert set(drawn) <= set(rows)
    assert_array_equal(draw_stop_set(rows, seed=1), drawn)
