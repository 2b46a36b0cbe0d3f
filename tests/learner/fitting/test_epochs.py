"""What a watcher of a fit notes."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from learner.fitting.epochs import Epochs
from learner.models.bow import BagOfWords, fit_bag_of_words

TEXTS = ["cancel it", "stop it", "send it", "deliver it"]


@pytest.fixture
def model() -> BagOfWords:
    return fit_bag_of_words(TEXTS, np.array([0, 0, 1, 1]), ["a", "b"])


def test_each_epoch_is_kept_and_read_again(model: BagOfWords, tmp_path: Path) -> None:
    epochs = Epochs(["send", "stop"])
    epochs(model)
    epochs(model)
    epochs.save(tmp_path / "epochs.npz")
    again = Epochs.load(tmp_path / "epochs.npz", epochs.texts)
    assert [predicted.tolist() for predicted in again.predictions] == [[1, 0], [1, 0]]
    assert again.seconds == epochs.seconds


def test_the_time_that_watching_takes_is_left_out(
    model: BagOfWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = BagOfWords.probabilities

    def slowly(self: BagOfWords, texts: Sequence[str]) -> Any:
        time.sleep(0.3)
        return said(self, texts)

    monkeypatch.setattr(BagOfWords, "probabilities", slowly)
    epochs = Epochs(["send"])
    for _ in range(3):
        epochs(model)
    assert 0 <= epochs.seconds[-1] < 0.3
