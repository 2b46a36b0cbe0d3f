"""What every model can do, and the card that lies beside a saved one.

    fit (one function a model)  ─►  Model  ─►  save(folder)  ─►  loading.load_model(folder)

A folder holds safetensors and JSON (and a tokenizer's text files), never a pickle. What loads in a
stock library has that library's layout; `parity.json` beside it says what else there is to know.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np

from labeling.errors import InputError
from labeling.files import write_atomically

CARD = "parity.json"
VERSION = 1


class Model(Protocol):
    """A fitted classifier over K categories."""

    @property
    def categories(self) -> tuple[str, ...]:
        """The K names, in the order of the columns of `probabilities`."""

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Category probabilities (N, K); rows sum to one."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """What the classifier sees of the texts, float32 (N, D)."""

    def cooled(self, temperature: float) -> Self:
        """The same model with its logits divided by `temperature` (`measuring.calibration`)."""

    def save(self, folder: Path) -> None:
        """Write the model to `folder`, which `load_model` reads."""


# Is shown a model under way after each epoch. It must neither change nor keep it.
Watch = Callable[[Model], None]


def check_labels(texts: Sequence[str], labels: np.ndarray, categories: Sequence[str]) -> None:
    """Raise ValueError unless there is a label for each text, at least one, out of `categories`."""
    if len(texts) != len(labels):
        raise ValueError(f"{len(texts)} texts but {len(labels)} labels")
    if not len(labels):
        raise ValueError("no labels to learn from")
    if labels.min() < 0 or labels.max() >= len(categories):
        raise ValueError(
            f"labels from {labels.min()} to {labels.max()}, but {len(categories)} categories"
        )


def write_card(folder: Path, kind: str, categories: Sequence[str], **more: Any) -> None:
    """Write `folder/parity.json`."""
    card = {"kind": kind, "version": VERSION, "categories": list(categories), **more}
    write_atomically(folder / CARD, json.dumps(card, indent=1, ensure_ascii=False) + "\n")


def read_card(folder: Path) -> dict[str, Any]:
    """What `write_card` wrote. Raises InputError for a damaged card or one of a later version."""
    path = folder / CARD
    try:
        card = json.loads(path.read_text("utf-8"))
        version = card["version"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{path}: damaged; save or export the model again") from None
    if version > VERSION:
        raise InputError(
            f"{path}: saved by a later Parity (version {version}, this one reads {VERSION}); "
            "upgrade Parity"
        )
    return card
