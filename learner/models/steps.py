"""One step after another: a learning rate that warms up and decays, gradients that are clipped."""

from collections.abc import Sequence

import torch
from torch import nn

CLIP = 1.0  # the largest norm of a gradient


class Steps:
    """Takes `count` steps of `optimizer`; the rate rises over the first `warm_up` (a share) of them
    and falls to zero over the rest.
    """

    def __init__(self, optimizer: torch.optim.Optimizer, count: int, warm_up: float) -> None:
        warm = max(1, int(warm_up * count))
        self._optimizer = optimizer
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min((step + 1) / warm, (count - step) / max(1, count - warm))
        )

    def take(self, trained: Sequence[nn.Parameter]) -> None:
        """Change the `trained` parameters by their gradients, which are then zero again."""
        nn.utils.clip_grad_norm_(trained, CLIP)
        self._optimizer.step()
        self._schedule.step()
        self._optimizer.zero_grad()
