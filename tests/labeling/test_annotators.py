"""How simulated annotators answer; at a real server they work in test_workspace.py."""

import time

import pytest

from labeling.annotators import Script, put_to_work, read_errors
from labeling.errors import InputError
from labeling.server.accounts.credentials import Account

CATEGORIES = ("cancel", "refund", "track")
TRUTH: dict[str, str | None] = {f"i{n}": "track" for n in range(2000)}


def given(script: Script, annotator: str = "ann") -> list[str | None]:
    return [script.answer(annotator, inquiry) for inquiry in script.truth]


def test_without_mistakes_the_answer_is_the_truth() -> None:
    truth = {"a": "cancel", "b": "refund", "c": "track"}
    assert given(Script(truth, CATEGORIES, error=0.0, seed=0)) == list(truth.values())


@pytest.mark.parametrize("error", [0.02, 0.1, 0.5])
def test_mistakes_come_as_often_as_asked_and_favour_no_category(error: float) -> None:
    wrong = [c for c in given(Script(TRUTH, CATEGORIES, error, seed=3)) if c != "track"]
    five_deviations = 5 * (error * (1 - error) / len(TRUTH)) ** 0.5
    assert abs(len(wrong) / len(TRUTH) - error) < five_deviations
    assert set(wrong) == {"cancel", "refund"}
    assert abs(wrong.count("cancel") / len(wrong) - 0.5) < 5 * 0.5 / len(wrong) ** 0.5


def test_the_same_annotator_errs_in_the_same_places_and_others_elsewhere() -> None:
    script = Script(TRUTH, CATEGORIES, error=0.1, seed=3)
    answers = given(script)
    assert given(Script(dict(reversed(TRUTH.items())), CATEGORIES, 0.1, 3))[::-1] == answers
    assert given(script, "ben") != answers
    assert given(Script(TRUTH, CATEGORIES, error=0.1, seed=4)) != answers


def test_whoever_errs_by_first_always_answers_the_first_category() -> None:
    assert set(given(Script(TRUTH, CATEGORIES, error="first", seed=0))) == {"cancel"}


def test_what_fits_no_category_is_discarded() -> None:
    assert given(Script({"a": None, "b": "track"}, CATEGORIES, error=0.0, seed=0)) == [
        None,
        "track",
    ]


def test_errors_are_read_one_for_all_or_one_for_each() -> None:
    assert read_errors("0.1") == (0.1,)
    assert read_errors("0, 0.4,first") == (0.0, 0.4, "first")
    for wrong in ("1", "-0.1", "nan", "", "0.1,", "last", "0.1;0.2"):
        with pytest.raises(InputError, match="a probability from 0 to below 1"):
            read_errors(wrong)


def test_everybody_leaves_when_sent_home() -> None:
    script = Script(TRUTH, CATEGORIES, error=0.0, seed=0)
    accounts = [Account(f"simulated-{n}", "", "key") for n in range(3)]
    crew = put_to_work("http://127.0.0.1:9", "any", accounts, [script] * 3)
    assert all(thread.is_alive() for thread in crew._threads)
    began = time.monotonic()
    crew.stop()
    assert not any(thread.is_alive() for thread in crew._threads)
    assert time.monotonic() - began < 5
