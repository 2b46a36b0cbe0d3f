"""Which inquiries make a slice, and how well a model does on it."""

import numpy as np
import pandas as pd
import pytest

from learner.measuring.evaluation import wilson_interval
from learner.measuring.slices import COLUMNS, slice_accuracy


def test_flags_are_split_into_letters_with_their_meaning() -> None:
    metadata = pd.DataFrame({"flags": ["BZ", "B", "", "BQ"]})
    table = slice_accuracy(np.array([True, False, False, True]), metadata)
    assert table.columns.tolist() == COLUMNS
    assert table[["value", "meaning", "inquiries"]].to_numpy().tolist() == [
        ["B", "basic", 3],
        ["Q", "colloquial", 1],
        ["Z", "typos", 1],
    ]
    assert table["accuracy"].tolist() == pytest.approx([2 / 3, 1, 1])
    low, high = wilson_interval(2, 3)
    assert table.loc[0, ["accuracy_low", "accuracy_high"]].tolist() == [low, high]


def test_a_letter_nobody_knows_is_a_slice_without_a_meaning() -> None:
    table = slice_accuracy(np.array([True, False]), pd.DataFrame({"flags": ["X", "B"]}))
    assert table[["value", "meaning"]].to_numpy().tolist() == [["B", "basic"], ["X", ""]]


def test_flags_that_are_words_are_values_as_any_column() -> None:
    metadata = pd.DataFrame({"flags": ["urgent", "late"] * 5})
    table = slice_accuracy(np.array([True, False] * 5), metadata)
    assert table[["column", "value", "accuracy"]].to_numpy().tolist() == [
        ["flags", "late", 0.0],
        ["flags", "urgent", 1.0],
    ]


def test_a_column_of_many_values_or_of_one_makes_no_slices() -> None:
    metadata = pd.DataFrame(
        {"customer": [f"nr {n}" for n in range(20)], "source": "mail", "channel": ["a", "b"] * 10}
    )
    table = slice_accuracy(np.ones(20, dtype=bool), metadata)
    assert table["column"].unique().tolist() == ["channel"]


def test_cells_without_a_value_belong_to_no_slice_and_whole_numbers_are_said_as_such() -> None:
    metadata = pd.DataFrame({"priority": [1.0, 2.0, None, 1.0, 2.0] * 2, "parts": [[1], [2]] * 5})
    table = slice_accuracy(np.ones(10, dtype=bool), metadata)
    assert table[["column", "value", "inquiries"]].to_numpy().tolist() == [
        ["priority", "1", 4],
        ["priority", "2", 4],
    ]


def test_without_columns_there_are_no_slices() -> None:
    assert slice_accuracy(np.ones(3, dtype=bool), pd.DataFrame(index=range(3))).empty
