"""Which model is measured: what `--model` means, and one way to fit any of them."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from labeling.errors import InputError
from learner.defaults import ENCODER
from learner.encoder import embed, encoder_path
from learner.hub import WEIGHTS, can_be_had, fingerprint
from learner.models.protocol import Model, Watch
from learner.progress import Progress

PREFERRED = "distilbert-base-uncased"
VERSION = 3  # raise it when the same recipe would give other predictions

Kind = Literal["head", "bow", "setfit", "transformer"]
FineTune = Callable[..., Model]  # with the arguments of `learner.models.fine_tuning.fine_tune`


@dataclass(frozen=True)
class Recipe:
    """How a model comes from labels; the same recipe on all labels gives the full-data model."""

    kind: Kind
    encoder: str  # of the embeddings that drive selection, and of the head
    base: str | None = None  # what a transformer is fine-tuned from: a folder or a hub id
    name: str = ""  # how people call it
    notice: str = ""  # what a person should know about this choice

    @property
    def is_slow(self) -> bool:
        """Whether a fit takes minutes on a CPU, so that it belongs into the slow lane."""
        return self.kind in ("transformer", "setfit")

    def key(self, seed: int, *contents: Sequence[str]) -> str:
        """A name for what this recipe gives on these contents: equal inputs, equal key."""
        digest = hashlib.sha256()
        about = {
            "kind": self.kind,
            "encoder": fingerprint(encoder_path(self.encoder)),
            "base": self.base and fingerprint(encoder_path(self.base)),
            "version": VERSION,
        }
        digest.update(json.dumps([about, seed], sort_keys=True).encode())
        for content in contents:
            digest.update(json.dumps(list(content)).encode())
        return digest.hexdigest()[:24]

    def as_dict(self) -> dict[str, str | None]:
        """For a job file; `Recipe(**recipe.as_dict())` is the same recipe."""
        return asdict(self)


def choose_recipe(model: str, encoder: str = ENCODER) -> Recipe:
    """The recipe that `--model auto|head|setfit|bow|PATH|HUB-ID` names.

    Raises InputError for a folder that holds no model, and for a hub id that cannot be had.
    """
    if model == "head":
        return Recipe("head", encoder, name=f"head on {encoder}")
    if model == "bow":
        return Recipe("bow", encoder, name="bag of words")
    if model == "setfit":
        return Recipe("setfit", encoder, name=f"SetFit on {encoder}")
    if model == "auto":
        if can_be_had(PREFERRED):
            return Recipe("transformer", encoder, PREFERRED, name=PREFERRED)
        return Recipe(
            "transformer",
            encoder,
            ENCODER,
            name=f"{ENCODER}, fine-tuned",
            notice=f"{PREFERRED} is not in the cache and the hub cannot be reached: "
            f"the packaged encoder {ENCODER} is fine-tuned instead",
        )
    if Path(model).is_dir():
        files = {path.name for path in Path(model).iterdir()}
        if "config.json" not in files or files.isdisjoint(WEIGHTS):
            raise InputError(
                f"--model {model}: no model folder, for it lacks config.json or "
                f"{' or '.join(WEIGHTS)}"
            )
        return Recipe("transformer", encoder, model, name=Path(model).name)
    if not can_be_had(model):
        raise InputError(
            f"--model {model}: neither auto, head, setfit nor bow, nor a folder, nor a model "
            "that is cached or that the hub gives (is this machine offline?)"
        )
    return Recipe("transformer", encoder, model, name=model)


def fit_model(
    recipe: Recipe,
    texts: Sequence[str],
    labels: np.ndarray,
    categories: Sequence[str],
    seed: int,
    progress: Progress | None = None,
    watch: Watch | None = None,
    tune: FineTune | None = None,
) -> Model:
    """Fit the recipe's model on N texts and category numbers (N,), N at least 1.

    `watch` is shown a transformer after each epoch. The others are fitted in one go, and shown
    once, at their end. `tune` fine-tunes a transformer in the place of this process; SetFit
    compares the texts of a batch with each other, so that it stays on one device.
    Raises ValueError for labels that do not fit the texts or the categories.
    """
    if recipe.kind == "transformer":
        from learner.models.fine_tuning import fine_tune

        assert recipe.base is not None
        # Where the model begins as the encoder, its embeddings are at hand already.
        features = embed(texts, recipe.encoder) if recipe.base == recipe.encoder else None
        base = encoder_path(recipe.base)
        return (tune or fine_tune)(
            base, texts, labels, categories, seed, features, progress, watch=watch
        )
    model = _fit_in_one_go(recipe, texts, labels, categories, seed, progress)
    if watch is not None:
        watch(model)
    return model


def _fit_in_one_go(
    recipe: Recipe,
    texts: Sequence[str],
    labels: np.ndarray,
    categories: Sequence[str],
    seed: int,
    progress: Progress | None,
) -> Model:
    if recipe.kind == "bow":
        from learner.models.bow import fit_bag_of_words

        return fit_bag_of_words(texts, labels, categories)
    if recipe.kind == "head":
        from learner.models.sentence_head import fit_on_encoder

        return fit_on_encoder(texts, labels, categories, recipe.encoder)
    from learner.models.setfit import fit_setfit

    return fit_setfit(texts, labels, categories, recipe.encoder, seed, progress)


def as_stock(model: Model) -> Model:
    """The same model in a form that plain `transformers` loads, or itself where there is none."""
    from learner.models.sentence_head import SentenceHead, as_classifier

    if not isinstance(model, SentenceHead):
        return model
    return as_classifier(model) or model
