"""Rounds of Parity beside rounds of small-text's own learner, which fine-tunes the same encoder.

    python -m scripts.benches.small_text SOURCE [--text-column C] [--label-column C] [--rounds 5]

One pool of 3,000 inquiries and one set of 1,000 to measure on. small-text as its guide sets it up:
`PoolBasedActiveLearner`, transformer classifier with its defaults, `BreakingTies`, begun with a
random sample. Parity: its default strategy and head. A round is from the answers to one batch to
the next batch being chosen; encoding the pool, which Parity does once, is said apart.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from small_text import (
    BreakingTies,
    PoolBasedActiveLearner,
    TransformerBasedClassificationFactory,
    TransformerModelArguments,
    TransformersDataset,
)
from transformers import AutoTokenizer

from labeling.inquiries import split
from learner.asking.neighbours import neighbour_graph
from learner.asking.rounds import Selection, rehearse
from learner.defaults import STRATEGY
from learner.encoder import embed, encoder_path
from learner.lab.field import read_labelled
from learner.progress import hush_libraries

POOL, TEST = 3_000, 1_000
FIRST, BATCH = 100, 20
MAX_LENGTH = 60  # tokens, as in small-text's example; it pads all texts to it

Look = tuple[int, float, float]  # labels, accuracy, seconds of the round


def theirs(
    pool: pd.DataFrame, test: pd.DataFrame, kinds: int, rounds: int, seed: int
) -> Iterator[Look]:
    """small-text's learner on tables of text and number; a look after each round."""
    np.random.seed(seed)  # small-text draws from the global generator
    model = encoder_path()
    tokenizer = AutoTokenizer.from_pretrained(model)

    def dataset(table: pd.DataFrame) -> TransformersDataset:
        return TransformersDataset.from_arrays(
            table["text"].tolist(),
            table["number"].to_numpy(),
            tokenizer,
            target_labels=np.arange(kinds),
            max_length=MAX_LENGTH,
        )

    with TemporaryDirectory() as cache:
        factory = TransformerBasedClassificationFactory(
            TransformerModelArguments(model),
            kinds,
            classification_kwargs={"cache_dir": cache},
        )
        inquiries, measured = dataset(pool), dataset(test)
        learner = PoolBasedActiveLearner(factory, BreakingTies(), inquiries)
        first = np.random.default_rng(seed).choice(len(pool), FIRST, replace=False)
        numbers = pool["number"].to_numpy()
        learner.initialize(first)
        asked, seconds = learner.query(BATCH), float("nan")
        for number in range(rounds + 1):
            if number:
                began = time.monotonic()
                learner.update(numbers[asked])
                asked = learner.query(BATCH)
                seconds = time.monotonic() - began
            right = learner.classifier.predict(measured) == test["number"].to_numpy()
            yield FIRST + number * BATCH, float(right.mean()), seconds


def ours(
    pool: pd.DataFrame, test: pd.DataFrame, kinds: int, rounds: int, seed: int
) -> Iterator[Look]:
    """Parity's rounds on the same tables, measured at the same numbers of labels."""
    vectors, points = embed(pool["text"].tolist()), embed(test["text"].tolist())
    truth, graph = pool["number"].to_numpy(), neighbour_graph(vectors)
    selection = Selection(STRATEGY, BATCH, FIRST, seed)
    budget = FIRST + rounds * BATCH
    for played in rehearse(vectors, truth, kinds, selection, budget, graph):
        if played.batch.head is not None:
            said = played.batch.head.probabilities(points).argmax(axis=1)
            accuracy = float(np.mean(said == test["number"]))
            yield len(played.known), accuracy, played.seconds


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each number of labels."""
    parser = argparse.ArgumentParser(prog="scripts/bench small-text", description=__doc__)
    parser.add_argument("source", metavar="SOURCE", help="labelled inquiries")
    parser.add_argument("--text-column")
    parser.add_argument("--label-column")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    hush_libraries()
    read = read_labelled(options.source, None, options.text_column, options.label_column, print)
    table = read.data.assign(number=pd.factorize(read.data["category"], sort=True)[0])
    kinds = int(table["number"].max()) + 1
    pool, test = split(table, options.seed, TEST)
    pool = pool.sample(min(POOL, len(pool)), random_state=options.seed, ignore_index=True)
    began = time.monotonic()
    embed([*pool["text"], *test["text"]])
    print(f"pool {len(pool):,}, {kinds} categories, test {len(test):,}; texts encoded in "
          f"{time.monotonic() - began:.0f} s (0 where they are kept)")  # fmt: skip
    print("labels  Parity: accuracy  s/round  small-text: accuracy  s/round  ratio", flush=True)
    mine = {labels: look for labels, *look in ours(pool, test, kinds, options.rounds, options.seed)}
    for labels, accuracy, seconds in theirs(pool, test, kinds, options.rounds, options.seed):
        own, own_seconds = mine[labels]
        print(
            f"{labels:>6}  {own:>16.4f}  {own_seconds:>7.2f}  {accuracy:>20.4f}  {seconds:>7.1f}  "
            f"{seconds / own_seconds:>5.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
