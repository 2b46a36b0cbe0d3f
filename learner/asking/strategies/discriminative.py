"""Discriminative active learning: what is least like all that is labelled."""

import numpy as np

from learner.asking.strategies.pool import Pool
from learner.asking.strategies.uncertainty import ranked
from learner.models.head import fit_head

STEPS = 10
UNLABELLED = 10  # times the labelled, to tell the labelled from


def discriminative(pool: Pool, size: int, rng: np.random.Generator) -> np.ndarray:
    """In steps, what a linear classifier is surest to be unlabelled, counting what was chosen.

    Gissin and Shalev-Shwartz, "Discriminative Active Learning" (2019), over embeddings.
    """
    chosen = np.array([], dtype=int)
    for part in np.array_split(np.arange(size), min(STEPS, size)):
        here = np.concatenate([pool.labelled, chosen])
        left = np.setdiff1d(pool.askable, chosen)
        others = rng.choice(left, min(len(left), UNLABELLED * max(1, len(here))), replace=False)
        rows = np.concatenate([here, others])
        is_unlabelled = np.repeat([0, 1], [len(here), len(others)])
        head = fit_head(pool.embeddings[rows], is_unlabelled, 2)
        unlabelled = head.probabilities(pool.embeddings[left])[:, 1]
        chosen = np.concatenate([chosen, left[ranked(unlabelled, len(part))]])
    return chosen
