"""Several workers that fine-tune one model: each takes a share of every batch.

They are the processes of `torch.distributed`, where it has been set up, as by
`learner.fitting.on_cluster`. Else there is one worker, which takes everything and sends nothing.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import distributed, nn


def number() -> int:
    """Which worker this one is, from 0."""
    return distributed.get_rank() if _is_shared() else 0


def share(rows: np.ndarray) -> np.ndarray:
    """This worker's part of a batch, perhaps none of it; of sorted lengths everybody gets some."""
    return rows[number() :: distributed.get_world_size()] if _is_shared() else rows


def copy_first(model: nn.Module) -> None:
    """Give every worker the weights of the first one."""
    if _is_shared():
        for weight in model.state_dict().values():
            distributed.broadcast(weight, src=0)


def sum_gradients(trained: Sequence[nn.Parameter]) -> None:
    """Give every worker the sum of all workers' gradients, sent in one piece.

    A gradient that no worker has stays away, for an optimiser that passes over it.
    """
    if not _is_shared():
        return
    gradients = [one.grad for one in trained]
    has = torch.tensor([float(one is not None) for one in gradients], device=trained[0].device)
    flat = [
        torch.zeros_like(parameter).flatten() if gradient is None else gradient.flatten()
        for parameter, gradient in zip(trained, gradients, strict=True)
    ]
    everything = torch.cat([has, *flat])
    distributed.all_reduce(everything)
    found, *sums = everything.split([len(trained), *(one.numel() for one in trained)])
    for parameter, is_there, total in zip(trained, found.tolist(), sums, strict=True):
        parameter.grad = total.view_as(parameter) if is_there else None


def _is_shared() -> bool:
    return distributed.is_available() and distributed.is_initialized()
