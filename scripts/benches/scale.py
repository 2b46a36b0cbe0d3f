"""How long the next batch takes, and how much memory, by the size of the pool.

    python -m scripts.benches.scale [--sizes 20000,100000,1000000] [--strategies NAME,…]

Pools are random unit vectors about their categories' centres, in a file that is memory-mapped. Each
measurement is a process of its own; memory is its greatest private part (RssAnon), so the file's
pages, which the system may drop, do not count. Linux only.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from learner.asking.neighbours import neighbour_graph
from learner.asking.rounds import Selection, next_batch
from learner.defaults import BATCH_SIZE, INITIAL, STRATEGY

DIMENSIONS = 384
LABELS = 300
ROUNDS = 5
CHUNK = 50_000
MODULE = "scripts.benches.scale"


def make_pool(path: Path, size: int, kinds: int) -> None:
    """Write unit vectors (size, DIMENSIONS); row i is of category i modulo `kinds`."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((kinds, DIMENSIONS))
    pool = np.lib.format.open_memmap(path, "w+", np.float32, (size, DIMENSIONS))
    for start in range(0, size, CHUNK):
        rows = np.arange(start, min(start + CHUNK, size))
        points = centres[rows % kinds] + 2.0 * rng.standard_normal((len(rows), DIMENSIONS))
        pool[rows] = points / np.linalg.norm(points, axis=1, keepdims=True)
    pool.flush()


def measure(path: Path, kinds: int, strategy: str) -> None:
    """Print the median seconds of a round and the greatest memory in MiB, before and in rounds."""
    pool = np.load(path, mmap_mode="r")
    labels = np.full(len(pool), -1)
    chosen = np.random.default_rng(1).choice(len(pool), LABELS, replace=False)
    labels[chosen] = chosen % kinds
    askable = np.ones(len(pool), dtype=bool)
    graph = neighbour_graph(pool)
    selection = Selection(strategy, BATCH_SIZE, INITIAL, 0)
    before = _private()
    most, stop = [before], threading.Event()
    watcher = threading.Thread(target=_watch, args=(most, stop), daemon=True)
    watcher.start()
    seconds = []
    for number in range(ROUNDS):
        began = time.monotonic()
        batch = next_batch(pool, labels, askable, kinds, selection, number, graph, 2 * BATCH_SIZE)
        seconds.append(time.monotonic() - began)
        rows = [choice.row for choice in batch.choices]
        labels[rows] = np.array(rows) % kinds
    stop.set()
    watcher.join()
    print(f"{np.median(seconds):.2f} {before:.0f} {max(most):.0f}")


def _watch(most: list[float], stop: threading.Event) -> None:
    while not stop.wait(0.005):
        most.append(_private())


def _private() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every size with 27 and 77 categories, and print a row for each."""
    parser = argparse.ArgumentParser(prog=f"python -m {MODULE}", description=__doc__)
    parser.add_argument("--sizes", default="20000,100000,1000000")
    parser.add_argument("--strategies", default=STRATEGY)
    parser.add_argument("--kinds", default="27,77", help="numbers of categories")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        path, kinds, strategy = options.one
        measure(Path(path), int(kinds), strategy)
        return
    print("inquiries  categories  strategy                  s/round  MiB before  MiB most")
    with tempfile.TemporaryDirectory() as folder:
        for size in map(int, options.sizes.split(",")):
            for kinds in map(int, options.kinds.split(",")):
                path = Path(folder) / "pool.npy"
                make_pool(path, size, kinds)
                for strategy in options.strategies.split(","):
                    one = [str(path), str(kinds), strategy]
                    command = [sys.executable, "-m", MODULE, "--one", *one]
                    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
                    seconds, before, most = done.stdout.split()
                    print(
                        f"{size:>9,}  {kinds:>10}  {strategy:24}  {seconds:>7}  {before:>10}  "
                        f"{most:>8}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
