"""`parity status`: what a home folder says about its campaign."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labeling.consensus import ANSWERS
from labeling.errors import InputError
from learner.live.journal import ASKED, EVALUATED, Journal, hold, open_journal
from learner.live.status import answers_a_minute, read_status, spoken

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


EVALUATION = dict.fromkeys(EVALUATED) | {
    "lane": "fast",
    "round": 3,
    "labels": 60,
    "accuracy": 0.9,
    "accuracy_low": 0.88,
    "accuracy_high": 0.92,
    "macro_f1": 0.85,
    "full_accuracy": 0.95,
    "gap": 0.05,
    "gap_low": 0.03,
    "gap_high": 0.07,
}


def test_the_last_evaluation_is_told_before_there_is_a_summary(tmp_path: Path) -> None:
    journal = begun(tmp_path, model="head", recipe="head on this", pool=500, full_labels=400)
    assert read_status(tmp_path)["measured"] is None
    journal.write_evaluation(EVALUATION | {"labels": 40, "accuracy": 0.8}, np.zeros(1))
    journal.write_evaluation(EVALUATION, np.zeros(1))
    status = read_status(tmp_path)
    assert status["curve"] == [[40, 0.8], [60, 0.9]]
    assert status["summary"] is None
    lines = spoken(status)
    told = "model        head on this, 60 of 500 labels: accuracy 0.9000 (0.8800 to 0.9200)"
    assert told in lines
    assert "full data    400 labels: accuracy 0.9500, gap 5.00 points (at most 7.00)" in lines
    assert "parity       not yet" in lines


def test_parity_is_what_the_last_evaluation_of_the_model_that_decides_proves(
    tmp_path: Path,
) -> None:
    journal = begun(tmp_path, model="auto", recipe="distilbert", pool=500)
    journal.write_evaluation(EVALUATION | {"gap_high": 0.004}, np.zeros(1))
    head = read_status(tmp_path)["measured"]
    assert (head["model"], head["parity"]) == ("head", False), "the head does not decide"
    journal.write_evaluation(EVALUATION | {"lane": "slow", "gap_high": 0.004}, np.zeros(1))
    journal.write_evaluation(EVALUATION | {"labels": 99}, np.zeros(1))
    status = read_status(tmp_path)
    assert status["curve"] == [[60, 0.9]]
    assert (status["measured"]["model"], status["measured"]["parity"]) == ("distilbert", True)


def test_the_phases_of_a_campaign(tmp_path: Path) -> None:
    def phase() -> str:
        return read_status(tmp_path)["phase"]

    journal = begun(tmp_path, is_asking=False)
    assert phase() == "stopped"
    with hold(tmp_path):
        assert phase() == "setting up"
        journal.write_settings({"is_asking": True})
        assert phase() == "cold start"
        asked = [(inquiry, 0, 0, 0.5, "random", None, None, None, 1) for inquiry in "ab"]
        journal.write_asked(pd.DataFrame(asked, columns=ASKED))
        assert phase() == "cold start"
        answers = [(inquiry, "ann", "refund", "submitted", "1") for inquiry in "ab"]
        journal.write_answers(pd.DataFrame(answers, columns=ANSWERS))
        assert phase() == "asking"
        assert "phase        asking" in spoken(read_status(tmp_path))
        journal.write_settings({"ended": "of an end"})
        assert phase() == "ending"
    assert phase() == "ended"


def test_a_fit_in_the_background_is_told_with_its_steps_as_long_as_somebody_runs_it(
    tmp_path: Path,
) -> None:
    fit = tmp_path / "fits" / "one"
    fit.mkdir(parents=True)
    begun(tmp_path, is_asking=True, fit=str(fit))
    with hold(tmp_path):
        assert read_status(tmp_path)["fit"] == "starting"
        (fit / "progress").write_text("3 90")
        lines = spoken(read_status(tmp_path))
    assert "phase        cold start, fitting in the background" in lines
    assert "waits for    the fit in the background (step 3 of 90)" in lines
    assert read_status(tmp_path)["fit"] is None


NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=n) for n in minutes]


def test_the_pace_is_that_of_the_last_minutes() -> None:
    assert answers_a_minute([], NOW) is None
    assert answers_a_minute(ago(0.1), NOW) == 2, "the first answer tells little"
    assert answers_a_minute(ago(2, 1.5, 1, 0.5, 0), NOW) == 2.5
    assert answers_a_minute(ago(9, 8, 7, 6, 4, 3, 2, 1, 0.5), NOW) == 1
    assert answers_a_minute(ago(9, 8, 7, 6), NOW) is None


def test_the_pace_counts_all_but_drafts_and_only_while_the_campaign_runs(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    times = [time.replace(tzinfo=None).isoformat() for time in ago(9, 4, 2, 1)]
    statuses = ["submitted", "submitted", "discarded", "draft"]
    answers = [
        (inquiry, "ann", "refund", status, time)
        for inquiry, status, time in zip("abcd", statuses, times, strict=True)
    ]
    answers.append(("e", "ann", "refund", "submitted", (NOW - timedelta(minutes=3)).isoformat()))
    answers.append(("f", "ann", "refund", "submitted", "some time"))
    journal.write_answers(pd.DataFrame(answers, columns=ANSWERS))
    with hold(tmp_path):
        status = read_status(tmp_path, NOW)
    assert status["pace"] == 3 / 5
    assert "pace         0.6 answers a minute" in spoken(status)
    assert read_status(tmp_path, NOW)["pace"] is None


def test_what_people_named_cannot_steer_the_terminal(tmp_path: Path) -> None:
    begun(tmp_path, data="a\x1b[2Jb\u202ec.csv")
    assert r"on a\x1b[2Jb\u202ec.csv, not running" in spoken(read_status(tmp_path))[0]


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


def test_a_setting_whose_name_has_changed_is_missed(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    with journal.connection as connection:
        connection.execute("UPDATE settings SET name = 'mbrgin' WHERE name = 'margin'")
    with pytest.raises(InputError, match=r"journal\.sqlite cannot be read \('margin'\)"):
        read_status(tmp_path)
