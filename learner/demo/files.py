"""A file of inquiries to a CSV with decisions, in small portions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from labeling.inquiries import stream_texts
from learner.demo.results import SHOWN
from learner.progress import Progress
from learner.routing.output import write_csv
from learner.routing.router import Routed

PORTION = 64  # inquiries, after which somebody with a single one has a turn


@dataclass(frozen=True)
class RoutedFile:
    """How many inquiries a file has, how many go to the auto-responder, and its first ones."""

    found: int
    automated: int
    first: list[Routed]


def route_file(
    route: Callable[[Sequence[tuple[int, str]]], list[Routed]],
    source: Path,
    text_column: str | None,
    out: Path,
    progress: Progress,
) -> RoutedFile:
    """Write to `out` a row for each inquiry of `source`: `COLUMNS` of output.py and its text.

    Raises InputError for what cannot be read, before any inquiry is routed.
    """
    total = sum(1 for _ in stream_texts(str(source), text_column))
    first: list[Routed] = []
    automated = 0

    def watched() -> Iterator[Routed]:
        nonlocal automated
        done, texts = 0, stream_texts(str(source), text_column)
        while portion := list(islice(texts, PORTION)):
            for one in route(portion):
                automated += one.decision.to == "auto-responder"
                if len(first) < SHOWN:
                    first.append(one)
                yield one
            done += len(portion)
            progress(done, total)

    with out.open("w", encoding="utf-8-sig", newline="") as file:  # the mark that Excel needs
        write_csv(watched(), file, with_text=True)
    return RoutedFile(total, automated, first)
