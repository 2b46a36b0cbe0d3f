import json
from pathlib import Path

import pandas as pd
import pytest
from transformers import pipeline

from scripts.rehearsals import CATEGORIES, family, run, write_inquiries

pytestmark = pytest.mark.end_to_end


def test_the_model_is_fine_tuned_beside_the_annotators_and_left_in_the_home_folder(
    tmp_path: Path,
) -> None:
    truth = write_inquiries(tmp_path / "inquiries.csv", rows=240).set_index("text")["category"]
    options = ("--home", "home", "--annotators", "simulated", "--until", "48")
    done = run("up", "--data", "inquiries.csv", *options, cwd=tmp_path, HF_HUB_OFFLINE="1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the packaged encoder all-MiniLM-L6-v2 is fine-tuned instead" in done.stdout
    assert "fine-tuning the full-data model on" in done.stdout

    home = tmp_path / "home"
    summary = json.loads((home / "summary.json").read_text())
    assert summary["model"] == "all-MiniLM-L6-v2, fine-tuned"
    assert summary["labels"] >= 48
    assert summary["accuracy"] > 0.8
    assert summary["full_accuracy"] > 0.9
    assert len(list((home / "fits").iterdir())) == 1
    curve = pd.read_csv(home / "curve.csv")
    assert curve["labels"].iloc[-1] == summary["labels"]

    classify = pipeline("text-classification", model=str(home / "model"))
    texts = pd.read_csv(home / "labels.csv")["text"].tolist()
    guesses = [guess["label"] for guess in classify(texts)]
    assert set(guesses) <= set(CATEGORIES)
    assert (pd.Series(guesses) == pd.Series(texts).map(truth)).mean() > 0.95
    assert family(home) == []
