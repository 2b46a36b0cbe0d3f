"""`parity export --to DIR` on homes as a campaign leaves them, with tiny real models."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from campaign_homes import FORMULA, LABELLED, Home, ended_home
from datasets import load_from_disk
from tiny_encoders import CATEGORIES, TEXTS
from transformers import pipeline

from labeling.errors import InputError
from learner.export.folder import export_to_folder
from learner.models.loading import load_model

COLUMNS = ["id", "text", "category", "confidence", "answers", "round"]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is exported of an ended campaign with a fine-tuned tiny transformer.

    The journal is still open in the process that wrote it.
    """
    folder = tmp_path_factory.mktemp("tuned")
    home = ended_home(folder, "tuned")
    said: list[str] = []
    export_to_folder(home.path, folder / "new" / "out", said.append)
    assert said[-1].startswith(f"{LABELLED} labels in {folder / 'new' / 'out'}: ")
    return folder / "new" / "out"


def test_the_folder_holds_labels_data_set_model_and_journal(out: Path) -> None:
    found = {path.name for path in out.iterdir()}
    assert found == {"labels.csv", "labels.parquet", "dataset", "model", "journal.sqlite"}
    assert [path.name for path in out.parent.iterdir()] == ["out"], "nothing half written"


def test_labels_are_the_same_in_each_form_but_for_formulas(out: Path) -> None:
    rows = pd.read_csv(out / "labels.csv")
    raw = pd.read_parquet(out / "labels.parquet")
    assert list(rows.columns) == list(raw.columns) == COLUMNS
    assert len(rows) == LABELLED
    assert rows["text"][0] == "'" + FORMULA
    assert raw["text"][0] == FORMULA
    assert raw["text"][1:].tolist() == TEXTS[1:LABELLED]
    assert raw["answers"].unique().tolist() == [2]
    assert raw["round"].tolist() == [0] * 12 + [1] * 12
    pd.testing.assert_frame_equal(rows[1:], raw[1:], check_dtype=False)
    dataset = load_from_disk(str(out / "dataset"))
    assert dataset.to_pandas().to_dict("records") == raw.to_dict("records")


def test_the_journal_is_one_file(out: Path) -> None:
    assert not list(out.glob("journal.sqlite-*"))
    with sqlite3.connect(f"{(out / 'journal.sqlite').as_uri()}?immutable=1", uri=True) as copy:
        assert copy.execute("SELECT COUNT(*) FROM answers").fetchone() == (2 * LABELLED,)
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.mark.slow
def test_plain_transformers_loads_the_model_and_gives_the_same_scores(out: Path) -> None:
    script = (  # in a process that can import nothing of ours
        "import json, sys; from transformers import pipeline\n"
        "classify = pipeline('text-classification', model=sys.argv[1], top_k=None)\n"
        "print(json.dumps(classify(json.loads(sys.argv[2]))))"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", script, out / "model", json.dumps(TEXTS[:20])],
        cwd=out,
        capture_output=True,
        check=True,
    )
    said = [{one["label"]: one["score"] for one in row} for row in json.loads(ran.stdout)]
    model = load_model(out / "model")
    scores = np.array([[row[name] for name in model.categories] for row in said])
    assert set(model.categories) == set(CATEGORIES)
    assert scores == pytest.approx(model.probabilities(TEXTS[:20]), abs=1e-5)


def test_the_weights_are_safetensors_that_whoever_reads_the_labels_can_read(out: Path) -> None:
    kinds = sorted(path.suffix for path in (out / "model").iterdir())
    assert kinds == [".json", ".json", ".json", ".md", ".safetensors"]
    weights, labels = out / "model" / "model.safetensors", out / "labels.csv"
    assert weights.stat().st_mode == labels.stat().st_mode


