import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import norm

from learner.stopping.parity import (
    decidable_margin,
    in_a_row,
    measure_gap,
    smallest_margin,
    upper_bound,
)

Z = float(norm.ppf(0.95))


def numeric_upper_bound(b: int, c: int, n: int) -> float:
    """The score bound by its definition: the constrained likelihood is maximised numerically.

    Under p(b) - p(c) = d the score statistic is (b - c - n d) / sqrt(n (p(b) + p(c) - d^2)).
    """

    def statistic(d: float) -> float:
        def unlikely(p_c: float) -> float:
            p_b, rest = p_c + d, 1 - 2 * p_c - d
            terms = zip((b, c, n - b - c), (p_b, p_c, rest), strict=True)
            return -sum(count * np.log(p) for count, p in terms if count)

        low, high = max(0.0, -d) + 1e-13, (1 - d) / 2 - 1e-13
        p_c = minimize_scalar(unlikely, bounds=(low, high), method="bounded").x
        p_c = low if unlikely(low) < unlikely(p_c) else p_c
        return float((b - c - n * d) / np.sqrt(n * (2 * p_c + d - d * d)))

    return float(brentq(lambda d: statistic(d) + Z, (b - c) / n + 1e-9, 1 - 1e-6))


@pytest.mark.parametrize(
    ("b", "c", "n"), [(2, 0, 800), (12, 2, 50), (4, 1, 800), (3, 3, 100), (1, 5, 200), (40, 10, 90)]
)
def test_the_bound_is_tangos_score_bound(b: int, c: int, n: int) -> None:
    assert upper_bound(b, c, n) == pytest.approx(numeric_upper_bound(b, c, n), abs=2e-4)


def test_without_disagreement_the_bound_is_known_in_closed_form() -> None:
    for n in (10, 800, 2000):
        assert upper_bound(0, 0, n) == pytest.approx(Z**2 / (n + Z**2))
        assert smallest_margin(n) == upper_bound(0, 0, n)


def test_the_bound_grows_with_disagreement_and_lies_above_the_gap() -> None:
    bounds = [upper_bound(b, 3, 500) for b in range(20)]
    assert bounds == sorted(bounds)
    assert all(bound > (b - 3) / 500 for b, bound in enumerate(bounds))
    assert upper_bound(500, 0, 500) == pytest.approx(1.0, abs=1e-6)


@given(st.tuples(*[st.integers(0, 2000)] * 3).filter(any))
def test_whatever_the_table_the_bound_lies_between_the_gap_and_one(table: tuple[int, ...]) -> None:
    b, c, same = table
    n = b + c + same
    bound = upper_bound(b, c, n)
    assert (b - c) / n <= bound <= 1
    if same:
        assert bound <= upper_bound(b + 1, c, n)


def test_the_bound_is_the_same_for_the_mirrored_table_from_below() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, 300)
    one, other = (np.where(rng.random(300) < 0.9, truth, 3) for _ in range(2))
    here, there = measure_gap(one, other, truth), measure_gap(other, one, truth)
    assert (here.gap, here.low, here.high) == (-there.gap, -there.high, -there.low)
    assert here.low < here.gap < here.high


def test_the_bound_holds_in_19_of_20_samples() -> None:
    rng = np.random.default_rng(0)
    tables = rng.multinomial(1000, [0.012, 0.004, 0.984], size=2000)
    held = [upper_bound(b, c, 1000) >= 0.008 for b, c, _ in tables]
    assert 0.935 <= np.mean(held) <= 0.965


def test_the_gap_counts_inquiries_that_only_one_model_gets_right() -> None:
    truth = np.array([0, 1, 2, 0, 1])
    full = np.array([0, 1, 2, 1, 1])
    model = np.array([0, 1, 0, 0, 0])
    gap = measure_gap(model, full, truth)
    assert gap.gap == pytest.approx((2 - 1) / 5)
    assert gap.high == upper_bound(2, 1, 5)
    assert gap.low == -upper_bound(1, 2, 5)


@pytest.mark.parametrize(
    ("passed", "first"),
    [([], None), ([True], None), ([True, False, True], None), ([False, True, True], 1)],
)
def test_two_passes_in_a_row_are_needed(passed: list[bool], first: int | None) -> None:
    assert in_a_row(passed) == first


@pytest.mark.parametrize(("n", "accuracy"), [(2000, 0.9985), (820, 0.995), (3080, 0.93)])
def test_the_decidable_margin_is_proved_by_four_of_five_equal_models(
    n: int, accuracy: float
) -> None:
    margin = decidable_margin(n, accuracy)
    share = accuracy * (1 - accuracy)
    tables = np.random.default_rng(0).multinomial(n, [share, share, 1 - 2 * share], size=1000)
    proved = [upper_bound(b, c, n) <= margin for b, c, _ in tables]
    assert 0.74 <= np.mean(proved) <= 0.86
    assert margin > smallest_margin(n)


def test_more_test_inquiries_or_a_better_model_decide_a_smaller_margin() -> None:
    assert decidable_margin(4000, 0.99) < decidable_margin(2000, 0.99)
    assert decidable_margin(2000, 0.999) < decidable_margin(2000, 0.99)
