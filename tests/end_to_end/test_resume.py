"""SIGKILL of everything at any moment, then the same command: nothing lost, nothing asked twice."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from waiting import wait_until

from scripts.rehearsals import Seen, family, kill_everything, start, write_inquiries

pytestmark = pytest.mark.end_to_end

LABELS = 50  # more than the cold start, so that later rounds ask something


def arguments(tmp_path: Path) -> tuple[object, ...]:
    return (
        *("up", "--data", tmp_path / "inquiries.csv", "--home", tmp_path / "home"),
        *("--annotators", "simulated", "--model", "head", "--until", LABELS),
    )


MOMENTS: dict[str, Callable[[Seen], object]] = {
    "while Argilla starts": lambda seen: (seen.home / "argilla" / "server.log").exists(),
    "as the first batch is journalled": lambda seen: seen.journal("SELECT 1 FROM asked"),
    "as the first answers come": lambda seen: len(seen.submitted()) >= 3,
    "in the middle of a round": lambda seen: seen.journal("SELECT 1 FROM asked WHERE round = 2"),
    "as the results are written": lambda seen: (
        len(seen.journal("SELECT 1 FROM answers WHERE status = 'submitted'")) >= LABELS
    ),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_rehearsal_goes_on_where_it_was(moment: str, tmp_path: Path) -> None:
    truth = write_inquiries(tmp_path / "inquiries.csv").set_index("text")["category"]
    seen, log = Seen(tmp_path / "home"), tmp_path / "log"
    start(*arguments(tmp_path), log=log)
    wait_until(lambda: MOMENTS[moment](seen), every=0.01)
    kill_everything(seen.home)
    assert MOMENTS[moment](seen), "what was written before the kill can be read"
    acknowledged = set(seen.submitted())
    asked_before = {row[0] for row in seen.journal("SELECT inquiry FROM asked")}

    again = start(*arguments(tmp_path), log=log)
    assert again.wait(180) == 0, log.read_text()

    labels = pd.read_csv(seen.home / "labels.csv").set_index("id")
    assert len(labels) >= LABELS
    for inquiry, _, category in acknowledged:
        assert labels.loc[inquiry, "category"] == category
    assert acknowledged <= set(seen.submitted())
    assert set(labels.index) == {inquiry for inquiry, _, _ in seen.submitted()}
    assert (labels["category"] == labels["text"].map(truth)).all()
    answered_by = [(inquiry, annotator) for inquiry, annotator, _ in seen.submitted()]
    assert len(answered_by) == len(set(answered_by)), "an annotator was asked twice"
    assert labels["answers"].max() == 1, "an inquiry was asked twice"
    assert len(seen.records()) == len(set(seen.records()))
    assert asked_before <= {row[0] for row in seen.journal("SELECT inquiry FROM asked")}
    assert family(seen.home) == []


def test_no_process_outlives_a_killed_command(tmp_path: Path) -> None:
    write_inquiries(tmp_path / "inquiries.csv")
    seen = Seen(tmp_path / "home")
    command = start(*arguments(tmp_path), log=tmp_path / "log")
    wait_until(lambda: len(seen.submitted()) >= 3)
    os.kill(command.pid, signal.SIGKILL)
    command.wait()
    wait_until(lambda: family(seen.home) == [], seconds=15)
