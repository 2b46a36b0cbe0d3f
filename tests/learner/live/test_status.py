"""`parity status`: what a home folder says about its campaign."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labeling.consensus import ANSWERS
from labeling.errors import InputError
from learner.live.journal import ASKED, EVALUATED, Journal, hold, open_journal
from learner.live.status import read_status, spoken

SUMMARY = {
    "labels": 120,
    "pool": 1000,
    "model": "head",
    "accuracy": 0.95,
    "accuracy_low": 0.94,
    "accuracy_high": 0.96,
    "full_labels": 1000,
    "full_accuracy": 0.955,
    "gap": 0.005,
    "gap_high": 0.0123,
    "parity": False,
}


def begun(home: Path, **settings: object) -> Journal:
    journal = open_journal(home)
    journal.write_settings({"data": "file.csv", "until": "parity", "margin": 0.005, **settings})
    return journal


def test_labels_count_inquiries_and_waiting_counts_what_nobody_has_touched(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    asked = [(inquiry, 0, 0, 0.5, "random", None, None, None, 1) for inquiry in "abcdef"]
    journal.write_asked(pd.DataFrame(asked, columns=ASKED))
    journal.close(["f"])
    answers = [
        ("a", "ann", "refund", "submitted", "1"),
        ("a", "ben", "cancel", "submitted", "2"),
        ("b", "ann", "refund", "submitted", "3"),
        ("c", "ann", None, "discarded", "4"),
    ]
    journal.write_answers(pd.DataFrame(answers, columns=ANSWERS))
    journal.write_round(0, 0, 0.1)
    status = read_status(tmp_path)
    assert (status["labels"], status["waiting"], status["rounds"]) == (2, 2, 1)
    assert "labels       2 in 1 rounds, 2 inquiries waiting for answers" in spoken(status)


def test_a_campaign_runs_while_a_process_holds_its_folder(tmp_path: Path) -> None:
    begun(tmp_path, argilla_url="http://127.0.0.1:6900")
    with hold(tmp_path):
        running = read_status(tmp_path)
    assert running["running"] == os.getpid()
    assert f"running (process {os.getpid()})" in spoken(running)[0]
    assert "Argilla      http://127.0.0.1:6900" in spoken(running)
    ended = read_status(tmp_path)
    assert ended["running"] is None
    assert "Argilla      http://127.0.0.1:6900 (when the campaign runs)" in spoken(ended)


def test_it_says_where_the_passwords_lie_and_not_what_they_are(tmp_path: Path) -> None:
    begun(tmp_path)
    credentials = tmp_path / "credentials.json"
    credentials.write_text(json.dumps({"url": "http://127.0.0.1:6901", "password": "secret"}))
    status = read_status(tmp_path)
    assert status["argilla"] == "http://127.0.0.1:6901"
    assert f"sign in      names and passwords are in {credentials}" in spoken(status)
    assert "secret" not in json.dumps(status) + "".join(spoken(status))


def test_the_last_evaluation_is_told_in_words(tmp_path: Path) -> None:
    begun(tmp_path)
    (tmp_path / "summary.json").write_text(json.dumps(SUMMARY))
    lines = spoken(read_status(tmp_path))
    assert "goal         parity within 0.5 points" in lines
    assert any("120 of 1,000 labels: accuracy 0.9500 (0.9400 to 0.9600)" in line for line in lines)
    assert any("gap 0.50 points (at most 1.23)" in line for line in lines)
    assert "parity       not yet" in lines


def test_the_forecast_of_the_model_that_decides_comes_first_and_goes_at_the_end(
    tmp_path: Path,
) -> None:
    journal = begun(tmp_path)
    row = dict.fromkeys(EVALUATED, 0) | {"folder": None}
    nothing = np.zeros(1)
    forecast = dict(zip(EVALUATED[11:14], (90, 140, 260), strict=True))
    journal.write_evaluation(row | {"lane": "fast", **forecast}, nothing)
    in_words = "forecast     parity with about 140 more labels (90 % interval 90 to 260)"
    assert in_words in spoken(read_status(tmp_path))
    journal.write_evaluation(row | {"lane": "slow", **dict.fromkeys(forecast)}, nothing)
    assert in_words in spoken(read_status(tmp_path)), "too few looks of the slow lane"
    journal.write_evaluation(row | {"lane": "slow", **dict.fromkeys(forecast, 3000)}, nothing)
    assert read_status(tmp_path)["forecast"] == {"low": 3000, "likely": 3000, "high": 3000}
    journal.write_settings({"ended": "the 300 labels asked for are there"})
    lines = spoken(read_status(tmp_path))
    assert "stopped      because the 300 labels asked for are there" in lines
    assert not any(line.startswith("forecast") for line in lines)


def test_without_a_reference_there_is_no_word_of_parity(tmp_path: Path) -> None:
    begun(tmp_path, until="300")
    nothing = dict.fromkeys(SUMMARY)
    (tmp_path / "summary.json").write_text(json.dumps({**nothing, "labels": 120, "pool": 1000}))
    lines = spoken(read_status(tmp_path))
    assert "goal         300 labels" in lines
    assert not any("parity" in line for line in lines)


def test_reading_changes_nothing(tmp_path: Path) -> None:
    begun(tmp_path).connection.close()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    read_status(tmp_path)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {name: after[name] for name in before} == before


def test_no_campaign_and_a_damaged_journal_are_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no campaign in .*: begin one with `parity up`"):
        read_status(tmp_path)
    (tmp_path / "journal.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(InputError, match=r"journal\.sqlite cannot be read"):
        read_status(tmp_path)
