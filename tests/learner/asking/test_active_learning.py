import numpy as np
import pytest
from small_text import PoolBasedActiveLearner, SklearnDataset
from small_text.query_strategies import EmptyPoolException, PoolExhaustedException

from labeling.errors import InputError
from learner.asking.active_learning import HeadClassifier, HeadFactory, NamedStrategy
from learner.asking.strategies import STRATEGIES

RNG = np.random.default_rng(0)
TRUTH = np.arange(120) % 4
POINTS = np.eye(8)[TRUTH] + RNG.normal(0, 0.25, (120, 8))
POINTS = (POINTS / np.linalg.norm(POINTS, axis=1, keepdims=True)).astype(np.float32)


def data_set() -> SklearnDataset:
    return SklearnDataset(POINTS, TRUTH, target_labels=np.arange(4))


def campaign(name: str) -> tuple[PoolBasedActiveLearner, list[list[int]]]:
    """Three rounds of small-text's own loop, and what each asked."""
    learner = PoolBasedActiveLearner(HeadFactory(4), NamedStrategy(name, seed=1), data_set())
    first = np.arange(8)
    learner.initialize(first)
    asked = []
    for _ in range(3):
        rows = learner.query(num_samples=6)
        learner.update(TRUTH[rows])
        asked.append(rows.tolist())
    return learner, asked


@pytest.mark.parametrize("name", ["spread+breaking-ties", *STRATEGIES])
def test_small_texts_active_learner_runs_on_our_head_and_strategies(name: str) -> None:
    learner, asked = campaign(name)
    rows = [row for batch in asked for row in batch]
    assert len(set(rows) | set(range(8))) == 8 + 18
    assert (learner.classifier.predict(data_set()) == TRUTH).mean() > 0.9
    assert campaign(name)[1] == asked


def test_the_head_gives_what_small_text_asks_of_a_classifier() -> None:
    clf = HeadClassifier(4)
    with pytest.raises(ValueError, match="not fitted"):
        clf.predict(data_set())
    with pytest.raises(ValueError, match="weights"):
        clf.fit(data_set(), np.ones(120))
    clf.fit(data_set())
    predicted, proba = clf.predict(data_set(), return_proba=True)
    assert proba.shape == (120, 4)
    assert (predicted == proba.argmax(axis=1)).all()
    assert (clf.embed(data_set()) == POINTS).all()


def test_pools_that_are_too_small_raise_small_texts_errors() -> None:
    clf, strategy = HeadClassifier(4).fit(data_set()), NamedStrategy()
    none = np.array([], dtype=int)
    with pytest.raises(EmptyPoolException):
        strategy.query(clf, data_set(), none, np.arange(4), TRUTH[:4])
    with pytest.raises(PoolExhaustedException):
        strategy.query(clf, data_set(), np.arange(4, 9), np.arange(4), TRUTH[:4], n=6)


def test_an_unknown_name_is_refused_at_once() -> None:
    with pytest.raises(InputError, match="no such strategy"):
        NamedStrategy("margins")
