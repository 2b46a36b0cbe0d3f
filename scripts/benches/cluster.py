"""How much sooner a Ray cluster of two nodes has encoded inquiries than one of a single node.

    python -m scripts.benches.cluster [--inquiries 20000]

Nodes have one core each and are on this machine, which needs two free ones. The sample's inquiries
are numbered, so that all are different. Seconds are from the call to the last embedding, with the
start of the workers and the loading of the encoder; a second call, on workers that are there, is
measured as well. The cache is another one each time.
"""

import argparse
import os
import time
from tempfile import TemporaryDirectory

from labeling.inquiries import read_inquiries
from learner import cluster
from learner.encoder import embed
from scripts.ray_nodes import nodes


def measure(texts: list[str], count: int) -> tuple[float, float]:
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


def main() -> None:
    """Print a row for each number of nodes, and the ratios."""
    parser = argparse.ArgumentParser(prog="scripts/bench cluster", description=__doc__)
    parser.add_argument("--inquiries", type=int, default=20_000)
    wanted = parser.parse_args().inquiries
    sample = read_inquiries("sample").table["text"].tolist()
    texts = [f"{sample[number % len(sample)]} {number}" for number in range(wanted)]
    print(f"{len(texts):,} inquiries\nnodes  first call, s  second call, s", flush=True)
    found = []
    for count in (1, 2):
        found.append(measure(texts, count))
        print(f"{count:>5}  {found[-1][0]:>13.1f}  {found[-1][1]:>14.1f}", flush=True)
    ratios = [one / two for one, two in zip(*found, strict=True)]
    print(f"ratio  {ratios[0]:>13.2f}  {ratios[1]:>14.2f}")


if __name__ == "__main__":
    main()
