"""Bag of words: TF-IDF and logistic regression, the floor that a language model has to beat."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
from safetensors.numpy import load_file, save_file
from sklearn.feature_extraction.text import TfidfVectorizer

from learner.models.head import Head, fit_head, load_head
from learner.models.protocol import check_labels, read_card, write_card

WEIGHTS = "idf.safetensors"


@dataclass(frozen=True)
class BagOfWords:
    """A head on the TF-IDF of words and word pairs. Its embeddings are as wide as its vocabulary.

    Saved as `parity.json` (with the vocabulary), `idf.safetensors` and `head.safetensors`.
    """

    vectorizer: TfidfVectorizer
    head: Head
    categories: tuple[str, ...]

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Category probabilities (N, K)."""
        if not len(texts):
            return np.zeros((0, len(self.categories)))
        return self.head.probabilities(self.vectorizer.transform(texts))

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """TF-IDF (N, V), dense: mind the memory."""
        if not len(texts):
            return np.zeros((0, self.head.coefficients.shape[1]), dtype=np.float32)
        return self.vectorizer.transform(texts).toarray()

    def cooled(self, temperature: float) -> Self:
        """The model with its logits divided by `temperature`."""
        return replace(self, head=self.head.cooled(temperature))

    def save(self, folder: Path) -> None:
        """Write the folder that `load_bag_of_words` reads."""
        self.head.save(folder)
        save_file({"idf": self.vectorizer.idf_.astype(np.float32)}, folder / WEIGHTS)
        vocabulary = self.vectorizer.get_feature_names_out().tolist()
        write_card(folder, "bow", self.categories, vocabulary=vocabulary)


def fit_bag_of_words(
    texts: Sequence[str], labels: np.ndarray, categories: Sequence[str]
) -> BagOfWords:
    """Fit on N texts and category numbers (N,)."""
    check_labels(texts, labels, categories)
    vectorizer = _vectorizer()
    try:
        features = vectorizer.fit_transform(texts)
    except ValueError:  # not one word in all the texts
        vectorizer = _vectorizer([""])
        vectorizer.idf_ = np.ones(1, dtype=np.float32)
        features = vectorizer.transform(texts)
    return BagOfWords(vectorizer, fit_head(features, labels, len(categories)), tuple(categories))


def load_bag_of_words(folder: Path) -> BagOfWords:
    """What `BagOfWords.save` wrote."""
    card = read_card(folder)
    vectorizer = _vectorizer(card["vocabulary"])
    vectorizer.idf_ = load_file(folder / WEIGHTS)["idf"]
    return BagOfWords(vectorizer, load_head(folder), tuple(card["categories"]))


def _vectorizer(vocabulary: Sequence[str] | None = None) -> TfidfVectorizer:
    return TfidfVectorizer(
        ngram_range=(1, 2),
        sublinear_tf=True,
        token_pattern=r"(?u)\b\w+\b",
        vocabulary=vocabulary,
        dtype=np.float32,
    )
