"""The model: a Hugging Face encoder with a classifier on top, saved as a stock one.

How it is fitted stands in `learner.models.fine_tuning`.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from safetensors import SafetensorError
from torch import nn
from transformers import (
    AutoModel,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from labeling.errors import InputError
from labeling.inquiries.hints import listed
from learner.encoder import pooled_features
from learner.models.batching import pad, shortest_first, tokenize
from learner.models.device import best_device, half_precision
from learner.models.head import fit_head, softmax
from learner.models.pooling import classifier_from_head
from learner.progress import hush_libraries


@dataclass(frozen=True)
class Transformer:
    """A sequence classifier with its tokenizer; its categories are the names in its config."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase

    @property
    def categories(self) -> tuple[str, ...]:
        """The names of the K categories."""
        names: dict[Any, str] = dict(self.model.config.id2label or {})
        return tuple(names[number] for number in sorted(names))

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Category probabilities (N, K), in batches of similar length."""
        return softmax(
            _in_batches(
                self.model,
                self.tokenizer,
                texts,
                len(self.categories),
                lambda inputs: self.model(**inputs).logits,
            )
        )

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """The mean of all tokens' last hidden states (N, D), centred and of unit length."""
        return _mean_pooled(self.body, self.tokenizer, texts)

    @property
    def body(self) -> Any:
        """The encoder inside."""
        return getattr(self.model, self.model.base_model_prefix)

    def cooled(self, temperature: float) -> Self:
        """A copy whose last linear layer is divided by `temperature`, so that it stays stock."""
        model = copy.deepcopy(self.model)
        last = _last_linear(model)
        with torch.no_grad():
            last.weight.div_(temperature)
            if last.bias is not None:
                last.bias.div_(temperature)
        return replace(self, model=model)

    def save(self, folder: Path) -> None:
        """A Hugging Face model folder that plain `transformers` loads."""
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)


def load_transformer(folder: Path) -> Transformer:
    """What `Transformer.save` wrote, or any other sequence classifier's folder, on the best device.

    Raises InputError if there are no weights in safetensors, or not all of them.
    """
    hush_libraries()
    model: Any
    try:
        model, found = AutoModelForSequenceClassification.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, output_loading_info=True
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise InputError(
            f"{folder}: cannot be loaded ({str(error).splitlines()[0]}); "
            "save or export the model again"
        ) from error
    if found["missing_keys"]:  # which transformers would fill with random numbers
        raise InputError(
            f"{folder}: has no weights for {listed(sorted(found['missing_keys']))}; "
            "save or export the model again"
        )
    if len(tokenizer) <= len(tokenizer.all_special_ids):  # what it makes of a missing file
        raise InputError(f"{folder}: has no vocabulary; save or export the model again")
    return Transformer(model.to(best_device()).eval(), tokenizer)


def probe(
    base: str, features: np.ndarray, labels: np.ndarray, categories: Sequence[str]
) -> Transformer:
    """A linear head on the frozen encoder `base`, as a stock classifier (BERT and DistilBERT only).

    `features` (N, D) are what `base` makes of the labelled texts (`embed_with`).
    """
    hush_libraries()
    head = fit_head(features, labels, len(categories))
    model = classifier_from_head(
        AutoModel.from_pretrained(base), head.coefficients, head.intercepts, categories
    )
    return Transformer(model, AutoTokenizer.from_pretrained(base))


def fresh(base: str, categories: Sequence[str]) -> Transformer:
    """The encoder `base` with a classifier of random weights."""
    hush_libraries()
    model = AutoModelForSequenceClassification.from_pretrained(
        base,
        num_labels=len(categories),
        id2label=dict(enumerate(categories)),
        label2id={name: index for index, name in enumerate(categories)},
    )
    return Transformer(model, AutoTokenizer.from_pretrained(base))


def embed_with(base: str, texts: Sequence[str]) -> np.ndarray:
    """Mean-pooled embeddings (N, D) by the encoder `base`, centred over D and of unit length."""
    hush_libraries()
    encoder: Any = AutoModel.from_pretrained(base)
    return _mean_pooled(encoder.to(best_device()), AutoTokenizer.from_pretrained(base), texts)


def _mean_pooled(
    encoder: Any, tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]
) -> np.ndarray:
    def pool(inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        mask = inputs["attention_mask"].unsqueeze(-1)
        hidden = encoder(**inputs).last_hidden_state * mask
        return hidden.sum(dim=1) / mask.sum(dim=1)

    size = encoder.config.hidden_size
    return pooled_features(_in_batches(encoder, tokenizer, texts, size, pool))


def _in_batches(
    model: Any,
    tokenizer: PreTrainedTokenizerBase,
    texts: Sequence[str],
    width: int,
    compute: Callable[[dict[str, torch.Tensor]], torch.Tensor],
) -> np.ndarray:
    """Rows (N, width) that `compute` gives for the inputs of each batch."""
    tokens = tokenize(tokenizer, texts)
    rows = np.zeros((len(texts), width), dtype=np.float32)
    model.eval()
    with torch.inference_mode(), half_precision(model.device):
        for batch in shortest_first(tokens):
            inputs = pad([tokens[row] for row in batch], tokenizer, model.device)
            rows[batch] = compute(inputs).float().cpu().numpy()
    return rows


def _last_linear(model: PreTrainedModel) -> nn.Linear:
    """The layer that gives the logits: the last linear one outside the encoder."""
    outside = [
        module
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear) and not name.startswith(f"{model.base_model_prefix}.")
    ]
    return outside[-1]
