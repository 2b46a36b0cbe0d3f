import pytest

from labeling.audit import SIZE, draw, mixed, sample_size

INQUIRIES = [f"i{number}" for number in range(500)]


def test_the_sample_is_drawn_once_and_for_all_by_the_seed() -> None:
    sample = draw(INQUIRIES, 50, seed=3)
    assert len(set(sample)) == 50
    assert set(sample) <= set(INQUIRIES)
    assert draw(INQUIRIES, 50, seed=3) == sample
    assert draw(INQUIRIES, 50, seed=4) != sample
    assert draw(INQUIRIES, 80, seed=3)[:50] == sample, "a larger sample begins with the smaller"


def test_every_inquiry_is_as_likely_as_any_other() -> None:
    hits = [inquiry for seed in range(400) for inquiry in draw(INQUIRIES[:10], 3, seed)]
    for inquiry in INQUIRIES[:10]:
        assert 80 <= hits.count(inquiry) <= 160, "120 expected, 9 the standard deviation"


def test_a_pool_smaller_than_the_sample_is_all_of_it() -> None:
    assert set(draw(INQUIRIES[:5], 20, seed=0)) == set(INQUIRIES[:5])
    assert draw([], 20, seed=0) == ()


@pytest.mark.parametrize(("labels", "size"), [(5000, SIZE), (500, 100), (300, 60), (4, 0), (0, 0)])
def test_few_labels_are_not_spent_on_measuring(labels: int, size: int) -> None:
    assert sample_size(labels) == size


def test_the_sample_is_asked_among_what_is_chosen() -> None:
    assert mixed([1, 2, 3, 4, 5], [91, 92, 93]) == [1, 2, 91, 3, 4, 92, 5]
    assert mixed([1, 2, 3, 4], [91]) == [1, 2, 91, 3, 4]
    assert mixed([1, 2], []) == [1, 2]


def test_when_nothing_is_chosen_any_more_the_rest_of_the_sample_is_asked() -> None:
    assert mixed([], [91, 92, 93]) == [91, 92, 93]
