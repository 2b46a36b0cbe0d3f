"""ProbCover: the inquiries whose neighbourhoods cover most of the pool."""

import numpy as np

from learner.asking.strategies.pool import Pool

RADIUS = 0.1  # of a neighbourhood, in cosine distance
MOST = 5000  # inquiries of a larger pool, drawn, that stand for it


def probcover(pool: Pool, size: int, rng: np.random.Generator) -> np.ndarray:
    """Again and again the inquiry with the most neighbours that nothing labelled or chosen covers.

    Yehuda et al., "Active Learning Through a Covering Lens" (2022).
    """
    rows = pool.askable
    if len(rows) > max(MOST, size):
        rows = np.sort(rng.choice(rows, max(MOST, size), replace=False))
    points = pool.embeddings[rows]
    is_near = points @ points.T >= 1 - RADIUS
    covered = (points @ pool.embeddings[pool.labelled].T >= 1 - RADIUS).any(axis=1)
    gain = is_near[:, ~covered].sum(axis=1)
    chosen: list[int] = []
    for _ in range(size):
        gain[chosen] = -1
        chosen.append(int(np.argmax(gain)))
        newly = is_near[chosen[-1]] & ~covered
        gain -= is_near[:, newly].sum(axis=1)
        covered |= newly
    return rows[np.array(chosen, dtype=int)]
