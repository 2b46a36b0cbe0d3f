"""Encoders of known architectures with tiny random weights, and texts that they can tell apart."""

import json
from pathlib import Path

import numpy as np
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizer,
    DistilBertConfig,
    DistilBertModel,
    PreTrainedModel,
)

CATEGORIES = ["cancel", "refund", "track"]
WORDS = ["cancel", "stop", "refund", "money", "where", "parcel", "my", "the", "order", "please"]
TEXTS = [
    f"{opening} {core} {ending}".strip()
    for opening in ("", "please", "the", "my")
    for core in ("cancel order", "stop order", "refund money", "my money", "where parcel", "parcel")
    for ending in ("", "please", "order")
]
LABELS = np.array([(i // 3) % 6 // 2 for i in range(len(TEXTS))])


def tiny(kind: str, folder: Path) -> str:
    """A randomly initialised encoder of a known architecture, with a vocabulary of a few words."""
    folder.mkdir()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    (folder / "vocab.txt").write_text("\n".join([*special, *WORDS]))
    size = len(special) + len(WORDS)
    model: PreTrainedModel
    if kind == "bert":
        model = BertModel(
            BertConfig(
                vocab_size=size,
                hidden_size=32,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=64,
            )
        )
    else:
        model = DistilBertModel(
            DistilBertConfig(vocab_size=size, dim=32, n_layers=2, n_heads=2, hidden_dim=64)
        )
    model.save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt"), model_max_length=512).save_pretrained(folder)
    return str(folder)


def without_dropout(folder: str) -> str:
    """The encoder in `folder`; from now on its fits are the same however their batches are cut."""
    file = Path(folder) / "config.json"
    config = json.loads(file.read_text())
    file.write_text(
        json.dumps({name: 0.0 if "dropout" in name else config[name] for name in config})
    )
    return folder
