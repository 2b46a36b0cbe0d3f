"""How long the next batch takes, and how much memory, by the size of the pool.

    python -m scripts.benches.scale [--sizes 20000,100000,1000000] [--strategies NAME,…]
    python -m scripts.benches.scale --cached [--sizes …]

Pools are random unit vectors about their categories' centres, in a file that is memory-mapped. With
`--cached` it is measured instead how embeddings, random ones, come from the cache into such a file,
as at every start of a campaign. Each measurement is a process of its own; memory is its greatest
private part (RssAnon), so the file's pages, which the system may drop, do not count. Linux only.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from learner.asking.neighbours import neighbour_graph
from learner.asking.rounds import Selection, next_batch
from learner.defaults import BATCH_SIZE, INITIAL, STRATEGY
from learner.encoder import embed, fill_cache

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
    seconds = []
    with _watched() as memory:
        for number in range(ROUNDS):
            began = time.monotonic()
            batch = next_batch(
                pool, labels, askable, kinds, selection, number, graph, 2 * BATCH_SIZE
            )
            seconds.append(time.monotonic() - began)
            rows = [choice.row for choice in batch.choices]
            labels[rows] = np.array(rows) % kinds
    print(f"{np.median(seconds):.2f} {memory[0]:.0f} {max(memory):.0f}")


def fill(size: int) -> None:
    """Put random unit vectors for so many inquiries into the cache."""
    rng = np.random.default_rng(0)

    def drawn(texts: Sequence[str], _: str) -> Iterator[tuple[Sequence[int], np.ndarray]]:
        for start in range(0, len(texts), CHUNK):
            rows = range(start, min(start + CHUNK, len(texts)))
            points = rng.standard_normal((len(rows), DIMENSIONS), dtype=np.float32)
            yield rows, points / np.linalg.norm(points, axis=1, keepdims=True)

    fill_cache(_texts(size), encode_rows=drawn)


def measure_cached(size: int) -> None:
    """Print the seconds until the embeddings can be used, and the memory in MiB as `measure`."""
    texts = _texts(size)
    with _watched() as memory:
        began = time.monotonic()
        vectors = embed(texts)
        seconds = time.monotonic() - began
    assert vectors.shape == (size, DIMENSIONS)
    print(f"{seconds:.1f} {memory[0]:.0f} {max(memory):.0f}")


def _texts(size: int) -> list[str]:
    return [f"where is my order number {number}" for number in range(size)]


@contextmanager
def _watched() -> Iterator[list[float]]:
    """The private memory in MiB before and, again and again, during what is done."""
    most, stop = [_private()], threading.Event()
    watcher = threading.Thread(target=_watch, args=(most, stop), daemon=True)
    watcher.start()
    yield most
    stop.set()
    watcher.join()


def _watch(most: list[float], stop: threading.Event) -> None:
    while not stop.wait(0.005):
        most.append(_private())


def _private() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every size, rounds with 27 and 77 categories, and print a row for each."""
    parser = argparse.ArgumentParser(prog=f"python -m {MODULE}", description=__doc__)
    parser.add_argument("--sizes", default="20000,100000,1000000")
    parser.add_argument("--strategies", default=STRATEGY)
    parser.add_argument("--kinds", default="27,77", help="numbers of categories")
    parser.add_argument("--cached", action="store_true", help="embeddings from the cache")
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        if options.one and options.cached:
            measure_cached(int(options.one[0]))
        elif options.one:
            path, kinds, strategy = options.one
            measure(Path(path), int(kinds), strategy)
        elif options.cached:
            os.environ["PARITY_CACHE"] = folder
            _cached(sizes)
        else:
            kinds = [int(number) for number in options.kinds.split(",")]
            _rounds(Path(folder) / "pool.npy", sizes, kinds, options.strategies.split(","))


def _rounds(path: Path, sizes: list[int], kinds: list[int], strategies: list[str]) -> None:
    print("inquiries  categories  strategy                  s/round  MiB before  MiB most")
    for size in sizes:
        for number in kinds:
            make_pool(path, size, number)
            for strategy in strategies:
                seconds, before, most = _one(str(path), str(number), strategy)
                print(
                    f"{size:>9,}  {number:>10}  {strategy:24}  {seconds:>7}  {before:>10}  "
                    f"{most:>8}",
                    flush=True,
                )


def _cached(sizes: list[int]) -> None:
    print("inquiries  seconds  MiB before  MiB most")
    for size in sizes:
        fill(size)
        seconds, before, most = _one(str(size), "--cached")
        print(f"{size:>9,}  {seconds:>7}  {before:>10}  {most:>8}", flush=True)


def _one(*arguments: str) -> list[str]:
    """What a measurement in a process of its own prints."""
    command = [sys.executable, "-m", MODULE, "--one", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.split()


if __name__ == "__main__":
    main()
