"""The slow lane with a tiny encoder: real fits in processes of their own, and what they leave."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tiny_encoders import CATEGORIES, LABELS, TEXTS, tiny

from labeling.codebook import codebook_from_labels
from labeling.consensus import LABELS as LABEL_COLUMNS
from learner.asking.neighbours import neighbour_graph
from learner.asking.rounds import Selection, next_batch
from learner.defaults import INITIAL
from learner.encoder import embed
from learner.fitting import fit
from learner.fitting.recipe import Kind, Recipe, fit_model
from learner.live.campaign import Campaign, Settings
from learner.live.journal import open_journal
from learner.live.results import leave_curve, leave_labels, leave_model
from learner.live.scoreboard import Scoreboard
from learner.live.slow_lane import SlowLane, prepare_fit
from learner.models.loading import load_model
from learner.models.transformer import load_transformer

POOL = 60


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    table = pd.DataFrame(
        {
            "id": [f"i{n:02d}" for n in range(len(TEXTS))],
            "text": TEXTS,
            "category": [CATEGORIES[number] for number in LABELS],
        }
    )
    return Campaign(
        settings=Settings("file.csv", margin=0.4),
        codebook=codebook_from_labels(CATEGORIES),
        pool=table[:POOL],
        test=table[POOL:].reset_index(drop=True),
        recipe=Recipe("transformer", "none", tiny("distilbert", tmp_path / "base"), "tiny"),
        fingerprint="f",
    )


@pytest.fixture
def scores(campaign: Campaign, tmp_path: Path) -> Scoreboard:
    home = tmp_path / "home"
    return Scoreboard(campaign, open_journal(home), home, print, lambda: 1.0)


def labels(campaign: Campaign, count: int) -> pd.DataFrame:
    """The first labels of the pool, as people would have given them."""
    table = campaign.pool[:count].rename(columns={"id": "inquiry"})
    return table.assign(confidence=1.0, answers=1)[LABEL_COLUMNS]


def tend_until(lane: SlowLane, given: pd.DataFrame, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not done():
        assert time.monotonic() < deadline, "the fit did not end"
        lane.tend(given)
        time.sleep(0.05)


@pytest.mark.slow
def test_the_full_data_model_comes_first_then_a_fit_for_every_tenth_more_labels(
    campaign: Campaign, scores: Scoreboard
) -> None:
    said: list[str] = []
    lane = SlowLane(campaign, scores, scores.home, said.append)

    def measured() -> list[int]:
        return scores.journal.evaluations("slow")["labels"].tolist()

    assert lane.next_fit == 44, "a tenth more than the cold start"
    try:
        tend_until(lane, labels(campaign, INITIAL), lambda: not lane.process.is_busy and bool(said))
        assert said == ["fine-tuning the full-data model on 60 labels, in the background"]
        assert measured() == []
        tend_until(lane, labels(campaign, 44), lambda: measured() == [44])
        assert lane.has_measured(labels(campaign, 44))
        assert lane.next_fit == 49
        lane.tend(labels(campaign, 48))
        assert not lane.process.is_busy
        assert not lane.has_measured(labels(campaign, 48)), "it is fitted for the asking"
        assert lane.process.is_busy
    finally:
        lane.stop()

    again = SlowLane(campaign, scores, scores.home, said.append)
    try:
        tend_until(again, labels(campaign, 50), lambda: measured() == [44, 50])
    finally:
        again.stop()
    assert said.count("fine-tuning the full-data model on 60 labels, in the background") == 1
    (kept,) = (scores.home / "fits").iterdir()
    last = scores.last()
    assert last is not None
    assert last["accuracy"] > 0.5
    assert scores.home / last["folder"] == kept, "only the last fit is kept"

    model = leave_model(campaign, scores, labels(campaign, 50), scores.home, print)
    assert model == scores.home / "model"
    predicted = load_transformer(model).probabilities(campaign.test["text"].tolist())
    assert (predicted.argmax(axis=1) == fit.predictions(kept)).all()
    assert (campaign.truth == predicted.argmax(axis=1)).mean() == last["accuracy"]


def test_a_fit_is_named_by_what_it_learns_from(campaign: Campaign, tmp_path: Path) -> None:
    targets = campaign.test["text"].tolist()
    given = labels(campaign, 20)
    folder = prepare_fit(campaign, tmp_path, given, targets)
    assert folder.name.startswith("00020-")
    assert prepare_fit(campaign, tmp_path, given[::-1], targets) == folder
    assert prepare_fit(campaign, tmp_path, given[:-1], targets) != folder
    changed = given.assign(category=[*given["category"][:-1], "refund"])
    assert changed["category"].iloc[-1] != given["category"].iloc[-1]
    assert prepare_fit(campaign, tmp_path, changed, targets) != folder


def test_labels_and_curve_are_left_as_the_contract_says(
    campaign: Campaign, scores: Scoreboard
) -> None:
    asked = pd.DataFrame(
        {"inquiry": ["i00", "i01"], "round": [0, 3], "rank": 0, "uncertainty": 0.5, "why": "random"}
    )
    scores.journal.write_asked(asked.assign(guess=None, suggestion=None, score=None, wanted=1))
    path = leave_labels(campaign, scores.journal, labels(campaign, 2), scores.home)
    left = pd.read_csv(path)
    assert list(left.columns) == ["id", "text", "category", "confidence", "answers", "round"]
    assert left.to_numpy().tolist() == [
        ["i00", TEXTS[0], CATEGORIES[LABELS[0]], 1.0, 1, 0],
        ["i01", TEXTS[1], CATEGORIES[LABELS[1]], 1.0, 1, 3],
    ]
    scores.record("slow", "tiny", campaign.truth, campaign.truth, labels=2)
    scores.record("fast", "head", np.zeros_like(campaign.truth), campaign.truth, labels=2)
    curve = pd.read_csv(leave_curve(scores, scores.home))
    assert curve["accuracy"].tolist() == [1.0], "of the lane that decides, and no other"
    assert curve.columns[:2].tolist() == ["round", "labels"]


def test_no_model_is_left_without_two_categories(campaign: Campaign, scores: Scoreboard) -> None:
    same = labels(campaign, 3)
    assert same["category"].nunique() == 1
    assert leave_model(campaign, scores, same, scores.home, print) is None
    assert leave_model(campaign, scores, same[:0], scores.home, print) is None
    assert not (scores.home / "model").exists()


@pytest.mark.slow
def test_without_a_measurement_the_model_is_fitted_on_all_labels(
    campaign: Campaign, scores: Scoreboard
) -> None:
    (scores.home / "model").mkdir(parents=True)
    (scores.home / "model" / "of an earlier end").touch()
    model = leave_model(campaign, scores, labels(campaign, POOL), scores.home, print)
    assert model is not None
    assert not (model / "of an earlier end").exists()
    assert (model / "config.json").exists()
    guesses = load_transformer(model).probabilities(TEXTS[:POOL]).argmax(axis=1)
    assert (guesses == LABELS[:POOL]).mean() > 0.9


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "file"),
    [("bow", "parity.json"), ("head", "config.json"), ("setfit", "config.json")],
)
def test_whatever_the_recipe_a_campaign_leaves_a_model_that_predicts_the_same(
    kind: Kind,
    file: str,
    campaign: Campaign,
    scores: Scoreboard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("learner.models.setfit.STEPS", 10)
    recipe = Recipe(kind, str(campaign.recipe.base))
    campaign = replace(campaign, recipe=recipe)
    texts = campaign.pool["text"].tolist()
    given = campaign.numbers(campaign.pool["category"])
    fitted = fit_model(recipe, texts, given, campaign.categories, campaign.settings.seed)
    folder = leave_model(campaign, scores, labels(campaign, POOL), scores.home, print)
    assert folder is not None
    assert (folder / file).exists()
    left, expected = load_model(folder).probabilities(TEXTS), fitted.probabilities(TEXTS)
    assert (left.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.98


@pytest.mark.slow
def test_the_head_that_a_campaign_leaves_is_the_one_that_its_rounds_measured(
    campaign: Campaign, scores: Scoreboard
) -> None:
    base = str(campaign.recipe.base)
    campaign = replace(campaign, recipe=Recipe("head", base))
    given = labels(campaign, 24)
    vectors = embed(campaign.pool["text"].tolist(), base)
    selection = Selection("random", batch_size=5, initial=5, seed=campaign.settings.seed)
    batch = next_batch(
        vectors,
        campaign.pool_numbers(given),
        np.ones(POOL, dtype=bool),
        len(campaign.categories),
        selection,
        number=1,
        graph=neighbour_graph(vectors),
    )
    folder = leave_model(campaign, scores, given, scores.home, print)
    assert folder is not None
    assert batch.head is not None
    measured = batch.head.probabilities(embed(TEXTS, base))
    left = load_model(folder).probabilities(TEXTS)
    assert (left.argmax(axis=1) == measured.argmax(axis=1)).mean() > 0.98
    logits = np.log(left) - np.log(left).mean(axis=1, keepdims=True)
    cooled = np.log(measured) - np.log(measured).mean(axis=1, keepdims=True)
    assert np.corrcoef(logits.ravel(), cooled.ravel())[0, 1] > 0.999  # but for the temperature


@pytest.mark.slow
def test_a_campaign_with_a_cluster_fits_there(campaign: Campaign, scores: Scoreboard) -> None:
    said: list[str] = []
    there = replace(campaign, ray_address="127.0.0.1:9")
    lane = SlowLane(there, scores, scores.home, said.append)
    try:
        tend_until(lane, labels(there, INITIAL), lambda: len(said) > 1)
    finally:
        lane.stop()
    assert "--ray-address 127.0.0.1:9: nothing answers there" in said[1]
    assert "it is begun again at once" in said[1]
