"""What every model can do, and how a saved one is found out and loaded.

    fit (one function a model)  ─►  Model  ─►  save(folder)  ─►  load_model(folder)

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
        """The same model with its logits divided by `temperature` (`learner.calibration`)."""

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


def load_model(folder: Path) -> Model:
    """The model saved in `folder`: one of ours, or any sequence classifier of `transformers`.

    Raises InputError if the folder holds no such model, or one of a later version.
    """
    kind = _kind(folder)
    if kind == "bow":
        from learner.models.bow import load_bag_of_words

        return load_bag_of_words(folder)
    if kind in ("head", "setfit"):
        from learner.models.sentence_head import load_sentence_head

        return load_sentence_head(folder)
    from learner.models.transformer import load_transformer

    return load_transformer(folder)


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


def _kind(folder: Path) -> str:
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give one that a campaign left or exported")
    if (folder / CARD).exists():
        kind = read_card(folder).get("kind")
        if kind in ("bow", "head", "setfit"):
            return kind
        raise InputError(f"{folder / CARD}: unknown kind of model {kind!r}; upgrade Parity")
    if (folder / "config.json").exists():
        named = json.loads((folder / "config.json").read_text("utf-8")).get("architectures") or []
        if any(str(name).endswith("ForSequenceClassification") for name in named):
            return "transformer"
        raise InputError(
            f"{folder}: holds {', '.join(named) or 'an unnamed architecture'}, no classifier; "
            "give a model that a campaign left or exported"
        )
    raise InputError(
        f"{folder}: no model, for it has neither {CARD} nor config.json; "
        "give a folder that a campaign left or exported"
    )
