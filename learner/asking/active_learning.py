"""Our head and our strategies behind small-text's interfaces, for its `PoolBasedActiveLearner`.

    PoolBasedActiveLearner(HeadFactory(K), NamedStrategy("spread+breaking-ties"), dataset)

`dataset` is a `SklearnDataset` whose x are embeddings (N, D). small-text takes seconds to import,
so nothing else in Parity imports this file.
"""

from typing import Any

import numpy as np
from small_text import Classifier, QueryStrategy, SklearnDataset
from small_text.classifiers.classification import EmbeddingMixin
from small_text.classifiers.factories import AbstractClassifierFactory

from learner.asking.strategies import Pool, check_strategy
from learner.asking.strategies.registry import find_strategy
from learner.defaults import STRATEGY
from learner.models.head import Head, fit_head


class HeadClassifier(Classifier, EmbeddingMixin):
    """The head over `num_classes` categories; it embeds a text as what it is given, itself."""

    def __init__(self, num_classes: int) -> None:
        self.num_classes = num_classes
        self.head: Head | None = None

    def fit(self, train_set: SklearnDataset, weights: np.ndarray | None = None) -> "HeadClassifier":
        """Fit on a labelled data set. Raises ValueError for weights, which the head has none of."""
        if weights is not None:
            raise ValueError("the head takes no weights")
        self.head = fit_head(train_set.x, train_set.y, self.num_classes)
        return self

    def predict(self, data_set: SklearnDataset, return_proba: bool = False, **_: Any) -> Any:
        """Category numbers (N,); with `return_proba` the probabilities (N, K) as well."""
        proba = self.predict_proba(data_set)
        return (proba.argmax(axis=1), proba) if return_proba else proba.argmax(axis=1)

    def predict_proba(self, data_set: SklearnDataset, **_: Any) -> np.ndarray:
        """Category probabilities (N, K). Raises ValueError before a fit."""
        if self.head is None:
            raise ValueError("the head is not fitted yet")
        return self.head.probabilities(data_set.x)

    def embed(self, data_set: SklearnDataset, return_proba: bool = False, **_: Any) -> Any:
        """Embeddings (N, D); with `return_proba` the probabilities (N, K) as well."""
        return (data_set.x, self.predict_proba(data_set)) if return_proba else data_set.x


class HeadFactory(AbstractClassifierFactory):
    """Makes a new head for each update."""

    def __init__(self, num_classes: int) -> None:
        self.num_classes = num_classes

    def new(self) -> HeadClassifier:
        """A head that is not fitted yet."""
        return HeadClassifier(self.num_classes)


class NamedStrategy(QueryStrategy):
    """Any strategy of ours by its name; its rows come best first.

    `clf` has to be a classifier that embeds, as small-text's embedding strategies demand.
    """

    def __init__(self, name: str = STRATEGY, seed: int = 0) -> None:
        self.name = check_strategy(name)
        self._rng = np.random.default_rng(seed)

    def query(
        self,
        clf: HeadClassifier,
        dataset: SklearnDataset,
        indices_unlabeled: np.ndarray,
        indices_labeled: np.ndarray,
        y: np.ndarray,
        n: int = 10,
    ) -> np.ndarray:
        """Rows (n,) out of `indices_unlabeled`; small-text's errors if there are not as many."""
        self._validate_query_input(indices_unlabeled, n)
        embeddings, proba = clf.embed(dataset, return_proba=True)
        pool = Pool(proba, embeddings, np.asarray(indices_unlabeled), indices_labeled, y)
        return find_strategy(self.name)(pool, n, self._rng)

    def __str__(self) -> str:
        return f"NamedStrategy({self.name!r})"
