"""What a model's card says, taken from campaigns whose figures are known."""

from pathlib import Path
from typing import Any

import numpy as np
from campaign_homes import Home
from huggingface_hub import ModelCard

from learner.export.folder import export_to_folder
from learner.export.markdown import data_name, model_name, table
from learner.live.journal import EVALUATED


def card(home: Home, folder: Path) -> str:
    export_to_folder(home.path, folder, lambda _: None)
    return (folder / "model" / "README.md").read_text("utf-8")


def test_the_card_says_data_labels_accuracy_curve_and_versions(tmp_path: Path) -> None:
    home = Home(tmp_path, "head")
    home.answer(12)
    home.measure()
    home.answer(24)
    home.measure()
    home.end()
    text = card(home, tmp_path / "out")
    last = home.scores.last()
    assert last is not None
    for line in (
        "| data | inquiries.csv |",
        "| inquiries in the pool | 60 |",
        "| labels that the model learnt from | 24 |",
        "| test inquiries, kept apart | 12 |",
        f"| accuracy | {last['accuracy']:.4f} | "
        f"{last['accuracy_low']:.4f} to {last['accuracy_high']:.4f} |",
        "| accuracy of the full-data model | 1.0000 |  |",
        f"| refund | {(home.labels()['category'] == 'refund').sum()} |",
        "| model | head on base |",
    ):
        assert line in text
    curve = text[text.index("## Learning curve") : text.index("## Categories")]
    assert "| 12 | 0.9167 |" in curve
    assert "| 24 | 0.9167 |" in curve
    proved = "is proved" if last["gap_high"] <= 0.3 else "is not proved"
    assert f"Parity within 30.00 points {proved}." in text
    for heading in ("## Intended use", "## Limits", "## Training", "| torch | "):
        assert heading in text


def test_a_hub_can_read_the_cards_head(tmp_path: Path) -> None:
    home = Home(tmp_path, "bow")
    home.answer()
    home.end()
    head = ModelCard(card(home, tmp_path / "out")).data.to_dict()
    assert head["pipeline_tag"] == "text-classification"
    assert "library_name" not in head, "transformers cannot load it, and the card does not say so"
    (tmp_path / "other").mkdir()
    tuned = Home(tmp_path / "other", "head")
    tuned.answer()
    tuned.end()
    head = ModelCard(card(tuned, tmp_path / "out2")).data.to_dict()
    assert head["library_name"] == "transformers"


def test_what_transformers_cannot_load_is_said_with_the_way_that_can(tmp_path: Path) -> None:
    home = Home(tmp_path, "bow")
    home.answer()
    home.end()
    text = card(home, tmp_path / "out")
    assert "`transformers` cannot load it" in text
    assert 'parity predict --model model "where is my parcel?"' in text
    assert 'load_model(Path("model"))' in text
    assert "pipeline(" not in text


def test_what_was_not_measured_is_not_claimed(tmp_path: Path) -> None:
    home = Home(tmp_path, "bow")
    home.answer()
    home.end()
    text = card(home, tmp_path / "out")
    assert "Not measured" in text
    assert "| accuracy |" not in text


def test_a_long_curve_is_thinned_with_both_its_ends(tmp_path: Path) -> None:
    home = Home(tmp_path, "bow")
    measured: dict[str, Any] = dict.fromkeys(EVALUATED, 0.5) | {"lane": "fast", "folder": None}
    for labels in range(10, 50):
        home.journal.write_evaluation(measured | {"labels": labels}, np.zeros(3))
    home.answer()
    home.end()
    text = card(home, tmp_path / "out")
    curve = text[text.index("## Learning curve") : text.index("## Categories")]
    assert curve.count("\n| ") == 2 + 25
    assert "| 10 | 0.5000" in curve
    assert "| 49 | 0.5000" in curve
    assert "25 of 40 evaluations" in curve


def test_places_on_this_machine_become_names(tmp_path: Path) -> None:
    assert data_name("/home/someone/secret/inquiries.csv") == "inquiries.csv"
    assert data_name("hf:owner/name@test") == "hf:owner/name@test"
    assert model_name("owner/name") == "owner/name"
    assert model_name(str(tmp_path / "encoder")) == "encoder"
    assert model_name("./models/encoder") == "encoder"


def test_a_cell_cannot_break_its_table() -> None:
    assert table(["a"], [["x | y\n<b>"]]) == "| a |\n| --- |\n| x \\| y &lt;b> |"
