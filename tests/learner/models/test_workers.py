"""Two workers of `torch.distributed` that fine-tune one tiny model: real processes, gloo."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny_encoders import CATEGORIES, LABELS, TEXTS, tiny, without_dropout
from torch import distributed, multiprocessing

from learner.models import fine_tuning
from learner.models.fine_tuning import Examples, Training, fine_tune
from learner.models.transformer import Transformer
from learner.models.workers import number, share

COUNT = 2
SOME = 65  # a batch of one text is the last: the second worker has no share in it


def fitted(base: str) -> dict[str, torch.Tensor]:
    training = Training(probed_steps=20, sampling=1.0, watched=0.2)
    labels = LABELS[:SOME]
    model = fine_tune(base, TEXTS[:SOME], labels, CATEGORIES, seed=1, training=training).model
    return dict(model.state_dict())


def join(worker: int, folder: Path) -> None:
    meeting = f"file://{folder / 'meeting'}"
    distributed.init_process_group("gloo", init_method=meeting, rank=worker, world_size=COUNT)


def fit_as_one_of_two(worker: int, folder: Path, base: str) -> None:
    """The second worker's memory holds three texts and no more."""
    join(worker, folder)
    real = fine_tuning._loss

    def loss(forward: Any, classifier: Transformer, batch: Examples) -> torch.Tensor:
        if number() == 1 and classifier.model.training and len(batch.tokens) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return real(forward, classifier, batch)

    fine_tuning._loss = loss
    torch.save(fitted(base), folder / f"{worker}.pt")


@pytest.mark.slow
def test_two_workers_learn_what_one_does_though_one_of_them_is_short_of_memory(
    tmp_path: Path,
) -> None:
    base = without_dropout(tiny("bert", tmp_path / "base"))
    multiprocessing.spawn(partial(fit_as_one_of_two, folder=tmp_path, base=base), nprocs=COUNT)
    alone, first = fitted(base), torch.load(tmp_path / "0.pt")
    second = torch.load(tmp_path / "1.pt")
    for name, weight in alone.items():
        assert torch.allclose(weight, first[name], atol=1e-4), name
        assert torch.equal(first[name], second[name]), name


def test_alone_a_worker_takes_every_row() -> None:
    assert number() == 0
    assert share(np.arange(5)).tolist() == [0, 1, 2, 3, 4]
