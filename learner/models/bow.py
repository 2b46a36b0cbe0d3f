"""Bag of words: TF-IDF and logistic regression, the floor that a language model has to beat."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression


def fit_bag_of_words(texts: Sequence[str], labels: np.ndarray, categories: int) -> "BagOfWords":
    """Fit TF-IDF of words and word pairs with logistic regression: N texts, numbers (N,)."""
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b"
    )
    regression = LogisticRegression(C=30.0, max_iter=1000)
    features = vectorizer.fit_transform(texts)
    return BagOfWords(vectorizer, regression.fit(features, labels), categories)


class BagOfWords:
    """A fitted bag-of-words classifier over K categories."""

    def __init__(
        self, vectorizer: TfidfVectorizer, regression: LogisticRegression, categories: int
    ) -> None:
        self._vectorizer = vectorizer
        self._regression = regression
        self._categories = categories

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Category probabilities (N, K)."""
        proba = np.zeros((len(texts), self._categories))
        proba[:, self._regression.classes_] = self._regression.predict_proba(
            self._vectorizer.transform(texts)
        )
        return proba
