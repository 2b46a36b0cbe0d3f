"""SetFit: the sentence encoder is tuned on pairs of labelled texts, and a head fitted on it.

Tunstall et al., "Efficient Few-Shot Learning Without Prompts" (2022). Texts of one category are
pulled together and others apart, until their cosine is 1 or 0. All pairs of a batch are used, which
for the same computing gives a batch of 32 texts 496 pairs where drawing pairs one by one gives 16.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from learner.encoder import encode, load_encoder
from learner.models.batching import pad, tokenize
from learner.models.device import best_device, half_precision
from learner.models.head import fit_head
from learner.models.protocol import check_labels
from learner.models.sentence_head import SentenceHead, with_encoder
from learner.models.steps import Steps
from learner.progress import Progress

BATCH = 32
ALIKE = 4  # texts of one category in a batch
STEPS = 60  # at least; from 1,920 labels on, one pass
RATE = 2e-5
WARM_UP = 0.1


def fit_setfit(
    texts: Sequence[str],
    labels: np.ndarray,
    categories: Sequence[str],
    encoder: str,
    seed: int,
    progress: Progress | None = None,
) -> SentenceHead:
    """Fit on N texts and category numbers (N,). The same seed gives the same weights on a CPU.

    With labels of a single category there are no pairs to tell apart: the encoder stays as it is.
    """
    check_labels(texts, labels, categories)
    torch.manual_seed(seed)
    model: Any = load_encoder(encoder)
    if len(np.unique(labels)) > 1:
        _tune(model, texts, labels, np.random.default_rng(seed), progress)
    head = fit_head(encode(model, texts), labels, len(categories))
    return with_encoder("setfit", categories, head, model)


def pair_batches(labels: np.ndarray, steps: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Row numbers for each step: some texts each of several categories, drawn category by category.

    Every category comes up equally often, and so does every text of a category.
    """
    decks = {int(label): _Deck(np.flatnonzero(labels == label), rng) for label in np.unique(labels)}
    kinds = _Deck(np.array(list(decks)), rng)
    groups = max(2, BATCH // ALIKE)
    return [
        np.concatenate([decks[kind].draw(ALIKE) for kind in kinds.draw(groups)])
        for _ in range(steps)
    ]


def pair_loss(vectors: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean squared distance of the cosines of all pairs of (N, D) from 1 (alike) or 0.

    The alike pairs weigh as much as all the others together.
    """
    units = nn.functional.normalize(vectors.float())
    cosines = units @ units.T
    alike = labels[:, None] == labels[None, :]
    pairs = torch.ones_like(alike).triu(1).bool()
    same, other = cosines[pairs & alike], cosines[pairs & ~alike]
    parts = [(1 - same).square(), other.square()]
    return sum((part.mean() for part in parts if len(part)), start=torch.zeros(()).to(vectors)) / 2


def _tune(
    model: Any,
    texts: Sequence[str],
    labels: np.ndarray,
    rng: np.random.Generator,
    progress: Progress | None,
) -> None:
    device = best_device()
    model.to(device).train()
    embeddings = getattr(model[0].auto_model, "embeddings", nn.Module())
    for parameter in embeddings.parameters():
        parameter.requires_grad_(False)
    steps = max(STEPS, -(-len(texts) // BATCH))
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.01)
    stepping = Steps(optimizer, steps, WARM_UP)
    tokens = tokenize(model.tokenizer, texts)
    for done, rows in enumerate(pair_batches(labels, steps, rng), start=1):
        inputs = pad([tokens[row] for row in rows], model.tokenizer, device)
        with half_precision(device):
            vectors = model(inputs)["sentence_embedding"]
        pair_loss(vectors, torch.tensor(labels[rows], device=device)).backward()
        stepping.take(trained)
        if progress is not None:
            progress(done, steps)
    model.eval()


class _Deck:
    """Draws in random order, and every card once before any comes again."""

    def __init__(self, cards: np.ndarray, rng: np.random.Generator) -> None:
        self._cards, self._rng = cards, rng
        self._left: list[int] = []

    def draw(self, count: int) -> list[int]:
        drawn: list[int] = []
        while len(drawn) < count:
            if not self._left:
                self._left = self._rng.permutation(self._cards).tolist()
            drawn.append(self._left.pop())
        return drawn
