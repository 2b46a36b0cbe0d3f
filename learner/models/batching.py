"""Texts to batches of tokens: similar lengths together, padded to the longest and no further."""

from collections.abc import Sequence

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

MAX_TOKENS = 256  # what is beyond is cut off
PREDICT_BATCH = 64
WINDOW = 20  # batches that are sorted by length together


def tokenize(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]) -> list[list[int]]:
    """Token numbers of N texts, at most `MAX_TOKENS` each."""
    limit = min(MAX_TOKENS, tokenizer.model_max_length)
    return (
        tokenizer(list(texts), truncation=True, max_length=limit)["input_ids"] if len(texts) else []
    )


def pad(
    tokens: Sequence[list[int]], tokenizer: PreTrainedTokenizerBase, device: torch.device
) -> dict[str, torch.Tensor]:
    """The inputs of a transformer, (N, longest)."""
    longest = max(len(ids) for ids in tokens)
    padding = int(tokenizer.pad_token_id or 0)
    ids = np.full((len(tokens), longest), padding, dtype=np.int64)
    mask = np.zeros((len(tokens), longest), dtype=np.int64)
    for row, one in enumerate(tokens):
        ids[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return {
        "input_ids": torch.from_numpy(ids).to(device),
        "attention_mask": torch.from_numpy(mask).to(device),
    }


def shortest_first(tokens: Sequence[list[int]]) -> list[np.ndarray]:
    """Row numbers in batches for prediction."""
    order = np.argsort([len(ids) for ids in tokens], kind="stable")
    return [order[i : i + PREDICT_BATCH] for i in range(0, len(order), PREDICT_BATCH)]


def batches_by_length(
    lengths: Sequence[int], size: int, rng: np.random.Generator
) -> list[np.ndarray]:
    """Row numbers in batches of `size`, similar lengths together, the batches in random order."""
    order = rng.permutation(len(lengths))
    window = size * WINDOW
    batches = []
    for start in range(0, len(order), window):
        rows = order[start : start + window]
        rows = rows[np.argsort(np.take(lengths, rows), kind="stable")]
        batches += [rows[i : i + size] for i in range(0, len(rows), size)]
    return [batches[i] for i in rng.permutation(len(batches))]
