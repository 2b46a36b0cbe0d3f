import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labeling.codebook import codebook_from_labels
from labeling.errors import InputError
from learner.fitting.recipe import Recipe
from learner.live.campaign import Campaign, Settings, prepare, recall
from learner.live.journal import open_journal
from learner.live.scoreboard import Scoreboard
from learner.live.status import read_status, spoken

# The contract of HOME/summary.json, in its order.
FIELDS = [
    "labels",
    "pool",
    "rounds",
    "seconds",
    "strategy",
    "model",
    "encoder",
    "seed",
    "accuracy",
    "accuracy_low",
    "accuracy_high",
    "macro_f1",
    "full_labels",
    "full_accuracy",
    "gap",
    "gap_low",
    "gap_high",
    "parity",
]


def campaign(test: int, margin: float = 0.05) -> Campaign:
    inquiries = pd.DataFrame({"id": list("abcdef"), "text": list("ABCDEF")})
    return Campaign(
        settings=Settings("file.csv", margin=margin, model="head"),
        codebook=codebook_from_labels(["no", "yes"]),
        pool=inquiries.assign(category=["no", "yes"] * 3 if test else None),
        test=pd.DataFrame(
            {"id": range(test), "text": "t", "category": ["no", "yes"] * (test // 2)}
        ),
        recipe=Recipe("head", "encoder", name="head"),
        fingerprint="f",
    )


def scoreboard(home: Path, about: Campaign) -> Scoreboard:
    journal = open_journal(home)
    recall(journal, home, about)
    return Scoreboard(about, journal, home, print, lambda: 12.34)


def test_the_summary_holds_every_field_of_the_contract(tmp_path: Path) -> None:
    scores = scoreboard(tmp_path, campaign(test=200))
    truth = np.tile([0, 1], 100)
    few_wrong = truth.copy()
    few_wrong[:8] = 1 - few_wrong[:8]
    scores.record("fast", "head", few_wrong, truth, labels=5)
    first = json.loads((tmp_path / "summary.json").read_text())
    assert list(first) == FIELDS
    assert (first["labels"], first["pool"], first["full_labels"]) == (5, 6, 6)
    assert (first["accuracy"], first["full_accuracy"], first["gap"]) == (0.96, 1.0, 0.04)
    assert first["gap_high"] > 0.05
    assert first["parity"] is False, "a gap within the margin proves nothing"

    scores.record("fast", "head", truth, truth, labels=6)
    assert json.loads((tmp_path / "summary.json").read_text())["parity"] is True
    status = read_status(tmp_path)
    assert status["running"] is None
    assert any(line.endswith("reached") for line in spoken(status))


def test_a_campaign_that_is_resumed_after_its_proof_writes_the_same_summary(tmp_path: Path) -> None:
    truth = np.tile([0, 1], 100)
    scoreboard(tmp_path, campaign(test=200)).record("fast", "head", truth, truth, labels=6)
    before = (tmp_path / "summary.json").read_text()
    scoreboard(tmp_path, campaign(test=200)).write_summary()
    assert (tmp_path / "summary.json").read_text() == before


def test_without_a_reference_the_summary_holds_nulls(tmp_path: Path) -> None:
    scoreboard(tmp_path, campaign(test=0)).write_summary()
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert list(summary) == FIELDS
    missing = {name for name, value in summary.items() if value is None}
    assert missing == set(FIELDS[8:])


def test_the_audit_sample_measures_where_nothing_is_there_to_compare_with(tmp_path: Path) -> None:
    scores = scoreboard(tmp_path, campaign(test=0))
    people = np.tile([0, 1], 50)
    model = people.copy()
    model[:5] = 1 - model[:5]
    scores.audit("head", model, people, labels=140, changed=0.012)
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert (summary["labels"], summary["accuracy"]) == (140, 0.95)
    assert summary["accuracy_low"] == pytest.approx(0.8882, abs=1e-4), "Wilson's interval"
    assert summary["accuracy_high"] == pytest.approx(0.9785, abs=1e-4)
    assert {name for name in FIELDS if summary[name] is None} == set(FIELDS[12:])
    assert any(
        "accuracy 0.9500 (0.8882 to 0.9785)" in line for line in spoken(read_status(tmp_path))
    )


def test_what_the_test_set_cannot_prove_is_refused_at_the_start(tmp_path: Path) -> None:
    rows = "\n".join(f"inquiry {'abcdefghijklmnopqrst'[i]} {i % 2},{i % 2}" for i in range(20))
    path = tmp_path / "few.csv"
    path.write_text(f"text,category\n{rows}\n")
    with pytest.raises(InputError, match=r"test inquiries cannot prove a margin of 0\.5 points"):
        prepare(Settings(str(path), model="head"), print)
    assert prepare(Settings(str(path), model="head", until="5"), print).settings.budget == 5
