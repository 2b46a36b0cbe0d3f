"""What is read off a confusion matrix, by tables made by hand."""

import numpy as np
import pytest

from learner.measuring.confusion import by_category, confusion_matrix, most_confused

NAMES = ("a", "b", "c")


def test_rows_are_true_categories_and_columns_predicted_ones() -> None:
    truth, predicted = np.array([0, 0, 0, 1, 2]), np.array([0, 1, 1, 1, 0])
    assert confusion_matrix(predicted, truth, 3).tolist() == [[1, 2, 0], [0, 1, 0], [1, 0, 0]]


def test_precision_recall_and_f1_of_each_category() -> None:
    table = by_category(np.array([[1, 2, 0], [0, 1, 0], [1, 0, 0]]), NAMES).set_index("category")
    assert table["test_inquiries"].tolist() == [3, 1, 1]
    assert table.loc["a", ["precision", "recall", "f1"]].tolist() == pytest.approx(
        [1 / 2, 1 / 3, 2 / 5]
    )
    assert table.loc["b", ["precision", "recall", "f1"]].tolist() == pytest.approx(
        [1 / 3, 1, 1 / 2]
    )


def test_what_cannot_be_measured_is_nan_and_not_zero() -> None:
    never_said = by_category(np.array([[1, 0], [1, 0]]), ("a", "b")).set_index("category").loc["b"]
    assert np.isnan(never_said["precision"])
    assert never_said[["recall", "f1"]].tolist() == [0, 0]
    never_true = by_category(np.array([[1, 1], [0, 0]]), ("a", "b")).set_index("category").loc["b"]
    assert np.isnan(never_true["recall"])
    assert never_true[["precision", "f1"]].tolist() == [0, 0]
    absent = by_category(np.array([[1, 0], [0, 0]]), ("a", "b")).set_index("category").loc["b"]
    assert absent[["precision", "recall", "f1"]].isna().all()


def test_pairs_come_by_frequency_and_ties_by_the_order_of_the_categories() -> None:
    confusion = np.array([[9, 1, 2], [1, 9, 0], [2, 5, 9]])
    pairs = most_confused(confusion, NAMES, most=4)
    assert list(pairs.itertuples(index=False, name=None)) == [
        ("c", "b", 5),
        ("a", "c", 2),
        ("c", "a", 2),
        ("a", "b", 1),
    ]


def test_a_perfect_model_confuses_nothing() -> None:
    assert most_confused(np.diag([3, 0, 2]), NAMES, most=5).empty
