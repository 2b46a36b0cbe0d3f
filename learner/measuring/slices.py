"""Slices: test inquiries that have something in common, and how well a model does on each."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from labeling.inquiries.columns import BITEXT_FLAGS
from learner.measuring.evaluation import wilson_interval

MOST_VALUES = 20
FEWEST_EACH = 5  # inquiries of a value, on average, below which a column is no grouping
COLUMNS = ["column", "value", "meaning", "inquiries", "accuracy", "accuracy_low", "accuracy_high"]

# What the letters in the flags of Bitext's data sets say of how an inquiry was varied.
FLAGS = {
    "B": "basic",
    "I": "interrogative",
    "C": "coordinated",
    "N": "negation",
    "M": "morphological",
    "L": "lexical",
    "P": "polite",
    "Q": "colloquial",
    "W": "offensive",
    "K": "keyword style",
    "E": "abbreviations",
    "Z": "typos",
    "D": "indirect",
    "G": "regional",
    "R": "respect",
    "Y": "code-switching",
    "V": "wordy",  # only in the sample that ships
}


def slice_accuracy(right: np.ndarray, metadata: pd.DataFrame) -> pd.DataFrame:
    """Accuracy on each slice, with its 95 % interval; columns COLUMNS, fractions.

    `right` (N,) tells which of N inquiries were predicted rightly, `metadata` has a row for each.
    A slice is a value of a column that has few, or a letter of the column `flags`, where it holds
    Bitext's letters. Cells without a value belong to no slice.
    """
    rows = []
    for column, value, meaning, members in slices(metadata):
        correct, inquiries = int(right[members].sum()), int(members.sum())
        low, high = wilson_interval(correct, inquiries)
        rows.append((column, value, meaning, inquiries, correct / inquiries, low, high))
    return pd.DataFrame(rows, columns=COLUMNS)


def slices(metadata: pd.DataFrame) -> Iterator[tuple[str, str, str, np.ndarray]]:
    """Every slice of the inquiries: column, value, what it means ("" if unknown), members (N,)."""
    for column in metadata.columns:
        cells = metadata[column].map(_spoken)
        if column == "flags" and cells.map(lambda cell: bool(BITEXT_FLAGS.fullmatch(cell))).all():
            present = set("".join(cells))
            for letter in [*FLAGS, *sorted(present - set(FLAGS))]:
                if letter in present:
                    members = cells.str.contains(letter, regex=False).to_numpy()
                    yield column, letter, FLAGS.get(letter, ""), members
            continue
        values = sorted(set(cells) - {""})
        if 2 <= len(values) <= min(MOST_VALUES, len(cells) / FEWEST_EACH):
            for value in values:
                yield str(column), value, "", (cells == value).to_numpy()


def _spoken(cell: object) -> str:
    """A cell's value as people say it; "" where there is none, or something with an inside."""
    if not isinstance(cell, str | int | float | np.number | np.bool_) or pd.isna(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # whole numbers turn to floats in tables with gaps
    return str(cell).strip()
