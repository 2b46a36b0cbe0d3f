"""`parity predict`: a saved model's categories for texts, or for a file of any size."""

import csv
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TextIO, TypeVar

import numpy as np

from learner.models.protocol import Model

CHUNK = 4096  # inquiries that are sorted by length together
FIRST_CHUNK = 256  # so that something is seen soon
TOP = 3
SECONDS = 5.0

Item = TypeVar("Item")


@dataclass(frozen=True)
class Prediction:
    """What the model says of one inquiry: its best categories with their scores, best first."""

    row: int
    text: str
    top: list[tuple[str, float]]


def predictions(model: Model, inquiries: Iterable[tuple[int, str]]) -> Iterator[Prediction]:
    """Yield a prediction for each (row, text), in their order, a chunk in memory at a time."""
    source, size = iter(inquiries), FIRST_CHUNK
    while chunk := list(islice(source, size)):
        size = CHUNK
        proba = model.probabilities([text for _, text in chunk])
        order = np.argsort(-proba, axis=1, kind="stable")[:, :TOP]
        for (row, text), scores, best in zip(chunk, proba, order, strict=True):
            top = [(model.categories[number], float(scores[number])) for number in best]
            yield Prediction(row, text, top)


def write_csv(found: Iterable[Prediction], out: TextIO, with_text: bool) -> None:
    """Write a header, then a line an inquiry: its row, perhaps its text, the top categories."""
    writer = csv.writer(out, lineterminator="\n")
    ranks = ["", *(f"_{rank}" for rank in range(2, TOP + 1))]
    names = [f"{name}{rank}" for rank in ranks for name in ("category", "score")]
    writer.writerow(["row", *(["text"] if with_text else []), *names])
    for one in found:
        cells = [cell for category, score in one.top for cell in (category, f"{score:.6f}")]
        cells += [""] * (2 * TOP - len(cells))
        writer.writerow([one.row, *([one.text] if with_text else []), *cells])


def write_json(found: Iterable[Prediction], out: TextIO, with_text: bool) -> None:
    """Write a JSON object a line: row, perhaps text, category, score, top."""
    for one in found:
        category, score = one.top[0]
        item = {
            "row": one.row,
            **({"text": one.text} if with_text else {}),
            "category": category,
            "score": round(score, 6),
            "top": [{"category": name, "score": round(value, 6)} for name, value in one.top],
        }
        out.write(json.dumps(item, ensure_ascii=False) + "\n")


def counted(found: Iterable[Item], say: Callable[[str], None]) -> Iterator[Item]:
    """Pass what was predicted on; say how many and how fast, at most once in five seconds."""
    began = last = time.monotonic()
    for number, one in enumerate(found, start=1):
        yield one
        is_chunk_done = number >= FIRST_CHUNK and (number - FIRST_CHUNK) % CHUNK == 0
        if is_chunk_done and time.monotonic() - last >= SECONDS:  # within one, the rate is wrong
            last = time.monotonic()
            say(f"predicted {number:,} inquiries, {number / (last - began):,.0f} a second")
