"""Contrastive active learning: alike in embedding, unlike in prediction."""

import numpy as np

from learner.asking.strategies.pool import Pool
from learner.asking.strategies.uncertainty import ranked

NEIGHBOURS = 10


def contrastive(pool: Pool, size: int, _rng: np.random.Generator) -> np.ndarray:
    """What the head sees otherwise than the nearest labelled inquiries: the largest mean KL.

    Margatina et al., "Active Learning by Acquiring Contrastive Examples" (2021).
    """
    near = min(NEIGHBOURS, len(pool.labelled))
    similarity = pool.asked_embeddings @ pool.embeddings[pool.labelled].T
    neighbours = np.argsort(-similarity, axis=1, kind="stable")[:, :near]
    tiny = np.finfo(float).tiny
    theirs = pool.proba[pool.labelled].astype(float)
    entropies = (theirs * np.log(np.maximum(theirs, tiny))).sum(axis=1)
    mean = theirs[neighbours].mean(axis=1)  # KL is linear in all but its first term
    ours = np.log(np.maximum(pool.asked_proba, tiny))
    return pool.askable[
        ranked(entropies[neighbours].mean(axis=1) - (mean * ours).sum(axis=1), size)
    ]
