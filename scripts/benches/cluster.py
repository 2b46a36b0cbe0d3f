"""How much sooner a Ray cluster of two nodes has encoded and fine-tuned than one of a single node.

    python -m scripts.benches.cluster [--inquiries 20000] [--labels 1000]

Nodes have one core each and are on this machine, which needs two free ones. The sample's inquiries
are numbered, so that all are different. Seconds of encoding are from the call to the last
embedding, with the start of the workers and the loading of the encoder; a second call, on workers
that are there, is measured as well. The cache is another one each time. Of a fit of the packaged
encoder on the sample's first labels, they are from the call to the model, and from its first step
to its last.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from labeling.inquiries import read_inquiries
from learner import cluster
from learner.encoder import embed, encoder_path
from learner.fitting import on_cluster
from scripts.ray_nodes import nodes


def encoding(texts: list[str], count: int) -> tuple[float, float]:
    """Seconds that `count` nodes take for the first call, and for one after that."""
    seconds = []
    with nodes(count) as made, cluster.joined(made.address):
        for _ in range(2):
            with TemporaryDirectory() as folder:
                os.environ["PARITY_CACHE"] = folder
                began = time.monotonic()
                embed(texts, encode_rows=cluster.encode_rows)
                seconds.append(time.monotonic() - began)
    return seconds[0], seconds[1]


def fitting(table: pd.DataFrame, count: int) -> tuple[float, float]:
    """Seconds that a worker on each of `count` nodes takes for a fit, and for its steps."""
    names = sorted(table["category"].unique())
    labels = table["category"].map(names.index).to_numpy()
    with nodes(count) as made, cluster.joined(made.address), TemporaryDirectory() as folder:
        log = Path(folder) / "steps"

        def note(done: int, of: int) -> None:
            if done in (1, of):
                with log.open("a") as lines:
                    lines.write(f"{time.monotonic()}\n")

        began = time.monotonic()
        texts = table["text"].tolist()
        on_cluster.fine_tune(encoder_path(), texts, labels, names, 0, progress=note)
        ended = time.monotonic()
        first, last = map(float, log.read_text().split())
    return ended - began, last - first


def compare(
    title: str, columns: tuple[str, str], measure: Callable[[int], tuple[float, float]]
) -> None:
    """Print a row for each number of nodes, and the ratios."""
    print(f"{title}\nnodes  {columns[0]:>15}  {columns[1]:>15}", flush=True)
    found = []
    for count in (1, 2):
        found.append(measure(count))
        print(f"{count:>5}  {found[-1][0]:>15.1f}  {found[-1][1]:>15.1f}", flush=True)
    ratios = [one / two for one, two in zip(*found, strict=True)]
    print(f"ratio  {ratios[0]:>15.2f}  {ratios[1]:>15.2f}")


def main() -> None:
    """Print what encoding takes, and what a fit takes; 0 leaves one of them out."""
    parser = argparse.ArgumentParser(prog="scripts/bench cluster", description=__doc__)
    parser.add_argument("--inquiries", type=int, default=20_000)
    parser.add_argument("--labels", type=int, default=1_000)
    wanted = parser.parse_args()
    sample = read_inquiries("sample").table
    if wanted.inquiries:
        given = [sample["text"][number % len(sample)] for number in range(wanted.inquiries)]
        texts = [f"{text} {number}" for number, text in enumerate(given)]
        columns = ("first call, s", "second call, s")
        compare(f"{len(texts):,} inquiries", columns, lambda count: encoding(texts, count))
    if wanted.labels:
        labelled = sample[: wanted.labels]
        columns = ("a fit, s", "its steps, s")
        compare(f"{len(labelled):,} labels", columns, lambda count: fitting(labelled, count))


if __name__ == "__main__":
    main()
