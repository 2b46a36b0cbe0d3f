"""The contract that every strategy keeps, alone and inside every wrapper."""

import numpy as np
import pytest

from labeling.errors import InputError
from learner.asking.strategies import STRATEGIES, WRAPPERS, Pool, check_strategy
from learner.asking.strategies.registry import find_strategy

NAMES = [*STRATEGIES, *(f"{wrapper}+breaking-ties" for wrapper in WRAPPERS), "balanced+badge"]


def pool_of(points: np.ndarray, proba: np.ndarray, labelled: int = 8) -> Pool:
    rows = np.arange(len(points))
    return Pool(
        proba.astype(np.float32),
        points.astype(np.float32),
        rows[labelled:],
        rows[:labelled],
        proba[:labelled].argmax(axis=1),
    )


def some(size: int = 80, categories: int = 4) -> Pool:
    rng = np.random.default_rng(1)
    points = rng.normal(size=(size, 6))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return pool_of(points, rng.dirichlet(np.ones(categories), size))


def ask(name: str, pool: Pool, size: int, seed: int = 7) -> list[int]:
    return find_strategy(name)(pool, size, np.random.default_rng(seed)).tolist()


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_is_as_large_as_asked_repeats_nothing_and_asks_only_what_may_be_asked(
    name: str,
) -> None:
    pool = some()
    may = pool.askable[::2]
    for size in (1, 5, len(may)):
        rows = ask(name, pool.only(may), size)
        assert len(rows) == len(set(rows)) == size
        assert set(rows) <= set(may.tolist())


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_batch_whatever_numpys_global_generator_does(
    name: str,
) -> None:
    np.random.seed(1)
    first = ask(name, some(), 6)
    np.random.seed(2)
    assert ask(name, some(), 6) == first


@pytest.mark.parametrize("name", NAMES)
def test_a_strategy_leaves_the_pool_as_it_was(name: str) -> None:
    pool, before = some(), some()
    ask(name, pool, 6)
    assert (pool.proba == before.proba).all()
    assert (pool.embeddings == before.embeddings).all()
    assert (pool.askable == before.askable).all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "pool",
    [
        pytest.param(some(categories=2), id="two categories"),
        pytest.param(pool_of(np.ones((20, 3)), np.full((20, 4), 0.25)), id="identical inquiries"),
        pytest.param(
            pool_of(np.repeat(np.eye(4), 5, axis=0), np.repeat(np.eye(4) * 0.6 + 0.1, 5, axis=0)),
            id="duplicates",
        ),
        pytest.param(pool_of(np.eye(12), np.eye(12)), id="a head that is sure of everything"),
    ],
)
def test_odd_pools_give_full_batches(name: str, pool: Pool) -> None:
    rows = ask(name, pool, 4)
    assert len(set(rows) & set(pool.askable.tolist())) == len(rows) == 4


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("least-confidense", "no such strategy as 'least-confidense' (did you mean 'least-conf"),
        ("sprad+badge", "no such wrapper as 'sprad' (did you mean 'spread'?); there are spread, b"),
        ("spread+", "no such strategy as ''"),
        ("badge+spread", "no such strategy as 'spread'"),
    ],
)
def test_a_misspelt_strategy_says_what_there_is(name: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        check_strategy(name)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"--strategy {name}: ")


def test_a_known_strategy_passes() -> None:
    assert check_strategy("spread+breaking-ties") == "spread+breaking-ties"
