"""Measure the embedded server and print a table: `scripts/bench [--quick] [GROUP…]`."""

import argparse
import datetime
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.benches import annotating, browser, pushing, reading, searching, starting
from scripts.benches.servers import Place, run
from tests.postgresql import cluster, new_database


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    pushed: int
    pushed_stock: int
    answers: int
    records: int
    searched: int
    seconds: float
    last: int  # records that are answered to the very end
    lasting: float  # seconds


FULL = Sizes(10_000, 2_000, 10_000, 20_000, 100_000, 60, 1_000, 600)
QUICK = Sizes(2_000, 500, 2_000, 4_000, 10_000, 15, 150, 30)

Row = tuple[str, str, str]  # what, the figure to reach, what was measured
Places = Callable[[], list[Place]]


def measure_starting(_sizes: Sizes, places: Places) -> Iterator[Row]:
    """Cold start against the import, three times each in turn; the best counts."""
    pairs = []
    for _ in range(3):
        alone = starting.import_alone(places()[0])
        pairs.append((alone, starting.cold_start(places()[0])))
    alone, cold = (min(seconds) for seconds in zip(*pairs, strict=True))
    measured = f"{cold:.1f} s, {cold / alone:.2f} x {alone:.1f} s"
    yield "cold start to the login page, new database", "≤ 1.5 x importing the server", measured


def measure_pushing(sizes: Sizes, places: Places) -> Iterator[Row]:
    """Ours and the stock client on the unmended server, on each database."""
    for mended, unmended in zip(places(), places(), strict=True):
        with run(unmended, mended=False) as server:
            stock = pushing.stock_client(server, sizes.pushed_stock)
        with run(mended) as server:
            pushed, withdrawn = pushing.ours(server, sizes.pushed)
            same_client = pushing.stock_client(server, sizes.pushed_stock)
        what = f"pushing {sizes.pushed:,} records with a vector, {mended.name}"
        measured = (
            f"{pushed:.0f}/s, {pushed / stock:.0f} x {stock:.0f}/s "
            f"(stock client on the mended server: {same_client:.0f}/s)"
        )
        yield what, "≥ 8 x stock client, unmended server", measured
        yield f"withdrawing {sizes.pushed:,}, {mended.name}", "reported", f"{withdrawn:.0f}/s"


def measure_reading(sizes: Sizes, places: Places) -> Iterator[Row]:
    """Looks for what is new."""
    for place in places():
        nothing, some = reading.looks(place, sizes.answers)
        what = f"a look, {sizes.answers:,} answers there, nothing new / 50 new, {place.name}"
        yield what, "< 20 ms / < 50 ms", f"{1000 * nothing:.0f} ms / {1000 * some:.0f} ms"


def measure_browser(sizes: Sizes, places: Places) -> Iterator[Row]:
    """In Chromium, SQLite."""
    seconds = browser.next_record(places()[0], sizes.records)
    what = f"next record after submit, Chromium, {sizes.records:,} records"
    yield what, "median < 300 ms", f"{1000 * seconds:.0f} ms"


def measure_annotating(sizes: Sizes, places: Places) -> Iterator[Row]:
    """Fifty people at their pace."""
    goals = ["no error, none lost or doubled, p95 < 1 s", "no error, p95 < 500 ms"]
    for place, goal in zip(places(), goals, strict=True):
        load = annotating.bear(place, 50, 3, sizes.seconds, sizes.records)
        what = f"50 annotators, an answer every 3 s, {sizes.seconds:.0f} s, {place.name}"
        yield what, goal, str(load)


def measure_lasting(sizes: Sizes, places: Places) -> Iterator[Row]:
    """Fifty people at their pace for ten minutes, PostgreSQL."""
    place = places()[1]
    load = annotating.bear(place, 50, 3, sizes.lasting, sizes.records)
    what = f"50 annotators, an answer every 3 s, {sizes.lasting:.0f} s, {place.name}"
    yield what, "no error, p95 < 500 ms, memory level", f"{load}; memory {load.growth}"


def measure_throughput(sizes: Sizes, places: Places) -> Iterator[Row]:
    """Fifteen clients without a pause, against the unmended server; what durability costs."""
    loads = {}
    for synchronous in ("FULL", "NORMAL"):
        for mended in (True, False) if synchronous == "FULL" else (True,):
            for place in places() if synchronous == "FULL" else places()[:1]:
                loads[synchronous, place.name, mended] = annotating.bear(
                    place, 15, 0, sizes.seconds / 2, sizes.records, mended, synchronous, False
                )
    for name in ("SQLite", "PostgreSQL"):
        ours, theirs = loads["FULL", name, True], loads["FULL", name, False]
        ratio = ours.submits_a_second / theirs.submits_a_second
        what = f"15 clients without pause, {name}"
        yield what, "≥ 3 x unmended server, no error", f"{ratio:.1f} x: {ours}; unmended: {theirs}"
    for synchronous in ("FULL", "NORMAL"):
        what = f"the same, SQLite, synchronous = {synchronous}"
        yield what, "reported", str(loads[synchronous, "SQLite", True])


def measure_ending(sizes: Sizes, places: Places) -> Iterator[Row]:
    """Answers that nobody asked for."""
    for place in places():
        extra, left = annotating.to_the_end(place, 15, 3, sizes.last)
        what = f"15 annotators, 3 s think time, {sizes.last:,} records to the end, {place.name}"
        measured = f"{extra} extra ({extra / sizes.last:.1%}), {left} left over"
        yield what, "extra answers < 0.5 %", measured


def measure_searching(sizes: Sizes, places: Places) -> Iterator[Row]:
    """Queries, and memory after them."""
    for place in places():
        p95, slowest, memory = searching.search(place, sizes.searched)
        what = f"search, filter, sort, {sizes.searched:,} records, {place.name}"
        yield what, "p95 < 300 ms", f"{1000 * p95:.0f} ms (slowest: {slowest})"
        what = f"memory of the server, {sizes.searched:,} records, {place.name}"
        yield what, "< 1 GiB", f"{memory / 2**20:.0f} MiB"


GROUPS = {
    "starting": measure_starting,
    "pushing": measure_pushing,
    "reading": measure_reading,
    "browser": measure_browser,
    "annotating": measure_annotating,
    "lasting": measure_lasting,
    "throughput": measure_throughput,
    "ending": measure_ending,
    "searching": measure_searching,
}


def main() -> None:
    """Print the machine and the date, then a row for each figure as soon as it is known."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes, some minutes")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=" ".join(GROUPS))
    arguments = parser.parse_args()
    for name in arguments.groups:
        if name not in GROUPS:
            parser.error(f"no group {name!r}: choose from {', '.join(GROUPS)}")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(
        f"{datetime.date.today()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"Python {platform.python_version()}, load before: {os.getloadavg()[0]:.1f}\n"
    )
    print("| what | figure to reach | measured |\n| --- | --- | --- |", flush=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="parity-bench-")))
        base_url = stack.enter_context(cluster(folder / "postgresql"))
        homes = (folder / f"home-{number}" for number in range(1_000))

        def places() -> list[Place]:
            return [Place(next(homes)), Place(next(homes), new_database(base_url))]

        for name in arguments.groups or GROUPS:
            for row in GROUPS[name](QUICK if arguments.quick else FULL, places):
                print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
