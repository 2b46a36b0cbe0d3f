import pandas as pd
import pytest

from labeling.consensus import ANSWERS, LABELS, agree
from labeling.reliability import MOST


def answers(*rows: tuple[str, str, str | None, str]) -> pd.DataFrame:
    timed = [
        (*row, f"2026-01-01T00:{second // 60:02d}:{second % 60:02d}")
        for second, row in enumerate(rows)
    ]
    return pd.DataFrame(timed, columns=ANSWERS)


def test_of_equally_reliable_annotators_the_majority_makes_the_label() -> None:
    labels = agree(
        answers(
            ("x", "ann", "refund", "submitted"),
            ("y", "ann", "cancel", "submitted"),
            ("x", "ben", "cancel", "submitted"),
            ("x", "cem", "cancel", "submitted"),
        )
    )
    assert list(labels.columns) == LABELS
    assert labels[["inquiry", "category", "answers"]].to_numpy().tolist() == [
        ["x", "cancel", 3],
        ["y", "cancel", 1],
    ]
    assert labels["confidence"].between(0.5, 1, inclusive="left").all()


def test_of_two_answers_that_differ_the_earlier_counts() -> None:
    labels = agree(
        answers(("x", "ben", "refund", "submitted"), ("x", "ann", "cancel", "submitted"))
    )
    assert labels.to_numpy().tolist() == [["x", "refund", 0.5, 2]]


def test_an_answer_alone_is_as_sure_as_whoever_gave_it_is_reliable() -> None:
    both = [(f"i{n}", a, f"c{n % 3}", "submitted") for n in range(30) for a in ("ann", "ben")]
    labels = agree(answers(*both, ("x", "ann", "c1", "submitted")))
    assert labels["confidence"].iloc[-1] == pytest.approx(MOST, abs=0.02)
    labels = agree(answers(("x", "ann", "c1", "submitted")))
    assert labels["confidence"].tolist() == [1.0], "nothing speaks against anybody"


def test_one_reliable_annotator_outweighs_one_who_guesses() -> None:
    rows = []
    for n in range(40):
        rows += [(f"i{n}", name, f"c{n % 5}", "submitted") for name in ("ann", "ben")]
        rows.append((f"i{n}", "guy", f"c{n % 4 if n % 2 else 4}", "submitted"))
    labels = agree(answers(*rows, ("x", "guy", "c1", "submitted"), ("x", "ann", "c2", "submitted")))
    assert labels["category"].tolist() == [*[f"c{n % 5}" for n in range(40)], "c2"]
    assert labels["confidence"].iloc[-1] > 0.9


def test_drafts_and_discards_make_no_label() -> None:
    labels = agree(answers(("x", "ann", "refund", "draft"), ("y", "ann", None, "discarded")))
    assert labels.empty
    assert list(labels.columns) == LABELS
