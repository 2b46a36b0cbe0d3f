from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tiny_encoders import CATEGORIES, LABELS, TEXTS, tiny

from labeling.errors import InputError
from learner.asking.rounds import Selection
from learner.fitting.recipe import choose_recipe
from learner.lab.field import Field
from learner.lab.simulate import CURVE, Plan, play, simulate, summarise

RNG = np.random.default_rng(0)
CENTRES = np.eye(4, dtype=np.float32)


def field(size: int = 200) -> Field:
    labels = np.arange(size) % 4
    points = CENTRES[labels] + RNG.normal(0, 0.25, (size, 4)).astype(np.float32)
    test_labels = np.arange(100) % 4
    test = CENTRES[test_labels] + RNG.normal(0, 0.25, (100, 4)).astype(np.float32)
    categories = ("a", "b", "c", "d")
    texts, tests = [f"t{i}" for i in range(size)], [f"u{i}" for i in range(100)]
    return Field(categories, texts, points, labels, tests, test, test_labels, pd.DataFrame())


def test_a_simulated_campaign_is_repeatable_and_stops_at_the_budget() -> None:
    here = field()
    full = here.truth.copy()
    selection = Selection("breaking-ties", batch_size=7, initial=10, seed=2)
    first, second = (play(here, choose_recipe("head"), full, selection, 40) for _ in range(2))
    assert [row["labels"] for row in first] == [10, 17, 24, 31, 38, 40]
    for one, other in zip(first, second, strict=True):
        assert {**one, "seconds": 0} == {**other, "seconds": 0}
    assert first[-1]["accuracy"] > 0.9
    assert all(row["gap"] <= row["gap_high"] for row in first)


def test_a_campaign_ends_when_the_pool_is_empty() -> None:
    here = field(size=30)
    rows = play(here, choose_recipe("head"), here.truth, Selection("random", 10, 12, 0), 1000)
    assert rows[-1]["labels"] == 30


def test_labels_to_parity_count_from_the_first_of_two_evaluations_within_the_margin() -> None:
    def run(seed: int, gaps: list[float], bounds: list[float]) -> pd.DataFrame:
        table = pd.DataFrame({"gap": gaps, "gap_high": bounds})
        table["strategy"], table["seed"], table["round"] = "random", seed, range(len(gaps))
        table["labels"] = [40, 50, 60, 70]
        table["accuracy"] = [0.7, 0.8, 0.9, 0.95 + seed / 100]
        table["macro_f1"], table["seconds"] = 0.5, 0.1
        return table[CURVE]

    curve = pd.concat(
        [
            run(0, [0.004, 0.01, 0.005, 0.005], [0.02, 0.02, 0.01, 0.004]),
            run(1, [0.02, 0.005, 0.004, 0.02], [0.03, 0.005, 0.005, 0.03]),
        ]
    )
    found = summarise(curve, ["random"], margin=0.005)["random"]
    assert found["labels_to_parity"] == {"median": 55.0, "per_seed": [60, 50]}
    assert found["labels_to_proof"] == {"median": None, "per_seed": [None, 50]}
    assert found["accuracy_at_budget"]["per_seed"] == [0.95, 0.96]


@pytest.mark.slow
@pytest.mark.parametrize("model", ["setfit", "bow"])
def test_every_model_can_be_simulated(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("learner.models.setfit.STEPS", 5)
    distinct = [f"{text} number {'abcdefgh'[i % 8] * (i + 1)}" for i, text in enumerate(TEXTS)]
    table = pd.DataFrame({"text": distinct, "category": np.take(CATEGORIES, LABELS)})
    table.to_csv(tmp_path / "data.csv", index=False)
    plan = Plan(
        data=str(tmp_path / "data.csv"),
        test=None,
        text_column=None,
        label_column=None,
        strategies=["random"],
        model=model,
        encoder=tiny("bert", tmp_path / "encoder"),
        seeds=1,
        budget=40,
        initial=30,
        batch_size=10,
        margin=0.5,
    )
    summary = simulate(plan, tmp_path / "out", print)
    assert summary["strategies"]["random"]["accuracy_at_budget"]["median"] > 0.8


@pytest.mark.slow
def test_labels_of_a_single_category_are_said_to_measure_nothing(tmp_path: Path) -> None:
    words = np.array([f"{first}{last}" for first in "bcdfgh" for last in ("ar", "el", "in", "os")])
    rng = np.random.default_rng(1)
    texts = [" ".join(rng.choice(words, 6, replace=False)) for _ in range(60)]
    rows = [f"{text},{'often' if i > 2 else 'seldom'}" for i, text in enumerate(texts)]
    (tmp_path / "skewed.csv").write_text("\n".join(["text,category", *rows]))
    plan = Plan(
        data=str(tmp_path / "skewed.csv"),
        test=None,
        text_column=None,
        label_column=None,
        strategies=["random"],
        model="bow",
        encoder="all-MiniLM-L6-v2",
        seeds=1,
        budget=2,
        initial=1,
        batch_size=1,
        margin=0.5,
    )
    with pytest.raises(InputError, match="seed 0, random: all 2 labels are of one category"):
        simulate(plan, tmp_path / "out", print)
    assert not (tmp_path / "out").exists()
