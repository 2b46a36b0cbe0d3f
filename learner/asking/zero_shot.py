"""Guesses before the first label, from what the codebook says about its categories.

As zero-shot classification by sentence similarity does (Yin, Hay and Roth, EMNLP 2019, for the
task): an inquiry is near the description of its category.
"""

from collections.abc import Callable, Sequence

import numpy as np

from labeling.codebook import Category, Codebook
from learner.models.head import Head

SHARPNESS = 20.0  # turns cosines into scores about as sure as they are right
EXAMPLES = 2.0  # weight of all examples together, beside 1 of the name and 1 of the definition

Embed = Callable[[Sequence[str]], np.ndarray]  # N texts to unit vectors (N, D)


def zero_shot_head(codebook: Codebook, embed: Embed) -> Head | None:
    """A head whose coefficients are the categories' descriptions.

    None unless every category is described: names alone may be codes that mean nothing.
    """
    if not all(category.definition or category.examples for category in codebook.categories):
        return None
    described = np.stack([_described(category, embed) for category in codebook.categories])
    described /= np.linalg.norm(described, axis=1, keepdims=True)
    return Head(
        (SHARPNESS * described).astype(np.float32), np.zeros(len(described), dtype=np.float32)
    )


def _described(category: Category, embed: Embed) -> np.ndarray:
    told = embed([text for text in (category.name.replace("_", " "), category.definition) if text])
    described: np.ndarray = told.sum(axis=0)
    if category.examples:
        described = described + EXAMPLES * embed(category.examples).mean(axis=0)
    return described
