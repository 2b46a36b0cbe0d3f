"""Labelled inquiries to experiment on: read, pool and test kept apart, embedded."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from labeling.errors import InputError
from labeling.inquiries import (
    Inquiries,
    keep_apart,
    merge_duplicates,
    read_inquiries,
    set_aside_rare,
    split,
)
from learner.asking.neighbours import neighbour_graph
from learner.encoder import EncodeRows, embed, encode_here, fill_cache
from learner.progress import Say, spoken


@dataclass(frozen=True)
class Labelled:
    """Merged tables of labelled inquiries; `test` is None where it is to be drawn from `data`.

    `metadata` is what else is known of the inquiries that can be tests, indexed by id.
    """

    data: pd.DataFrame
    test: pd.DataFrame | None
    metadata: pd.DataFrame


@dataclass(frozen=True)
class Field:
    """Labelled inquiries to experiment on.

    `pool` (N, D) and `test` (M, D) are embeddings, `labels` (N,) and `truth` (M,) category numbers;
    `test_metadata` has a row for each test inquiry: its flags, and the source's other columns.
    """

    categories: tuple[str, ...]
    pool_texts: list[str]
    pool: np.ndarray
    labels: np.ndarray
    test_texts: list[str]
    test: np.ndarray
    truth: np.ndarray
    test_metadata: pd.DataFrame

    @cached_property
    def graph(self) -> csr_matrix:
        """Who is alike in the pool."""
        return neighbour_graph(self.pool)


def read_labelled(
    data: str, test: str | None, text_column: str | None, label_column: str | None, say: Say
) -> Labelled:
    """Read SOURCEs for an experiment; unlabelled inquiries and rare categories are left out.

    Raises InputError where there are no labels, or test inquiries of a category unknown to `data`.
    """
    found = [
        _read(source, text_column, label_column, say)
        for source in (data, test)
        if source is not None
    ]
    merged = [merge_duplicates(one.table[one.table["category"].notna()]) for one in found]
    rest, aside = set_aside_rare(merged[0])
    if aside:
        say(aside)
    if test is None:
        return Labelled(rest, None, found[0].metadata)
    unknown = sorted(set(merged[1]["category"]) - set(rest["category"]))
    if unknown:
        raise InputError(f"{test}: category {unknown[0]!r} does not occur in {data}")
    return Labelled(keep_apart(rest, merged[1]), merged[1], found[1].metadata)


def encode_all(
    labelled: Labelled, encoder: str, say: Say, encode_rows: EncodeRows = encode_here
) -> None:
    """Put the embeddings of all inquiries into the cache."""
    tables = [labelled.data] if labelled.test is None else [labelled.data, labelled.test]
    texts = [text for table in tables for text in table["text"]]
    say(f"encoding {len(texts):,} inquiries (kept: each is encoded once)")
    fill_cache(texts, encoder, spoken(say, "encoded"), encode_rows)


def lay_out(labelled: Labelled, encoder: str, seed: int) -> Field:
    """Pool and test with their embeddings; the seed draws the test unless it was given."""
    pool, test = labelled.data, labelled.test
    if test is None:
        pool, test = split(labelled.data, seed)
    categories = tuple(sorted({*pool["category"], *test["category"]}))
    numbers = {category: number for number, category in enumerate(categories)}
    pool_texts, test_texts = pool["text"].tolist(), test["text"].tolist()
    vectors = embed([*pool_texts, *test_texts], encoder)
    metadata = labelled.metadata.loc[test["id"]].reset_index(drop=True)
    return Field(
        categories=categories,
        pool_texts=pool_texts,
        pool=vectors[: len(pool)],
        labels=pool["category"].map(numbers).to_numpy(dtype=int),
        test_texts=test_texts,
        test=vectors[len(pool) :],
        truth=test["category"].map(numbers).to_numpy(dtype=int),
        test_metadata=metadata.assign(flags=test["flags"]),
    )


def _read(source: str, text_column: str | None, label_column: str | None, say: Say) -> Inquiries:
    inquiries = read_inquiries(source, text_column, label_column)
    for note in inquiries.notes:
        say(note)
    if inquiries.table["category"].isna().all():
        raise InputError(
            f"{source}: an experiment needs a label column; name it with --label-column"
        )
    return inquiries
