import numpy as np
import pytest

from learner.measuring.evaluation import evaluate, wilson_interval


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
    # Wald's interval of 8 of 10 would reach beyond 1; Wilson's is (0.4902, 0.9433).
    assert wilson_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_the_interval_of_failures_mirrors_that_of_successes() -> None:
    for successes, trials in ((0, 1), (3, 10), (1, 2000)):
        low, high = wilson_interval(successes, trials)
        assert 0 <= low <= successes / trials <= high <= 1
        assert wilson_interval(trials - successes, trials) == pytest.approx((1 - high, 1 - low))
    assert wilson_interval(20, 20)[1] == 1.0


def test_a_category_that_is_never_predicted_counts_in_macro_f1_as_zero() -> None:
    scores = evaluate(np.array([0, 0, 0]), np.array([0, 0, 1]))
    assert scores.accuracy == pytest.approx(2 / 3)
    assert scores.macro_f1 == pytest.approx((0.8 + 0) / 2)
