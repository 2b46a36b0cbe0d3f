import numpy as np
import pytest

from learner.stopping.forecast import MINIMUM, forecast_labels

TESTS, MARGIN = 2000, 0.005


def looks(lost: np.ndarray) -> np.ndarray:
    """Differences (L, TESTS) in which the model loses so many inquiries at each look."""
    return (np.arange(TESTS) < lost[:, None]).astype(int)


def test_a_straight_line_is_drawn_on_until_the_gap_can_be_proved() -> None:
    labels = np.arange(40, 140, 10)
    halvings = labels / 30
    found = forecast_labels(labels, looks(400 * 0.5**halvings), MARGIN)
    assert found is not None
    # proved at about 10 - 2.2 * sqrt(10) = 3 lost inquiries: log2(401 / 4) = 6.6 halvings
    assert 130 + found.likely == pytest.approx(30 * 6.6, abs=12)
    assert 0 < found.low < found.likely < found.high


def test_the_latest_looks_count_most() -> None:
    labels = np.arange(40, 240, 10)
    steady = 300 * 0.5 ** (labels / 50)
    faster = np.where(labels <= 140, steady, steady * 0.5 ** ((labels - 140) / 50))
    slow, fast = (forecast_labels(labels, looks(lost), MARGIN) for lost in (steady, faster))
    assert slow is not None
    assert fast is not None
    assert fast.likely < slow.likely


def test_there_is_none_from_few_looks_or_where_the_gap_does_not_shrink() -> None:
    labels = np.arange(40, 100, 10)
    falling = np.linspace(300, 50, len(labels))
    assert forecast_labels(labels[: MINIMUM - 1], looks(falling)[: MINIMUM - 1], MARGIN) is None
    assert forecast_labels(labels[:MINIMUM], looks(falling)[:MINIMUM], MARGIN) is not None
    assert forecast_labels(labels, looks(falling[::-1]), MARGIN) is None
    assert forecast_labels(labels, looks(np.zeros(len(labels))), MARGIN) is None


def test_at_least_a_batch_is_to_come_until_parity_is_proved() -> None:
    labels = np.arange(40, 240, 25)
    found = forecast_labels(labels, looks(200 * 0.5 ** (labels / 20)), MARGIN)
    assert found is not None
    assert found.likely == 25
    assert found.low >= 1
