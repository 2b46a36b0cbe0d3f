import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from joblib.externals.loky import get_reusable_executor

from labeling.errors import ParityError
from learner.fitting.recipe import choose_recipe
from learner.lab.field import Field, Labelled
from learner.lab.runs import Arena, Rules, Run, play, run_all

RNG = np.random.default_rng(0)
CENTRES = np.eye(4, dtype=np.float32)
WORDS = {"pay": ["invoice", "bill", "card", "fee"], "send": ["parcel", "box", "courier", "van"]}


def arena(size: int = 200) -> Arena:
    labels = np.arange(size) % 4
    points = CENTRES[labels] + RNG.normal(0, 0.25, (size, 4)).astype(np.float32)
    test_labels = np.arange(100) % 4
    test = CENTRES[test_labels] + RNG.normal(0, 0.25, (100, 4)).astype(np.float32)
    categories = ("a", "b", "c", "d")
    texts, tests = [f"t{i}" for i in range(size)], [f"u{i}" for i in range(100)]
    field = Field(categories, texts, points, labels, tests, test, test_labels, pd.DataFrame())
    return Arena(field, full=test_labels.copy())


def rules(budget: int, initial: int = 10, batch_size: int = 7, error: float = 0.0) -> Rules:
    return Rules(
        recipe=choose_recipe("head"),
        encoder="all-MiniLM-L6-v2",
        budget=budget,
        initial=initial,
        batch_size=batch_size,
        margin=0.05,
        error=error,
    )


def inquiries() -> Labelled:
    """Eighty different texts of two categories."""
    texts = [
        (f"{verb} the {noun} {adverb} number {number}", category)
        for category, nouns in WORDS.items()
        for noun in nouns
        for verb, adverb in (("find", "now"), ("stop", "today"))
        for number in ("one", "two", "five", "nine", "twenty")
    ]
    table = pd.DataFrame(texts, columns=["text", "category"])
    table["id"] = [str(i) for i in range(len(table))]
    table["flags"], table["group"] = "", np.arange(len(table))
    return Labelled(table, None, pd.DataFrame(index=table["id"]))


def without_seconds(run: Run) -> list[dict[str, float]]:
    return [{**row, "seconds": 0} for row in run.rows]


def test_a_simulated_campaign_is_repeatable_and_stops_at_the_budget() -> None:
    here = arena()
    first, second = (play(here, rules(40), "breaking-ties", seed=2) for _ in range(2))
    assert [row["labels"] for row in first.rows] == [10, 17, 24, 31, 38, 40]
    assert without_seconds(first) == without_seconds(second)
    assert first.rows[-1]["accuracy"] > 0.9
    assert all(row["gap"] <= row["gap_high"] for row in first.rows)
    assert first.rows[-1]["categories_left"] == 0
    assert (first.full_labels, first.full_accuracy) == (200, 1.0)


def test_a_campaign_ends_when_the_pool_is_empty() -> None:
    run = play(arena(size=30), rules(1000, initial=12, batch_size=10), "random", seed=0)
    assert run.rows[-1]["labels"] == 30


def test_an_annotator_who_errs_costs_accuracy_and_errs_alike_each_time() -> None:
    here = arena(size=400)
    careful, careless, again = (
        play(here, rules(200, error=error), "random", seed=1) for error in (0.0, 0.5, 0.5)
    )
    assert without_seconds(careless) == without_seconds(again)
    assert careless.rows[-1]["accuracy"] < careful.rows[-1]["accuracy"]
    assert careless.full_accuracy == 1.0, "the full-data model learns the truth"


@pytest.mark.slow
def test_runs_are_the_same_in_any_number_of_processes_and_only_missing_ones_are_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path))
    said: list[str] = []
    plan = rules(30, initial=10, batch_size=10)
    both = run_all(inquiries(), plan, ["random", "breaking-ties"], 2, said.append)
    assert [(run.seed, run.strategy) for run in both] == [
        (0, "random"),
        (0, "breaking-ties"),
        (1, "random"),
        (1, "breaking-ties"),
    ]
    assert any("(4 of 4 runs)" in line for line in said)
    kept = list((tmp_path / "simulations").iterdir())
    assert len(kept) == 4

    said.clear()
    more = run_all(inquiries(), plan, ["random", "breaking-ties"], 3, said.append)
    assert more[:4] == both
    assert said[0] == "4 of 6 runs are kept from before"
    assert any("(2 of 2 runs)" in line for line in said)

    monkeypatch.setattr("learner.lab.runs.os.cpu_count", lambda: 1)
    for file in (tmp_path / "simulations").iterdir():
        file.write_text(json.dumps({"half": "a file"}))
    alone = run_all(inquiries(), plan, ["random"], 2, said.append)
    assert [without_seconds(run) for run in alone] == [
        without_seconds(run) for run in both if run.strategy == "random"
    ]


@pytest.mark.slow
def test_runs_under_other_rules_or_by_somebodys_own_function_are_not_taken_for_these(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path))
    monkeypatch.setattr("learner.lab.runs.os.cpu_count", lambda: 1)
    said: list[str] = []
    for budget, error in ((20, 0.0), (30, 0.0), (30, 0.1)):
        run_all(inquiries(), rules(budget, batch_size=10, error=error), ["random"], 1, said.append)
    assert len(list((tmp_path / "simulations").iterdir())) == 3
    assert not any("kept" in line for line in said)
    (tmp_path / "own_to_keep_out.py").write_text(
        "def first(proba, embeddings, askable, size, rng):\n    return askable[:size]\n"
    )
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        plan = rules(20, batch_size=10)
        run_all(inquiries(), plan, ["own_to_keep_out:first"], 1, said.append)
    assert len(list((tmp_path / "simulations").iterdir())) == 3, "it may have changed"


@pytest.mark.slow
def test_a_process_that_is_killed_is_said_and_what_was_finished_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path))
    monkeypatch.setattr("learner.lab.runs.os.cpu_count", lambda: 2)
    (tmp_path / "own_that_dies.py").write_text(
        "import os, signal\n"
        "def dies(proba, embeddings, askable, size, rng):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    monkeypatch.chdir(tmp_path)
    get_reusable_executor().shutdown()  # processes of tests before stand in another folder
    plan = rules(20, batch_size=10)
    run_all(inquiries(), plan, ["random"], 2, print)
    with pytest.raises(ParityError, match=r"was ended, .* the same command goes on"):
        run_all(inquiries(), plan, ["random", "own_that_dies:dies"], 2, print)
    said: list[str] = []
    run_all(inquiries(), plan, ["random"], 2, said.append)
    assert said == ["2 of 2 runs are kept from before"]
