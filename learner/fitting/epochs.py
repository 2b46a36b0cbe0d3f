"""Watching a fit: what the model predicts after each epoch, and how long it took to get there."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np

from learner.models.protocol import Model


@dataclass
class Epochs:
    """A `Watch` that notes what is predicted for M `texts`, and the seconds from its making on.

    The time that watching itself takes is left out.
    """

    texts: Sequence[str]
    predictions: list[np.ndarray] = field(default_factory=list)  # category numbers (M,) each
    seconds: list[float] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)
    _watched: float = 0.0

    def __call__(self, model: Model) -> None:
        """Note an epoch."""
        now = time.monotonic()
        self.seconds.append(now - self._began - self._watched)
        self.predictions.append(model.probabilities(self.texts).argmax(axis=1))
        self._watched += time.monotonic() - now

    def save(self, path: Path) -> None:
        """Write what was noted, for `load`."""
        np.savez_compressed(path, predictions=self.predictions, seconds=self.seconds)

    @classmethod
    def load(cls, path: Path, texts: Sequence[str]) -> Self:
        """What `save` wrote of these texts."""
        with np.load(path) as saved:
            return cls(texts, list(saved["predictions"]), saved["seconds"].tolist())
