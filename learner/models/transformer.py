"""The model: a Hugging Face encoder fine-tuned on the labels, saved as a stock sequence classifier.

Linear probing first, then fine-tuning from there (Kumar et al., "Fine-Tuning can Distort Pretrained
Features and Underperform Out-of-Distribution", ICLR 2022): far fewer steps, and better on few
labels, than a fresh softmax head.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from learner.encoder import pooled_features
from learner.models.head import fit_head
from learner.models.pooling import (
    bridge_parameters,
    classifier_from_head,
    supports_pooling,
)
from learner.progress import Progress, hush_libraries

MAX_TOKENS = 256
BATCH = 16
PREDICT_BATCH = 64
BODY_RATE = 1e-4
HEAD_RATE = 1e-3
WARM_UP = 0.1
PROBED_STEPS = 150  # enough after linear probing; a fresh head needs more
FRESH_STEPS = 350
EPOCHS = 2  # at least, however many labels there are


@dataclass(frozen=True)
class Transformer:
    """A sequence classifier with its tokenizer; its categories are the names in its config."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Category probabilities (N, K), in batches of similar length."""
        tokens = _tokenize(self.tokenizer, texts)
        logits = np.zeros((len(texts), self.model.config.num_labels or 0), dtype=np.float32)
        self.model.eval()
        with torch.inference_mode():
            for rows in _by_length(tokens):
                inputs = _pad([tokens[row] for row in rows], self.tokenizer, self.model.device)
                logits[rows] = self.model(**inputs).logits.float().cpu().numpy()
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return odds / odds.sum(axis=1, keepdims=True)

    def save(self, folder: Path) -> None:
        """A Hugging Face model folder that plain `transformers` loads."""
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)


def load_transformer(folder: Path) -> Transformer:
    """What `Transformer.save` wrote."""
    hush_libraries()
    model = AutoModelForSequenceClassification.from_pretrained(folder, local_files_only=True)
    return Transformer(model, AutoTokenizer.from_pretrained(folder, local_files_only=True))


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


def embed_with(base: str, texts: Sequence[str]) -> np.ndarray:
    """Mean-pooled embeddings (N, D) by the encoder `base`, centred over D and of unit length."""
    hush_libraries()
    tokenizer = AutoTokenizer.from_pretrained(base)
    encoder: Any = AutoModel.from_pretrained(base)
    encoder.to(_device()).eval()
    tokens = _tokenize(tokenizer, texts)
    pooled = np.zeros((len(texts), encoder.config.hidden_size), dtype=np.float32)
    with torch.inference_mode():
        for rows in _by_length(tokens):
            inputs = _pad([tokens[row] for row in rows], tokenizer, encoder.device)
            mask = inputs["attention_mask"].unsqueeze(-1)
            hidden = encoder(**inputs).last_hidden_state * mask
            pooled[rows] = (hidden.sum(dim=1) / mask.sum(dim=1)).float().cpu().numpy()
    return pooled_features(pooled)


def fine_tune(
    base: str,
    texts: Sequence[str],
    labels: np.ndarray,
    categories: Sequence[str],
    seed: int,
    features: np.ndarray | None = None,
    progress: Progress | None = None,
) -> Transformer:
    """Fine-tune `base` (a folder or hub id) on N texts and category numbers (N,).

    `features` (N, D), if known already, are what `embed_with` makes of the texts.
    The same seed gives the same weights on a CPU. Word and position embeddings stay frozen; a
    learning rate that warms up and decays linearly; batches of similar length, padded to their
    longest.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    if supports_pooling(AutoConfig.from_pretrained(base).model_type):
        known = embed_with(base, texts) if features is None else features
        classifier, least_steps = probe(base, known, labels, categories), PROBED_STEPS
        frozen = bridge_parameters(classifier.model)
    else:
        classifier, least_steps = _fresh(base, categories), FRESH_STEPS
        frozen = []
    model: Any = classifier.model
    model.to(_device())
    body = getattr(model, model.base_model_prefix)
    frozen += list(getattr(body, "embeddings", nn.Module()).parameters())
    for parameter in frozen:
        parameter.requires_grad_(False)
    head = [
        p
        for name, p in model.named_parameters()
        if name.startswith("classifier.") and p.requires_grad
    ]
    taken = {id(parameter) for parameter in head}
    rest = [p for p in model.parameters() if p.requires_grad and id(p) not in taken]
    optimizer = torch.optim.AdamW(
        [{"params": rest, "lr": BODY_RATE}, {"params": head, "lr": HEAD_RATE}], weight_decay=0.01
    )
    tokens = _tokenize(classifier.tokenizer, texts)
    steps_an_epoch = -(-len(tokens) // BATCH)
    epochs = max(EPOCHS, -(-least_steps // steps_an_epoch))
    steps = epochs * steps_an_epoch
    warm = max(1, int(WARM_UP * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, (steps - step) / max(1, steps - warm))
    )
    targets = torch.tensor(np.array(labels), dtype=torch.long, device=model.device)
    model.train()
    done = 0
    for _ in range(epochs):
        for rows in batches_by_length([len(ids) for ids in tokens], BATCH, rng):
            inputs = _pad([tokens[row] for row in rows], classifier.tokenizer, model.device)
            loss = nn.functional.cross_entropy(model(**inputs).logits, targets[rows])
            loss.backward()
            nn.utils.clip_grad_norm_([*rest, *head], 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            done += 1
            if progress is not None:
                progress(done, steps)
    model.to("cpu").eval()
    return classifier


def batches_by_length(
    lengths: Sequence[int], size: int, rng: np.random.Generator
) -> list[np.ndarray]:
    """Row numbers in batches of `size`, similar lengths together, the batches in random order."""
    order = rng.permutation(len(lengths))
    window = size * 20
    batches = []
    for start in range(0, len(order), window):
        rows = order[start : start + window]
        rows = rows[np.argsort(np.take(lengths, rows), kind="stable")]
        batches += [rows[i : i + size] for i in range(0, len(rows), size)]
    return [batches[i] for i in rng.permutation(len(batches))]


def _fresh(base: str, categories: Sequence[str]) -> Transformer:
    hush_libraries()
    model = AutoModelForSequenceClassification.from_pretrained(
        base,
        num_labels=len(categories),
        id2label=dict(enumerate(categories)),
        label2id={name: index for index, name in enumerate(categories)},
    )
    return Transformer(model, AutoTokenizer.from_pretrained(base))


def _by_length(tokens: Sequence[list[int]]) -> list[np.ndarray]:
    """Row numbers in batches for prediction, shortest first."""
    order = np.argsort([len(ids) for ids in tokens], kind="stable")
    return [order[i : i + PREDICT_BATCH] for i in range(0, len(order), PREDICT_BATCH)]


def _tokenize(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]) -> list[list[int]]:
    limit = min(MAX_TOKENS, tokenizer.model_max_length)
    return (
        tokenizer(list(texts), truncation=True, max_length=limit)["input_ids"] if len(texts) else []
    )


def _pad(
    tokens: Sequence[list[int]], tokenizer: PreTrainedTokenizerBase, device: torch.device
) -> dict[str, torch.Tensor]:
    longest = max(len(ids) for ids in tokens)
    padding = tokenizer.pad_token_id or 0
    ids = torch.tensor([row + [padding] * (longest - len(row)) for row in tokens], device=device)
    mask = torch.tensor(
        [[1] * len(row) + [0] * (longest - len(row)) for row in tokens], device=device
    )
    return {"input_ids": ids, "attention_mask": mask}


def _device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
