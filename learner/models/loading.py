"""A saved model: which kind it is, and loaded as that."""

import json
from pathlib import Path

from safetensors import SafetensorError

from labeling.errors import InputError
from learner.models.protocol import CARD, Model, read_card


def load_model(folder: Path) -> Model:
    """The model saved in `folder`: one of ours, or any sequence classifier of `transformers`.

    Raises InputError if the folder holds no such model, a damaged one, or one of a later version.
    """
    try:
        return _load(folder, _kind(folder))
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise InputError(
            f"{folder}: damaged ({str(error).splitlines()[0]}); save or export the model again"
        ) from error


def _load(folder: Path, kind: str) -> Model:
    if kind == "bow":
        from learner.models.bow import load_bag_of_words

        return load_bag_of_words(folder)
    if kind in ("head", "setfit"):
        from learner.models.sentence_head import load_sentence_head

        return load_sentence_head(folder)
    from learner.models.transformer import load_transformer

    return load_transformer(folder)


def _kind(folder: Path) -> str:
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give one that a campaign left or exported")
    if (folder / CARD).exists():
        kind = read_card(folder).get("kind")
        if kind in ("bow", "head", "setfit"):
            return kind
        raise InputError(f"{folder / CARD}: unknown kind of model {kind!r}; upgrade Parity")
    if (folder / "config.json").exists():
        named = _architectures(folder / "config.json")
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


def _architectures(config: Path) -> list[str]:
    found = json.loads(config.read_text("utf-8"))
    if not isinstance(found, dict) or not isinstance(found.get("architectures") or [], list):
        raise ValueError(f"{config.name} is no configuration of a model")
    return found.get("architectures") or []
