"""Fine-tuning an encoder on labels, on torch directly.

Linear probing first, then fine-tuning from there (Kumar et al., "Fine-Tuning can Distort Pretrained
Features and Underperform Out-of-Distribution", ICLR 2022): far fewer steps, and better on few
labels, than a fresh softmax head.
"""

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import AutoConfig

from labeling.errors import ParityError
from learner.models.batching import batches_by_length, pad, shortest_first, tokenize
from learner.models.device import best_device, free_memory, half_precision, is_out_of_memory
from learner.models.holdout import hold_back
from learner.models.pooling import bridge_parameters, supports_pooling
from learner.models.protocol import Watch, check_labels
from learner.models.steps import Steps
from learner.models.transformer import Transformer, embed_with, fresh, probe
from learner.models.workers import copy_first, number, share, sum_gradients
from learner.progress import Progress


@dataclass(frozen=True)
class Training:
    """How an encoder is fine-tuned. The defaults are what was measured to help."""

    batch: int = 16
    body_rate: float = 1e-4
    head_rate: float = 1e-3
    layer_decay: float = 1.0  # each layer's rate, as a share of the rate of the layer above
    warm_up: float = 0.1  # share of the steps
    probed_steps: int = 150  # at least, after linear probing
    fresh_steps: int = 350  # at least, with a fresh head
    epochs: int = 2  # at least, however many labels there are
    weighting: float = 0.0  # 1 weighs every category alike, 0 every label
    sampling: float = 0.0  # 1 draws every category alike, 0 every label
    watched: float = 0.0  # share of the labels held back to choose the best epoch; 0 takes the last
    compiled: bool = False  # by torch.compile, whose warm-up only long fits pay back


@dataclass(frozen=True)
class Examples:
    """What is learnt: N tokenised texts with `labels` (N,) and `weights` (N,)."""

    tokens: list[list[int]]
    labels: torch.Tensor
    weights: torch.Tensor

    @property
    def lengths(self) -> list[int]:
        """Tokens of each text."""
        return [len(ids) for ids in self.tokens]

    def take(self, rows: np.ndarray) -> "Examples":
        """Some of the examples."""
        return Examples([self.tokens[row] for row in rows], self.labels[rows], self.weights[rows])


def fine_tune(
    base: str,
    texts: Sequence[str],
    labels: np.ndarray,
    categories: Sequence[str],
    seed: int,
    features: np.ndarray | None = None,
    progress: Progress | None = None,
    training: Training | None = None,
    watch: Watch | None = None,
) -> Transformer:
    """Fine-tune `base` (a folder or hub id) on N texts and category numbers (N,).

    `features` (N, D), if known already, are what `embed_with` makes of the texts.
    `watch` is shown the model after each epoch, which changes nothing about the outcome.
    The same seed gives the same weights on a CPU. Word and position embeddings stay frozen; the
    learning rate warms up and decays linearly. A batch that does not fit into memory is taken in
    parts; if single texts do not fit, a ParityError says so.

    Workers (`learner.models.workers`) that all call this with the same arguments share the batches
    of one fit: each step has the gradient that it has with one worker, but for rounding, and for
    dropout, which each draws for itself. The outcome is the first worker's.
    """
    check_labels(texts, labels, categories)
    training = training or Training()
    torch.manual_seed(seed + number())
    rng = np.random.default_rng(seed)
    if supports_pooling(AutoConfig.from_pretrained(base).model_type):
        known = embed_with(base, texts) if features is None else features
        start, least_steps = probe(base, known, labels, categories), training.probed_steps
        frozen = bridge_parameters(start.model)
    else:
        start, least_steps = fresh(base, categories), training.fresh_steps
        frozen = []
    frozen += list(getattr(start.body, "embeddings", nn.Module()).parameters())
    for parameter in frozen:
        parameter.requires_grad_(False)
    model: Any = start.model
    model.to(best_device())
    copy_first(model)

    learnt, watched = hold_back(labels, training.watched, rng)
    tokens = tokenize(start.tokenizer, texts)
    everything = Examples(tokens, torch.tensor(labels), _weights(labels, training.weighting))
    examples = everything.take(learnt)
    chances = _weights(labels[learnt], training.sampling).double().numpy()
    held = everything.take(watched)
    _train(start, examples, chances, held, least_steps, training, rng, progress, watch)
    model.to("cpu").eval()
    return start


