"""Many annotators at once: the pace of people, as fast as it goes, and to the very end."""

from dataclasses import dataclass

from scripts.benches.annotators import Seen, hire, kept, work
from scripts.benches.inquiries import make_dataset, push, records, seed
from scripts.benches.servers import Place, run


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
        seen = work(server, dataset, crew, think_seconds, seconds, counts_too)
        return _load(seen, kept(server, dataset), seconds)


def to_the_end(place: Place, people: int, think_seconds: float, count: int) -> tuple[int, int]:
    """Let `people` answer until nothing is left: answers beyond one a record, and records left."""
    with run(place) as server:
        dataset = make_dataset(server)
        push(server, dataset, list(records(dataset, count, vectors=False)))
        work(server, str(dataset.id), hire(server, people), think_seconds)
        answers = kept(server, str(dataset.id))
    answered = len({record for record, _ in answers})
    return len(answers) - answered, count - answered


def _load(seen: Seen, answers: list[tuple[str, str]], seconds: float) -> Load:
    return Load(
        submits_a_second=len(seen.answered) / seconds,
        p50=seen.percentile("submit", 0.5),
        p95=seen.percentile("submit", 0.95),
        errors=sum(seen.errors.values()),
        lost=len(set(seen.answered) - set(answers)),
        doubled=len(answers) - len(set(answers)),
        extra=len(answers) - len({record for record, _ in answers}),
    )
