"""A head together with its sentence encoder: from texts to probabilities.

The model `head` has a frozen encoder, `setfit` one that was tuned on the labels. Both are saved as
a sentence-transformers folder, which `SentenceTransformer` loads, with `head.safetensors` and
`parity.json` beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from learner.encoder import embed, encode, load_encoder
from learner.models.head import Head, fit_head, load_head
from learner.models.protocol import check_labels, read_card, write_card

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from learner.models.transformer import Transformer


@dataclass(frozen=True)
class SentenceHead:
    """A head on embeddings. `encode` gives these, (N, D) of N texts; `encoder` is for saving."""

    kind: str
    categories: tuple[str, ...]
    head: Head
    encode: Callable[[Sequence[str]], np.ndarray]
    encoder: Callable[[], "SentenceTransformer"]

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Category probabilities (N, K)."""
        return self.head.probabilities(self.embed(texts))

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Embeddings (N, D) by the sentence encoder, centred over D and of unit length."""
        if not len(texts):
            return np.zeros((0, self.head.coefficients.shape[1]), dtype=np.float32)
        return self.encode(texts)

    def cooled(self, temperature: float) -> Self:
        """The model with its logits divided by `temperature`."""
        return replace(self, head=self.head.cooled(temperature))

    def save(self, folder: Path) -> None:
        """Write the folder that `load_sentence_head` reads."""
        folder.mkdir(parents=True, exist_ok=True)
        self.encoder().save(str(folder), create_model_card=False)
        self.head.save(folder)
        write_card(folder, self.kind, self.categories)


def fit_on_encoder(
    texts: Sequence[str], labels: np.ndarray, categories: Sequence[str], encoder: str
) -> SentenceHead:
    """Fit the model `head` on N texts and category numbers (N,); their embeddings are cached."""
    check_labels(texts, labels, categories)
    return on_encoder(fit_head(embed(texts, encoder), labels, len(categories)), categories, encoder)


def on_encoder(head: Head, categories: Sequence[str], encoder: str) -> SentenceHead:
    """The model `head` out of a head that was fitted on the encoder's embeddings."""
    return SentenceHead(
        "head",
        tuple(categories),
        head,
        encode=partial(embed, encoder=encoder),
        encoder=partial(load_encoder, encoder),
    )


def load_sentence_head(folder: Path) -> SentenceHead:
    """What `SentenceHead.save` wrote. It keeps no embeddings on disk."""
    card = read_card(folder)
    model = load_encoder(str(folder))
    return with_encoder(card["kind"], card["categories"], load_head(folder), model)


def as_classifier(model: SentenceHead) -> "Transformer | None":
    """The same model as a stock sequence classifier, which predicts as it does to a hundredth.

    None where the encoder is not one that `learner.models.pooling` can write: BERT or DistilBERT,
    read by the mean of its tokens and nothing more.
    """
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    from learner.models.pooling import classifier_from_head, supports_pooling
    from learner.models.transformer import Transformer

    encoder = model.encoder()
    body: Any = encoder[0].auto_model
    after = [module for module in list(encoder)[1:] if not isinstance(module, Normalize)]
    is_mean = (
        len(after) == 1
        and isinstance(after[0], Pooling)
        and after[0].get_config_dict().get("pooling_mode") == "mean"
    )
    if not is_mean or not supports_pooling(body.config.model_type):
        return None
    head = model.head
    stock = classifier_from_head(body, head.coefficients, head.intercepts, model.categories)
    return Transformer(stock, encoder.tokenizer)


def with_encoder(
    kind: str, categories: Sequence[str], head: Head, encoder: "SentenceTransformer"
) -> SentenceHead:
    """A model of an encoder in memory."""
    return SentenceHead(kind, tuple(categories), head, partial(encode, encoder), lambda: encoder)