def _weights(labels: np.ndarray, power: float) -> torch.Tensor:
    """Weights (N,) of mean one, falling with how often a category occurs, to the given power."""
    counts = np.bincount(labels)[labels].astype(float)
    weights = counts**-power
    return torch.tensor(weights / weights.mean(), dtype=torch.float32)


def _train(
    classifier: Transformer,
    examples: Examples,
    chances: np.ndarray,
    watched: Examples,
    least_steps: int,
    training: Training,
    rng: np.random.Generator,
    progress: Progress | None,
    watch: Watch | None,
) -> None:
    model: Any = classifier.model
    steps_an_epoch = -(-len(examples.tokens) // training.batch)
    epochs = max(training.epochs, -(-least_steps // steps_an_epoch))
    steps = epochs * steps_an_epoch
    groups = _rates(model, training)
    trained = [parameter for group in groups for parameter in group["params"]]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=model.device.type == "cuda")
    stepping = Steps(optimizer, steps, training.warm_up)
    forward = torch.compile(model, dynamic=True) if training.compiled else model
    lengths = np.array(examples.lengths)
    done, parts, best, kept = 0, 1, np.inf, None
    for _ in range(epochs):
        model.train()
        drawn = np.arange(len(lengths))
        if training.sampling:
            drawn = rng.choice(drawn, len(drawn), p=chances / chances.sum())
        for rows in batches_by_length(lengths[drawn].tolist(), training.batch, rng):
            batch = examples.take(drawn[share(rows)])
            parts = _backward(forward, classifier, batch, len(rows), parts)
            sum_gradients(trained)
            stepping.take(trained)
            done += 1
            if progress is not None:
                progress(done, steps)
        if watched.tokens:
            surprise = _surprise(classifier, watched)
            if surprise < best:
                best, kept = surprise, copy.deepcopy(model.state_dict())
        if watch is not None:
            watch(classifier)
    if kept is not None:
        model.load_state_dict(kept)


def _backward(forward: Any, classifier: Transformer, batch: Examples, of: int, parts: int) -> int:
    """Add the batch's gradient, its share in the mean loss of `of` examples.

    It is taken in as many parts as memory asks for, which are returned.
    """
    device = classifier.model.device
    while True:
        try:
            for rows in np.array_split(np.arange(len(batch.tokens)), parts):
                if len(rows):
                    part = batch.take(rows)
                    (_loss(forward, classifier, part).sum() / of).backward()
            return parts
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if parts >= len(batch.tokens):
                raise ParityError(
                    f"memory ran out on a single text of {max(batch.lengths)} tokens: "
                    "use a smaller model, or a machine with more memory"
                ) from error
        classifier.model.zero_grad()
        free_memory(device)
        parts *= 2


def _loss(forward: Any, classifier: Transformer, batch: Examples) -> torch.Tensor:
    """The weighted cross-entropy of each example, (N,)."""
    device = classifier.model.device
    inputs = pad(batch.tokens, classifier.tokenizer, device)
    with half_precision(device):
        logits = forward(**inputs).logits
    losses = nn.functional.cross_entropy(logits.float(), batch.labels.to(device), reduction="none")
    return losses * batch.weights.to(device)


def _surprise(classifier: Transformer, watched: Examples) -> float:
    """The mean loss on held-back labels."""
    classifier.model.eval()
    with torch.inference_mode():
        losses = [
            _loss(classifier.model, classifier, watched.take(rows)).cpu()
            for rows in shortest_first(watched.tokens)
        ]
    return float(torch.cat(losses).mean())


def _rates(model: Any, training: Training) -> list[dict[str, Any]]:
    """Parameter groups: the classifier, and the layers of the body with rates that fall downwards.

    After Howard and Ruder, "Universal Language Model Fine-tuning" (ACL 2018).
    """
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    body = f"{model.base_model_prefix}."
    numbered = {name: re.search(r"layer\.(\d+)\.", name) for name in trained}
    layers = {name: int(found[1]) for name, found in numbered.items() if found}
    top = max(layers.values(), default=0)
    groups: dict[float, list[nn.Parameter]] = {}
    for name, parameter in trained.items():
        below = top - layers.get(name, top)
        rate = training.body_rate * training.layer_decay**below
        if not name.startswith(body) and name.startswith("classifier."):
            rate = training.head_rate
        groups.setdefault(rate, []).append(parameter)
    return [{"params": parameters, "lr": rate} for rate, parameters in groups.items()]
