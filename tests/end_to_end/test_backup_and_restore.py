"""A campaign is backed up while it runs, lost, and goes on elsewhere with the same command."""

from pathlib import Path

import pandas as pd
import pytest
from waiting import wait_until

from scripts.rehearsals import Seen, kill_everything, run, start, write_inquiries

pytestmark = pytest.mark.end_to_end

LABELS = 50


def test_a_restored_campaign_goes_on_with_the_same_command(tmp_path: Path) -> None:
    truth = write_inquiries(tmp_path / "inquiries.csv").set_index("text")["category"]
    lost, seen = Seen(tmp_path / "lost"), Seen(tmp_path / "home")
    command = (
        *("up", "--data", tmp_path / "inquiries.csv", "--annotators", "simulated"),
        *("--model", "head", "--until", LABELS, "--home"),
    )
    start(*command, lost.home, log=tmp_path / "log")
    wait_until(lambda: len(lost.submitted()) >= 10)

    acknowledged = set(lost.submitted())
    saved = run("backup", "--home", lost.home, "--to", tmp_path / "saved.tar.gz", cwd=tmp_path)
    assert saved.returncode == 0, saved.stderr
    kill_everything(lost.home)
    restored = run("restore", tmp_path / "saved.tar.gz", "--home", seen.home, cwd=tmp_path)
    assert restored.returncode == 0, restored.stderr
    assert acknowledged <= set(seen.submitted())
    again = run(*command, seen.home, cwd=tmp_path)

    assert again.returncode == 0, again.stdout + again.stderr
    labels = pd.read_csv(seen.home / "labels.csv").set_index("id")
    assert len(labels) >= LABELS
    for inquiry, _, category in acknowledged:
        assert labels.loc[inquiry, "category"] == category
    assert (labels["category"] == labels["text"].map(truth)).all()
    assert labels["answers"].max() == 1, "an inquiry was asked twice"
