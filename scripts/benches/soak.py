"""Twenty annotators for many minutes: whether memory, open files, database or rounds grow.

    python -m scripts.benches.soak [--minutes 10]

A campaign by `parity up` on a generated file. Twenty annotators answer over HTTP, each about every
two seconds, from this process. Once a second the loop and the server are looked at; the first third
of the time is set against the last (medians). Exit code 1 when the memory or the open files of
either have grown by more than a fifth.
"""

import argparse
import datetime
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from labeling.annotators import Script, hire, put_to_work
from labeling.embedded import read_credentials
from labeling.sample.generator import generate
from labeling.server.accounts.credentials import WORKSPACE
from labeling.workspace import connect
from learner.live.pool import kept_pool
from scripts.rehearsals import Seen, family, kill_everything, start

PEOPLE = 20
ANSWERS_A_MINUTE = 600  # at most: twenty people, two seconds an answer
GROWTH = 0.2
START_SECONDS = 600.0


@dataclass(frozen=True)
class Sample:
    """What was seen at one moment."""

    seconds: float
    answers: int
    database: int  # bytes, with what is not yet merged into it
    memory: dict[str, int]  # bytes, of loop and server
    handles: dict[str, int]


def processes(home: Path) -> dict[str, int]:
    """The loop and the server."""
    found = {}
    for process in family(home):
        words = Path(f"/proc/{process}/cmdline").read_text().split("\0")
        found["server" if "labeling.server" in words else "loop"] = process
    return found


def look(seen: Seen, roles: dict[str, int], began: float) -> Sample:
    """A sample of now."""
    page = os.sysconf("SC_PAGE_SIZE")
    return Sample(
        time.monotonic() - began,
        seen.journal("SELECT count(*) FROM answers")[0][0],
        sum(file.stat().st_size for file in seen.database.parent.glob(f"{seen.database.name}*")),
        {
            role: int(Path(f"/proc/{process}/statm").read_text().split()[1]) * page
            for role, process in roles.items()
        },
        {role: len(list(Path(f"/proc/{process}/fd").iterdir())) for role, process in roles.items()},
    )


def soak(folder: Path, minutes: float) -> tuple[list[Sample], list[tuple[float, float]]]:
    """Samples, a second apart, and the rounds: when each was seen, and the seconds it took."""
    rows = max(1_000, int(minutes * ANSWERS_A_MINUTE * 2))
    generate(rows, seed=5).to_csv(folder / "inquiries.csv", index=False)
    seen = Seen(folder / "home")
    start(
        *("up", "--data", folder / "inquiries.csv", "--home", seen.home, "--model", "head"),
        *("--until", rows),
        log=folder / "log",
    )
    deadline = time.monotonic() + START_SECONDS
    while not seen.journal("SELECT 1 FROM asked WHERE open"):
        if time.monotonic() > deadline:
            raise SystemExit(f"no inquiry was asked: {(folder / 'log').read_text()[-500:]}")
        time.sleep(0.5)
    credentials = read_credentials(seen.home)
    connection = connect(credentials.url, credentials.owner.api_key)
    (dataset,) = connection.request("GET", "me/datasets")["items"]
    truth = kept_pool(seen.home).set_index("id")["category"].to_dict()
    crew = hire(connection, WORKSPACE, PEOPLE)
    script = Script(truth, sorted(set(truth.values())), 0.0, 0)
    people = put_to_work(credentials.url, dataset["id"], crew, [script] * PEOPLE)
    roles, samples, began = processes(seen.home), [], time.monotonic()
    rounds: dict[int, tuple[float, float]] = {}
    try:
        while time.monotonic() - began < minutes * 60:
            time.sleep(1)
            people.check()
            samples.append(look(seen, roles, began))
            for number, seconds in seen.journal("SELECT round, seconds FROM rounds"):
                rounds.setdefault(number, (time.monotonic() - began, seconds))
    finally:
        people.stop()
    return samples, list(rounds.values())


def compared(
    samples: list[Sample], rounds: list[tuple[float, float]], minutes: float
) -> Iterator[tuple[str, float, float, bool]]:
    """What, median in the first third, median in the last, whether it has to stay as it is."""
    third = minutes * 20
    first = [each for each in samples if each.seconds < third]
    last = [each for each in samples if each.seconds >= 2 * third]
    for role in first[0].memory:
        memory = [median(each.memory[role] for each in part) / 2**20 for part in (first, last)]
        yield f"memory of the {role}, MiB", memory[0], memory[1], True
        handles = [float(median(each.handles[role] for each in part)) for part in (first, last)]
        yield f"open files of the {role}", handles[0], handles[1], True
    pace = [
        (part[-1].answers - part[0].answers) / (part[-1].seconds - part[0].seconds)
        for part in (first, last)
    ]
    yield "answers a second", pace[0], pace[1], False
    sizes = [part[-1].database / max(1, part[-1].answers) / 1024 for part in (first, last)]
    yield "database, KiB an answer", sizes[0], sizes[1], False
    times = [
        [seconds for then, seconds in rounds if then < third],
        [seconds for then, seconds in rounds if then >= 2 * third],
    ]
    if all(times):
        yield "a round, seconds", median(times[0]), median(times[1]), False


def main() -> None:
    """Soak, and print a table."""
    parser = argparse.ArgumentParser(prog="scripts/bench soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    minutes = parser.parse_args().minutes
    print(f"{datetime.date.today()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", end="")
    with TemporaryDirectory(prefix="parity-soak-") as name:
        try:
            samples, rounds = soak(Path(name), minutes)
        finally:
            kill_everything(Path(name))
    print(f", {PEOPLE} annotators, {minutes:g} minutes, {samples[-1].answers:,} answers\n")
    print("| what | first third | last third | growth |\n| --- | --- | --- | --- |")
    has_grown = False
    for what, before, after, stays in compared(samples, rounds, minutes):
        growth = after / before - 1 if before else 0.0
        is_breach = stays and growth > GROWTH
        has_grown |= is_breach
        mark = " (too much)" if is_breach else ""
        print(f"| {what} | {before:.2f} | {after:.2f} | {growth:+.0%}{mark} |")
    sys.exit(has_grown)


if __name__ == "__main__":
    main()