@pytest.mark.parametrize("model", ["head", "tuned", "bow"])
def test_nothing_says_where_the_users_files_lie(model: str, tmp_path: Path) -> None:
    home = ended_home(tmp_path, model)
    out = tmp_path / "out"
    export_to_folder(home.path, out, print)
    for path in out.rglob("*"):
        if path.is_file() and path.name != "journal.sqlite":  # the campaign's own record
            content = path.read_bytes()
            assert str(tmp_path).encode() not in content, path
            assert b"secret place" not in content, path


def test_a_head_is_exported_as_a_stock_classifier(tmp_path: Path) -> None:
    home = Home(tmp_path, "head")
    home.answer()
    home.end()
    out = tmp_path / "out"
    export_to_folder(home.path, out, print)
    (guess,) = pipeline("text-classification", model=str(out / "model"))(["refund money"])
    assert guess["label"] in CATEGORIES
    assert 'pipeline("text-classification", model="model"' in (out / "model/README.md").read_text()


@pytest.mark.parametrize("model", ["head", "bow"])
def test_a_quick_model_is_fitted_on_the_labels_so_far_where_the_campaign_has_not_ended(
    model: str, tmp_path: Path
) -> None:
    home = Home(tmp_path, model)
    home.answer(12)
    export_to_folder(home.path, tmp_path / "early", print)
    card = (tmp_path / "early" / "model" / "README.md").read_text()
    assert "| labels that the model learnt from | 12 |" in card
    home.end()
    home.answer(24)
    export_to_folder(home.path, tmp_path / "later", print)
    card = (tmp_path / "later" / "model" / "README.md").read_text()
    assert "| labels that the model learnt from | 24 |" in card
    assert load_model(tmp_path / "later" / "model").probabilities(["refund money"]).shape == (1, 3)
    assert not (home.path / "model.part").exists()


def test_a_campaign_under_way_gives_the_model_that_was_measured_last(tmp_path: Path) -> None:
    home = Home(tmp_path, "tuned")
    home.answer()
    home.measure()
    export_to_folder(home.path, tmp_path / "out", print)
    card = (tmp_path / "out" / "model" / "README.md").read_text()
    assert "The scores are not calibrated, since the campaign had not ended." in card
    assert load_model(tmp_path / "out" / "model").categories == tuple(CATEGORIES)


def test_without_a_model_the_labels_are_exported_and_it_is_said(tmp_path: Path) -> None:
    home = Home(tmp_path, "tuned")
    home.answer()
    said: list[str] = []
    export_to_folder(home.path, tmp_path / "out", said.append)
    assert said[0].startswith("no model yet: ")
    assert not (tmp_path / "out" / "model").exists()
    assert len(pd.read_csv(tmp_path / "out" / "labels.csv")) == LABELLED


def test_nothing_is_written_where_nothing_is_labelled(tmp_path: Path) -> None:
    home = Home(tmp_path, "bow")
    with pytest.raises(InputError, match="nothing is labelled yet"):
        export_to_folder(home.path, tmp_path / "out", print)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_refused_and_left_alone(tmp_path: Path) -> None:
    home = Home(tmp_path, "bow")
    home.answer()
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "note").write_text("mine")
    for place in (taken, taken / "note"):
        with pytest.raises(InputError, match="it is not empty; name a new folder"):
            export_to_folder(home.path, place, print)
    assert [path.name for path in taken.iterdir()] == ["note"]
    (tmp_path / "empty").mkdir()
    export_to_folder(home.path, tmp_path / "empty", print)
    assert (tmp_path / "empty" / "labels.csv").is_file()


def test_nothing_is_written_where_there_is_no_campaign(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no campaign in .*none"):
        export_to_folder(tmp_path / "none", tmp_path / "out", print)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_under_way_leaves_no_folder(tmp_path: Path) -> None:
    home = Home(tmp_path, "tuned")
    home.answer()
    home.measure()
    (weights,) = home.path.glob("fits/*/model/model.safetensors")
    weights.unlink()
    with pytest.raises(InputError, match="cannot be loaded"):
        export_to_folder(home.path, tmp_path / "out", print)
    assert not list(tmp_path.glob("*out*"))
    assert not list(tmp_path.glob(".out*"))
