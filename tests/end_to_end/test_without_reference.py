import json
from pathlib import Path

import pandas as pd
import pytest

from scripts.rehearsals import Seen, run, write_inquiries

pytestmark = pytest.mark.end_to_end


def test_without_a_reference_a_campaign_ends_by_itself_and_the_truth_only_judges_it(
    tmp_path: Path,
) -> None:
    truth = write_inquiries(tmp_path / "inquiries.csv", rows=320).set_index("text")["category"]
    done = run(
        *("up", "--data", "inquiries.csv", "--home", "home", "--annotators", "simulated"),
        *("--model", "head", "--reference", "none", "--audit", "20", "--margin", "0.02"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "stopped because the predictions have stopped changing" in done.stdout
    assert "looking back, by" in done.stdout, "after the end the unused labels judge it"

    home = tmp_path / "home"
    summary = json.loads((home / "summary.json").read_text())
    assert summary["labels"] < summary["pool"]
    assert summary["accuracy"] > 0.85
    nothing = ["full_labels", "full_accuracy", "gap", "gap_low", "gap_high", "parity"]
    assert [summary[name] for name in nothing] == [None] * len(nothing)

    asked = pd.DataFrame(
        Seen(home).journal("SELECT inquiry, why, suggestion FROM asked"),
        columns=["inquiry", "why", "suggestion"],
    )
    audit = asked[asked["why"] == "audit"]
    assert len(audit) == 20
    assert audit["suggestion"].isna().all()
    labels = pd.read_csv(home / "labels.csv")
    assert set(audit["inquiry"]) <= set(labels["id"])
    assert (labels["category"] == labels["text"].map(truth)).all()
