"""A campaign's learning curve on the page, read from its home folder."""

import sqlite3
from pathlib import Path

import pandas as pd
import pytest
from campaign_homes import LABELLED, Home

from labeling.errors import InputError
from learner.demo.curve import draw_curve, read_curve, say_curve

CURVE = pd.DataFrame(
    {
        "labels": [40, 1_300],
        "accuracy": [0.5, 0.9],
        "accuracy_low": [0.4, 0.85],
        "accuracy_high": [0.6, 0.925],
        "full_accuracy": [0.95, 0.95],
    }
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A campaign that goes on, and that has labels."""
    home = Home(tmp_path, "bow")
    home.answer()
    return home


def evaluations(home: Home) -> int:
    curve = read_curve(home.path)
    return 0 if curve is None else len(curve)


def test_each_evaluation_is_seen_while_the_campaign_runs(home: Home) -> None:
    assert read_curve(home.path) is None, "nothing is measured yet"
    home.measure()
    curve = read_curve(home.path)
    assert curve is not None
    assert curve["labels"].tolist() == [LABELLED]
    assert 0 < curve["accuracy_low"][0] < curve["accuracy"][0] < curve["accuracy_high"][0] <= 1
    home.measure()
    assert evaluations(home) == 2
    home.end()
    assert evaluations(home) == 2


@pytest.mark.slow
def test_the_curve_is_that_of_the_model_that_decides(tmp_path: Path) -> None:
    home = Home(tmp_path, "tuned")
    home.answer()
    home.measure()
    assert evaluations(home) == 1
    assert home.journal.evaluations("fast").empty


def test_a_campaign_that_has_just_begun_has_no_curve(tmp_path: Path) -> None:
    home = Home(tmp_path, "bow")
    home.journal.connection.execute("DELETE FROM settings")
    assert read_curve(home.path) is None


def test_no_campaign_is_an_input_error(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError, match=f"no campaign in {folder}: begin one with"):
            read_curve(folder)


def test_a_damaged_journal_is_an_input_error(home: Home) -> None:
    home.journal.connection.close()
    journal = home.path / "journal.sqlite"
    with sqlite3.connect(journal) as connection:
        connection.execute("DROP TABLE evaluations")
    connection.close()
    with pytest.raises(InputError, match=r"journal\.sqlite cannot be read \(no such table: eval"):
        read_curve(home.path)
    journal.write_bytes(b"no database at all" * 100)
    with pytest.raises(InputError, match=r"journal\.sqlite cannot be read \(file is not a data"):
        read_curve(home.path)


def test_the_last_evaluation_is_said() -> None:
    said = "1,300 labels: accuracy 0.9000 (0.8500 to 0.9250)"
    assert say_curve(CURVE) == f"{said}, full-data model 0.9500"
    assert say_curve(CURVE.assign(full_accuracy=float("nan"))) == said
    assert say_curve(CURVE.assign(full_accuracy=None)) == said


def test_the_model_is_drawn_with_its_interval_and_the_full_data_model_beside_it() -> None:
    figure = draw_curve(CURVE)
    model, full = figure.data
    assert (list(model.x), list(model.y)) == ([40, 1_300], [0.5, 0.9])
    assert list(model.error_y.array) == pytest.approx([0.1, 0.025])
    assert list(model.error_y.arrayminus) == pytest.approx([0.1, 0.05])
    assert (model.name, full.name) == ("model", "full-data model")
    assert list(full.y) == [0.95, 0.95]


def test_without_a_reference_there_is_no_second_line() -> None:
    (model,) = draw_curve(CURVE.assign(full_accuracy=None)).data
    assert model.name == "model"
