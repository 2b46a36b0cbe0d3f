"""The comparison: which runs there are, what it leaves, and that nothing is done twice."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny_encoders import CATEGORIES, LABELS, TEXTS, tiny

from labeling.errors import InputError
from labeling.sample.generator import generate
from learner.fitting import fit
from learner.fitting.full_data import prepare_full_data
from learner.lab.compare import Plan, check_field, compare, parse_sizes, pick_runs
from learner.lab.field import Field

RNG = np.random.default_rng(0)


def field(size: int = 200, tests: int = 20) -> Field:
    labels, truth = np.arange(size) % 4, np.arange(tests) % 4
    return Field(
        categories=("a", "b", "c", "d"),
        pool_texts=[f"t{i}" for i in range(size)],
        pool=np.eye(4, dtype=np.float32)[labels] + RNG.normal(0, 0.2, (size, 4)),
        labels=labels,
        test_texts=[f"u{i}" for i in range(tests)],
        test=np.eye(4, dtype=np.float32)[truth],
        truth=truth,
        test_metadata=pd.DataFrame(index=range(tests)),
    )


def plan(data: Path | str, **changes: Any) -> Plan:
    given: dict[str, Any] = {
        "data": str(data),
        "test": None,
        "text_column": None,
        "label_column": None,
        "sizes": "40,full",
        "model": "bow",
        "encoder": "all-MiniLM-L6-v2",
        "seed": 0,
    }
    return Plan(**{**given, **changes})


def test_sizes_are_numbers_in_order_and_full_goes_without_saying() -> None:
    assert parse_sizes("1300,full") == [1300]
    assert parse_sizes("full, 300,100,300") == [100, 300]
    assert parse_sizes("full") == []


@pytest.mark.parametrize("sizes", ["", "many", "300,", "-5", "1", "1e3", "300;full", "²"])
def test_what_is_no_size_is_said(sizes: str) -> None:
    with pytest.raises(InputError, match="is no number of labels from 2 on, nor full; give for"):
        parse_sizes(sizes)


def test_there_must_be_as_many_inquiries_as_labels_and_some_to_test_on() -> None:
    check_field(field(), [200], "data.csv")
    with pytest.raises(InputError, match=r"--sizes 201: only 200 inquiries of data\.csv can be"):
        check_field(field(), [100, 201], "data.csv")
    with pytest.raises(InputError, match=r"data\.csv: too few inquiries to keep some for testing"):
        check_field(field(tests=0), [], "data.csv")


def test_each_size_has_a_random_and_a_chosen_run_and_the_last_learns_everything() -> None:
    here = field()
    runs = list(pick_runs(here, [50, 80], 3, print))
    assert [(run.name, run.picked, len(run.rows)) for run in runs] == [
        ("50 random", "random", 50),
        ("50 chosen", "chosen", 50),
        ("80 random", "random", 80),
        ("80 chosen", "chosen", 80),
        ("all 200", "all", 200),
    ]
    assert all((np.diff(run.rows) > 0).all() for run in runs)
    again = list(pick_runs(here, [50, 80], 3, print))
    assert all((one.rows == other.rows).all() for one, other in zip(runs, again, strict=True))
    other_seed = next(pick_runs(here, [50], 4, print))
    assert other_seed.rows.tolist() != runs[0].rows.tolist()


def test_labels_of_a_single_category_are_said_to_teach_nothing() -> None:
    here = field()
    here.labels[:] = 0
    here.labels[0] = 1
    with pytest.raises(InputError, match="--sizes 2: all 2 random labels are of one category"):
        list(pick_runs(here, [2], 1, print))


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A comparison with a tiny DistilBERT on inquiries of five of the sample's categories."""
    folder = tmp_path_factory.mktemp("compared")
    table = generate(1200, seed=5)
    kept = sorted(set(table["category"]))[:5]
    table = table[table["category"].isin(kept)].head(160)
    table.assign(channel=["mail", "chat"] * (len(table) // 2)).to_csv(
        folder / "inquiries.csv", index=False
    )
    tiny("bert", folder / "encoder")
    asked = plan(
        folder / "inquiries.csv",
        model=tiny("distilbert", folder / "model"),
        encoder=str(folder / "encoder"),
    )
    compare(asked, folder / "out", print)
    return folder, json.loads((folder / "out" / "compare.json").read_text())


@pytest.mark.slow
def test_the_file_holds_what_its_document_names(compared: tuple[Path, dict[str, Any]]) -> None:
    _, found = compared
    document = (Path(__file__).parents[3] / "docs" / "compare.md").read_text()
    top = ["data", "pool", "test_inquiries", "model", "notice", "categories", "runs"]
    assert list(found) == [*top, "settings", "versions"]
    for run in found["runs"]:
        assert list(run) == [
            *("name", "picked", "labels", "seconds", "accuracy", "accuracy_low", "accuracy_high"),
            *("macro_f1", "gap", "gap_low", "gap_high", "epochs", "categories", "confusion"),
            *("most_confused", "calibration", "automatic", "slices", "stress"),
        ]
        keys = {*found, *run, *run["calibration"], *run["automatic"]}
        for name in ("epochs", "categories", "most_confused", "slices", "stress"):
            keys |= set(run[name][0])
        assert not {key for key in keys if f"`{key}`" not in document}


@pytest.mark.slow
def test_all_figures_of_a_run_agree_with_each_other(compared: tuple[Path, dict[str, Any]]) -> None:
    _, found = compared
    tests, full = found["test_inquiries"], found["runs"][-1]
    for run in found["runs"]:
        confusion = np.array(run["confusion"])
        assert confusion.sum() == tests
        assert run["accuracy"] == pytest.approx(np.trace(confusion) / tests)
        assert run["accuracy_low"] <= run["accuracy"] <= run["accuracy_high"]
        assert run["epochs"][-1]["accuracy"] == run["accuracy"]
        assert len(run["epochs"]) >= 2
        assert [one["epoch"] for one in run["epochs"]] == list(range(1, len(run["epochs"]) + 1))
        assert run["epochs"][-1]["seconds"] == run["seconds"]
        assert sum(row["labels"] for row in run["categories"]) == run["labels"]
        assert sum(row["inquiries"] for row in run["calibration"]["reliability"]) == tests
        channels = [one for one in run["slices"] if one["column"] == "channel"]
        assert sum(one["inquiries"] for one in channels) == tests
        assert run["stress"][-1]["texts"] == 5 * 8
        if run is not full:
            assert run["gap"] == pytest.approx(full["accuracy"] - run["accuracy"])
            assert run["gap_low"] <= run["gap"] <= run["gap_high"]
    assert [full[name] for name in ("gap", "gap_low", "gap_high")] == [None] * 3


@pytest.mark.slow
def test_the_same_comparison_fits_nothing_again_and_says_the_same(
    compared: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, found = compared

    def never(*_: object, **__: object) -> None:
        raise AssertionError("fitted again")

    monkeypatch.setattr(fit, "run_job", never)
    said: list[str] = []
    again = compare(Plan(**_asked(found)), folder / "again", said.append)
    assert again["runs"] == found["runs"]
    assert sum("is fitted already" in line for line in said) == 6


@pytest.mark.slow
def test_an_interrupted_comparison_goes_on_with_what_it_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = pd.DataFrame({"text": _distinct(), "category": np.take(CATEGORIES, LABELS)})
    table.to_csv(tmp_path / "data.csv", index=False)
    asked = plan(tmp_path / "data.csv", sizes="30", encoder=tiny("bert", tmp_path / "encoder"))
    real = fit.run_job
    fitted: list[Path] = []

    def interrupted(folder: Path, *more: Any) -> None:
        if len(fitted) == 2:
            raise KeyboardInterrupt
        fitted.append(folder)
        real(folder, *more)

    monkeypatch.setattr(fit, "run_job", interrupted)
    with pytest.raises(KeyboardInterrupt):
        compare(asked, tmp_path / "out", print)
    assert not (tmp_path / "out").exists()
    monkeypatch.setattr(fit, "run_job", real)
    said: list[str] = []
    compare(asked, tmp_path / "out", said.append)
    assert [line for line in said if "fitted already" in line] == [
        "30 random: bag of words is fitted already",
        "30 chosen: bag of words is fitted already",
    ]
    assert (tmp_path / "out" / "compare.html").is_file()


@pytest.mark.slow
def test_what_the_full_run_predicts_is_there_for_simulations(tmp_path: Path) -> None:
    from learner.fitting.recipe import choose_recipe
    from learner.lab.field import encode_all, lay_out, read_labelled

    table = pd.DataFrame({"text": _distinct(), "category": np.take(CATEGORIES, LABELS)})
    table.to_csv(tmp_path / "data.csv", index=False)
    encoder = tiny("bert", tmp_path / "encoder")
    asked = plan(tmp_path / "data.csv", sizes="full", encoder=encoder, seed=5)
    found = compare(asked, tmp_path / "out", print)
    labelled = read_labelled(asked.data, None, None, None, print)
    encode_all(labelled, encoder, print)
    here = lay_out(labelled, encoder, 5)
    arguments = (here.pool_texts, here.labels, here.categories, here.test_texts, 5)
    folder = prepare_full_data(choose_recipe("bow", encoder), *arguments)
    assert fit.is_done(folder)
    predicted = fit.predictions(folder)
    assert (predicted == here.truth).mean() == found["runs"][-1]["accuracy"]


def _asked(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found["settings"][name] for name in Plan.__dataclass_fields__}


def _distinct() -> list[str]:
    return [f"{text} number {'abcdefgh'[i % 8] * (i + 1)}" for i, text in enumerate(TEXTS)]
