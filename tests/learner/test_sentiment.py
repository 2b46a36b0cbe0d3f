"""How a customer sounds: VADER, or a classifier where this machine has one, by one interface."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_encoders import CATEGORIES, LABELS, TEXTS, tiny

from labeling.errors import InputError
from learner.models.bow import fit_bag_of_words
from learner.models.fine_tuning import Training, fine_tune
from learner.sentiment import ANGRY, SST2, Sentiment, load_sentiment

PARITY = str(Path(sys.executable).with_name("parity"))
NOWHERE = ["none/such-model"]
ASKS_MONEY = [text for text in TEXTS if "money" in text]
ASKS_ELSE = [text for text in TEXTS if "money" not in text]


def make_classifier(folder: Path, names: list[str]) -> Path:
    """A tiny DistilBERT with the first of `names` for texts about money, the second for others."""
    base = tiny("distilbert", folder / f"base of {'-'.join(names)}")
    labels = np.array([0 if "money" in text else 1 for text in TEXTS])
    model = fine_tune(base, TEXTS, labels, names, seed=0, training=Training(probed_steps=60))
    model.save(folder / "-".join(names))
    return folder / "-".join(names)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A classifier to which texts about money are negative."""
    return make_classifier(tmp_path_factory.mktemp("sentiment"), ["NEGATIVE", "POSITIVE"])


@pytest.fixture(scope="module", params=["VADER", "a folder"])
def reader(request: pytest.FixtureRequest, folder: Path) -> Sentiment:
    return load_sentiment(NOWHERE if request.param == "VADER" else [str(folder)])


@pytest.mark.parametrize(
    "text",
    [
        *("", "   \n", "?", "\u202e\u200f abc", "\U0001f92c" * 50, "<script>alert(1)</script>"),
        *("a" * 10_000, "no " * 3_400, "你好，我的包裹在哪里"),  # noqa: RUF001
    ],
    ids=["empty", "spaces", "mark", "bidi", "emoji", "html", "a word", "long", "Chinese"],
)
def test_whatever_is_written_has_a_score_from_minus_one_to_one(
    reader: Sentiment, text: str
) -> None:
    (score,) = reader.scores([text])
    assert -1 <= score <= 1


def test_there_is_a_score_for_each_text_in_their_order(reader: Sentiment) -> None:
    texts = ["my money please", "where parcel", "thank you", "this is terrible, I hate it"]
    together = reader.scores(texts)
    assert together.shape == (4,)
    assert together == pytest.approx([reader.scores([text])[0] for text in texts], abs=1e-5)
    assert len(set(together.round(6))) > 1
    assert reader.scores([]).shape == (0,)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Your service is a disgrace, I am furious, I hate it!", -1, ANGRY),
        ("Where is my parcel?", -0.05, 0.05),
        ("Thank you so much, this is wonderful!", 0.5, 1),
    ],
)
def test_vader_tells_anger_from_thanks(text: str, low: float, high: float) -> None:
    (score,) = load_sentiment(NOWHERE).scores([text])
    assert low <= score <= high


def test_the_angriest_part_of_a_long_text_counts_for_vader() -> None:
    thanks, anger = "Thank you, that is a great help. " * 60, "I hate you, you liars, go to hell."
    kind, mixed = load_sentiment(NOWHERE).scores([thanks, f"{thanks}{anger}"])
    assert kind > 0.5
    assert mixed < kind


@pytest.mark.parametrize("names", [["NEGATIVE", "POSITIVE"], ["positive", "negative"]])
def test_a_classifier_counts_by_the_names_of_its_categories_and_not_by_their_order(
    names: list[str], tmp_path: Path
) -> None:
    about_money, else_ = -1, 1
    if names[0] == "positive":
        about_money, else_ = 1, -1
    reader = load_sentiment([str(make_classifier(tmp_path, names))])
    assert np.sign(reader.scores(ASKS_MONEY)).tolist() == [about_money] * len(ASKS_MONEY)
    assert np.sign(reader.scores(ASKS_ELSE)).tolist() == [else_] * len(ASKS_ELSE)


def test_the_name_says_which_reader_it_is(folder: Path) -> None:
    assert load_sentiment(NOWHERE).name == "VADER"
    assert load_sentiment([*NOWHERE, str(folder)]).name == f"SST-2 DistilBERT ({folder})"


def test_a_folder_without_weights_is_passed_over(folder: Path, tmp_path: Path) -> None:
    half = tmp_path / "half"
    shutil.copytree(folder, half)
    (half / "model.safetensors").unlink()
    assert load_sentiment([str(half)]).name == "VADER"


def test_damaged_weights_are_an_input_error(folder: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged)
    (damaged / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(InputError, match=r"damaged: cannot be loaded"):
        load_sentiment([str(damaged)])


def test_a_classifier_of_something_else_is_an_input_error(tmp_path: Path) -> None:
    other = make_classifier(tmp_path, ["spam", "ham"])
    with pytest.raises(InputError, match="spam, ham, not NEGATIVE and POSITIVE"):
        load_sentiment([str(other)])


@pytest.mark.slow
@pytest.mark.parametrize("model", SST2)
def test_the_command_takes_the_classifier_of_the_hubs_cache_and_says_so(
    model: str, folder: Path, tmp_path: Path
) -> None:
    fit_bag_of_words(TEXTS, LABELS, CATEGORIES).save(tmp_path / "model")
    cached = tmp_path / "hub" / f"models--{model.replace('/', '--')}"
    (cached / "refs").mkdir(parents=True)
    (cached / "refs" / "main").write_text("0" * 40)
    shutil.copytree(folder, cached / "snapshots" / ("0" * 40))

    def said(cache: str) -> str:
        ran = subprocess.run(
            [PARITY, "route", "--model", "model", "refund my money"],
            cwd=tmp_path,
            env={**os.environ, "HF_HUB_CACHE": cache},
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stderr

    assert said(str(tmp_path / "hub")).startswith(f"sentiment by SST-2 DistilBERT ({model}), ")
    assert said(str(tmp_path / "empty")).startswith("sentiment by VADER, ")
