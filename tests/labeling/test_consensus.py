import pandas as pd

from labeling.consensus import ANSWERS, LABELS, agree


def answers(*rows: tuple[str, str, str | None, str]) -> pd.DataFrame:
    timed = [(*row, f"2026-01-01T00:00:{second:02d}") for second, row in enumerate(rows)]
    return pd.DataFrame(timed, columns=ANSWERS)


def test_the_majority_makes_the_label_and_its_share_the_confidence() -> None:
    labels = agree(
        answers(
            ("x", "ann", "refund", "submitted"),
            ("y", "ann", "cancel", "submitted"),
            ("x", "ben", "cancel", "submitted"),
            ("x", "cem", "cancel", "submitted"),
        )
    )
    assert list(labels.columns) == LABELS
    assert labels.to_numpy().tolist() == [["x", "cancel", 2 / 3, 3], ["y", "cancel", 1.0, 1]]


def test_of_two_answers_that_differ_the_earlier_counts() -> None:
    labels = agree(
        answers(("x", "ben", "refund", "submitted"), ("x", "ann", "cancel", "submitted"))
    )
    assert labels.to_numpy().tolist() == [["x", "refund", 0.5, 2]]


def test_drafts_and_discards_make_no_label() -> None:
    labels = agree(answers(("x", "ann", "refund", "draft"), ("y", "ann", None, "discarded")))
    assert labels.empty
    assert list(labels.columns) == LABELS
