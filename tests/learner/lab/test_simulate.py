from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tiny_encoders import CATEGORIES, LABELS, TEXTS, tiny

from labeling.errors import InputError
from learner.lab.simulate import Plan, simulate


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
