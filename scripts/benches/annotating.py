"""Many annotators at once: the pace of people, as fast as it goes, and to the very end."""

import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from scripts.benches.annotators import Seen, hire, kept, work
from scripts.benches.inquiries import make_dataset, push, records, seed
from scripts.benches.servers import Place, Server, run


@dataclass(frozen=True)
class Load:
    """How a server bore its annotators."""

    submits_a_second: float
    p50: float  # seconds
    p95: float
    errors: int
    lost: int  # acknowledged, and not there
    doubled: int  # there more than once for one annotator and record
    extra: int  # beyond what the record asks for
    memory: list[int]  # of the server, bytes, once a second

    def __str__(self) -> str:
        flaws = ", ".join(
            f"{number} {name}"
            for name in ("errors", "lost", "doubled", "extra")
            if (number := getattr(self, name))
        )
        return (
            f"{self.submits_a_second:.1f} submits/s, p50 {1000 * self.p50:.0f} ms, "
            f"p95 {1000 * self.p95:.0f} ms, {flaws or 'no error, none lost, doubled or extra'}"
        )

    @property
    def growth(self) -> str:
        """The server's memory: the median of the last third of the time against the first's."""
        third = len(self.memory) // 3
        first, last = (
            statistics.median(self.memory[:third]),
            statistics.median(self.memory[-third:]),
        )
        return f"{first / 2**20:.0f} MiB, then {last / 2**20:.0f} MiB ({last / first - 1:+.0%})"


def bear(
    place: Place,
    people: int,
    think_seconds: float,
    seconds: float,
    count: int,
    mended: bool = True,
    synchronous: str = "FULL",
    counts_too: bool = True,
) -> Load:
    """Let `people` answer for so many seconds in a fresh data set of `count` records."""
    dataset = seed(place, count)
    with run(place, mended, synchronous) as server:
        crew = hire(server, people)
        with _watched(server) as memory:
            seen = work(server, dataset, crew, think_seconds, seconds, counts_too)
        return _load(seen, kept(server, dataset), seconds, memory)


def to_the_end(place: Place, people: int, think_seconds: float, count: int) -> tuple[int, int]:
    """Let `people` answer until nothing is left: answers beyond one a record, and records left."""
    with run(place) as server:
        dataset = make_dataset(server)
        push(server, dataset, list(records(dataset, count, vectors=False)))
        work(server, str(dataset.id), hire(server, people), think_seconds)
        answers = kept(server, str(dataset.id))
    answered = len({record for record, _ in answers})
    return len(answers) - answered, count - answered


@contextmanager
def _watched(server: Server) -> Iterator[list[int]]:
    memory, done = [server.memory], threading.Event()

    def watch() -> None:
        while not done.wait(1):
            memory.append(server.memory)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield memory
    finally:
        done.set()
        thread.join()


def _load(seen: Seen, answers: list[tuple[str, str]], seconds: float, memory: list[int]) -> Load:
    return Load(
        submits_a_second=len(seen.answered) / seconds,
        p50=seen.percentile("submit", 0.5),
        p95=seen.percentile("submit", 0.95),
        errors=sum(seen.errors.values()),
        lost=len(set(seen.answered) - set(answers)),
        doubled=len(answers) - len(set(answers)),
        extra=len(answers) - len({record for record, _ in answers}),
        memory=memory,
    )
