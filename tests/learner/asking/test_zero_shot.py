from collections.abc import Sequence

import numpy as np
import pytest

from labeling.codebook import Category, Codebook, codebook_from_labels, read_codebook
from labeling.sample import CODEBOOK
from labeling.sample.generator import generate
from learner.asking.zero_shot import zero_shot_head
from learner.encoder import embed

AXES = {"cancel": [1.0, 0.0], "stop it": [0.6, 0.8], "refund": [0.0, 1.0], "my money": [0.0, 1.0]}


def embedded(texts: Sequence[str]) -> np.ndarray:
    return np.array([AXES[text] for text in texts])


def test_a_category_lies_where_its_name_definition_and_examples_lie() -> None:
    book = Codebook(
        (Category("cancel", "", ("stop it", "cancel")), Category("refund", "my money", ()))
    )
    head = zero_shot_head(book, embedded)
    assert head is not None
    mean_example = np.array([0.8, 0.4])
    first = np.array([1.0, 0.0]) + 2 * mean_example
    expected = [20 * first / np.linalg.norm(first), [0.0, 20.0]]
    np.testing.assert_allclose(head.coefficients, expected, rtol=1e-5)
    assert head.probabilities(embedded(["cancel", "refund"])).argmax(axis=1).tolist() == [0, 1]


def test_names_alone_say_too_little() -> None:
    assert zero_shot_head(codebook_from_labels(["cancel", "refund"]), embedded) is None


@pytest.mark.slow
def test_the_sample_s_codebook_is_right_about_most_inquiries_and_about_as_sure_as_right() -> None:
    book = read_codebook(CODEBOOK)
    head = zero_shot_head(book, embed)
    assert head is not None
    inquiries = generate(400, seed=3)
    proba = head.probabilities(embed(inquiries["text"].tolist()))
    right = np.array(book.names)[proba.argmax(axis=1)] == inquiries["category"].to_numpy()
    assert right.mean() > 0.7
    assert abs(proba.max(axis=1).mean() - right.mean()) < 0.15
