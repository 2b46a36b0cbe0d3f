"""Distilling the head into a transformer through the unlabelled pool, which costs no labels.

After Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network" (2015): the teacher's
probabilities are the targets, here sharpened instead of softened, since a head on few labels is
unsure of much that it gets right.
"""

from collections.abc import Sequence

import numpy as np

from learner.models.fine_tuning import Training, fine_tune
from learner.models.head import fit_head
from learner.models.transformer import Transformer, embed_with
from learner.progress import Progress

SHARPNESS = 2.0
ENOUGH = 5000  # unlabelled texts; more take longer and teach little


def distil(
    base: str,
    texts: Sequence[str],
    labels: np.ndarray,
    categories: Sequence[str],
    unlabelled: Sequence[str],
    seed: int,
    progress: Progress | None = None,
    training: Training | None = None,
) -> Transformer:
    """Fine-tune `base` on N labelled texts and on what a head learnt from them says of the pool.

    At most `ENOUGH` of the `unlabelled` texts are drawn.
    """
    features = embed_with(base, texts)
    rng = np.random.default_rng(seed)
    drawn = rng.permutation(len(unlabelled))[:ENOUGH]
    pool = [unlabelled[row] for row in drawn]
    teacher = fit_head(features, labels, len(categories))
    targets = sharpened(teacher.probabilities(embed_with(base, pool)), SHARPNESS)
    return fine_tune(
        base, texts, labels, categories, seed, features, progress, training, soft=(pool, targets)
    )


def sharpened(probabilities: np.ndarray, power: float) -> np.ndarray:
    """Probabilities (N, K) raised to `power`; rows sum to one again."""
    raised = probabilities**power
    return raised / raised.sum(axis=1, keepdims=True)
