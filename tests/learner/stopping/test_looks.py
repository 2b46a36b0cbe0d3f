import numpy as np
import pytest

from learner.stopping.looks import boundaries, looked_at_bound, spent
from learner.stopping.parity import Z, null_variance, upper_bound

TESTS = 1000
MARGIN = 0.02


def look(only_full: int, only_model: int = 0) -> np.ndarray:
    found = np.zeros(TESTS, dtype=int)
    found[:only_full] = 1
    found[TESTS - only_model :] = -1
    return found


def plateau(looks: int, rng: np.random.Generator) -> np.ndarray:
    """A model that stays exactly at the margin; from look to look a fifth of it changes."""
    shares = [0.01, 0.96, 0.03]  # so that the true gap is 0.02
    found = [rng.choice([-1, 0, 1], TESTS, p=shares)]
    for _ in range(looks - 1):
        fresh = rng.choice([-1, 0, 1], TESTS, p=shares)
        found.append(np.where(rng.random(TESTS) < 0.2, fresh, found[-1]))
    return np.stack(found)


def test_a_quarter_more_labels_spend_half_of_the_error_that_is_left() -> None:
    left = [0.05 - spent(1.25**quarters) for quarters in range(5)]
    assert np.divide(left[1:], left[:-1]) == pytest.approx(0.5)
    assert 0 < spent(1.0) < 0.01


def test_the_first_look_passes_by_as_many_inquiries_as_its_error_allows() -> None:
    seen = look(8, 2)
    variance = null_variance(8, 2, TESTS, MARGIN)
    boundary = boundaries(np.array([100]), seen[None], MARGIN)[0]
    allowed = round(TESTS * MARGIN - np.sqrt(TESTS * variance) * boundary)
    both = variance + MARGIN**2
    shares = [(both + MARGIN) / 2, (both - MARGIN) / 2, 1 - both]
    lost, won, _ = np.random.default_rng(0).multinomial(TESTS, shares, size=400_000).T
    assert np.mean(lost - won <= allowed) <= spent(1.0) < np.mean(lost - won <= allowed + 1)


def test_looks_at_the_same_model_cost_nothing_in_the_end() -> None:
    labels = 100 * 1.25 ** np.arange(8)
    found = boundaries(labels, np.stack([look(8, 2)] * 8), MARGIN)
    inquiry = 1 / np.sqrt(TESTS * null_variance(8, 2, TESTS, MARGIN))
    assert (np.diff(found) <= 0).all()
    assert found[0] > Z + 3 * inquiry
    assert Z < found[-1] < Z + 1.5 * inquiry, "gaps are counted in whole inquiries"


def test_the_first_boundaries_stay_when_looks_are_added() -> None:
    looks, labels = plateau(6, np.random.default_rng(0)), np.arange(100, 160, 10)
    assert boundaries(labels[:4], looks[:4], MARGIN).tolist() == (
        boundaries(labels, looks, MARGIN)[:4].tolist()
    )


def test_looks_that_are_far_from_the_margin_do_not_count() -> None:
    far, near = look(200), look(5)
    alone = looked_at_bound(np.array([100]), near[None], MARGIN)
    later = looked_at_bound(np.array([40, 70, 100]), np.stack([far, far, near]), MARGIN)
    assert later == alone
    assert alone > upper_bound(5, 0, TESTS), "a look that counts has its price"
    assert looked_at_bound(np.array([40]), far[None], MARGIN) == upper_bound(200, 0, TESTS)


def test_the_bound_lies_above_the_gap_whatever_was_seen() -> None:
    for only_full, only_model in ((0, 0), (3, 3), (0, 9), (25, 2), (TESTS, 0)):
        seen = np.stack([look(12), look(only_full, only_model)])
        bound = looked_at_bound(np.array([100, 110]), seen, MARGIN)
        assert (only_full - only_model) / TESTS <= bound <= 1


def test_answers_taken_back_spend_nothing() -> None:
    looks = np.stack([look(9), look(8), look(7)])
    before, after = (
        boundaries(np.array(labels), looks, MARGIN) for labels in ([100, 110, 120], [100, 90, 120])
    )
    assert before[2] == pytest.approx(after[2], abs=0.3)
    assert after[1] >= before[1]


@pytest.mark.slow
def test_a_model_that_stays_at_the_margin_passes_in_one_of_twenty_campaigns() -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(100, 200, 10)
    misled, misled_by_plain_bounds = 0, 0
    for _ in range(400):
        looks = plateau(len(labels), rng)
        counts = [((seen == 1).sum(), (seen == -1).sum(), TESTS) for seen in looks]
        asked = boundaries(labels, looks, MARGIN)
        bounds = [upper_bound(*count, z) for count, z in zip(counts, asked, strict=True)]
        misled += min(bounds) <= MARGIN
        misled_by_plain_bounds += min(upper_bound(*count) for count in counts) <= MARGIN
    assert 0.02 <= misled / 400 <= 0.08
    assert misled_by_plain_bounds / 400 > 0.12
