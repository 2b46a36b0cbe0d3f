"""The audit sample: inquiries drawn at random and asked without a suggestion, only to measure.

Whatever chose or taught the model never sees them, so the share of them that it gets right is an
unbiased estimate of its accuracy on the pool.
"""

from collections.abc import Sequence

import numpy as np

AUDITED = "audit"  # why an inquiry of the sample is asked
SIZE = 100
LARGEST_SHARE = 1 / 5  # of the labels that can come
EVERY = 2  # chosen inquiries for one of the sample, as long as both are asked


def sample_size(labels: int) -> int:
    """How many to draw where nobody said, if so many labels can come."""
    return min(SIZE, int(labels * LARGEST_SHARE))


def draw(inquiries: Sequence[str], size: int, seed: int) -> tuple[str, ...]:
    """`size` of the inquiries, all equally likely, in the order in which they are to be asked.

    A larger sample of the same seed begins with the smaller one.
    """
    rng = np.random.default_rng([seed, 1])  # another draw than the split's
    return tuple(inquiries[row] for row in rng.permutation(len(inquiries))[:size])


def mixed(chosen: Sequence[int], sample: Sequence[int]) -> list[int]:
    """Rows to ask, best first: after every few of the `chosen` one of the `sample`.

    Without any chosen the whole sample, since nothing else is left to ask.
    """
    if not chosen:
        return list(sample)
    rows, rest = [], iter(sample)
    for number, row in enumerate(chosen, start=1):
        rows.append(row)
        if number % EVERY == 0:
            rows.extend([row for row in [next(rest, None)] if row is not None])
    return rows
