import numpy as np
import pytest

from learner.evaluation import evaluate, wilson_interval


def test_accuracy_and_macro_f1_of_a_hand_made_table() -> None:
    truth = np.array([0, 0, 0, 1])
    predicted = np.array([0, 0, 1, 1])
    scores = evaluate(predicted, truth)
    assert scores.accuracy == 0.75
    assert scores.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert scores.accuracy_low < 0.75 < scores.accuracy_high


def test_wilson_interval_of_textbook_counts() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 and 0 of 20.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
