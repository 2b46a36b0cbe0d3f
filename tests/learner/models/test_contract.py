"""The contract of every model, with tiny real weights."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tiny_encoders import CATEGORIES, LABELS, TEXTS, tiny

from labeling.errors import InputError
from learner.fitting.recipe import Kind, Recipe, fit_model
from learner.models.loading import load_model
from learner.models.protocol import Model

KINDS: tuple[Kind, ...] = ("head", "bow", "setfit", "transformer")
ODD = ["order " * 3000, "\u2603\U0001f600 \x00\ud7ff", "", " \n\t", "stop" * 400]

Fit = Callable[..., Model]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


@pytest.fixture
def fit(kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fit:
    """Fits a model of this kind quickly."""
    monkeypatch.setattr("learner.models.setfit.STEPS", 10)
    base = tiny("distilbert", tmp_path / "base")
    recipe = Recipe(kind, base, base)

    def fit(
        texts: list[str] = TEXTS, labels: np.ndarray = LABELS, categories: list[str] = CATEGORIES
    ) -> Model:
        return fit_model(recipe, texts, labels, categories, seed=3)

    return fit


def test_it_learns_and_its_probabilities_are_n_by_k_and_sum_to_one(fit: Fit) -> None:
    model = fit()
    proba = model.probabilities(TEXTS)
    assert proba.shape == (len(TEXTS), 3)
    assert proba.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert (proba >= 0).all()
    assert (proba.argmax(axis=1) == LABELS).mean() > 0.9
    assert model.categories == tuple(CATEGORIES)


def test_its_embeddings_are_one_row_a_text_and_alike_for_equal_texts(fit: Fit) -> None:
    model = fit()
    vectors = model.embed(["my order", "refund money please", "my order"])
    assert vectors.shape[0] == 3
    assert vectors.dtype == np.float32
    assert vectors[0] == pytest.approx(vectors[2], abs=1e-5)
    assert np.abs(vectors[0] - vectors[1]).max() > 1e-3
    assert model.embed([]).shape == (0, vectors.shape[1])


def test_a_category_without_labels_is_never_predicted(fit: Fit) -> None:
    proba = fit(categories=[*CATEGORIES, "never", "seen"]).probabilities([*TEXTS, *ODD])
    assert proba.shape[1] == 5
    assert proba.argmax(axis=1).max() <= 2


def test_labels_of_a_single_category_predict_that_one(fit: Fit) -> None:
    proba = fit(TEXTS[:5], np.full(5, 1)).probabilities([*TEXTS, *ODD])
    assert (proba.argmax(axis=1) == 1).all()


def test_texts_beyond_512_tokens_unknown_characters_and_empty_texts_are_predicted(fit: Fit) -> None:
    model = fit()
    proba = model.probabilities(ODD)
    assert proba.shape == (len(ODD), 3)
    assert np.isfinite(proba).all()
    assert proba.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert np.isfinite(model.embed(ODD)).all()


def test_no_texts_give_no_predictions(fit: Fit) -> None:
    assert fit().probabilities([]).shape == (0, 3)


@pytest.mark.parametrize(
    ("texts", "labels", "complaint"),
    [
        (TEXTS[:3], LABELS[:4], "3 texts but 4 labels"),
        ([], LABELS[:0], "no labels to learn from"),
        (TEXTS[:2], np.array([0, 3]), "labels from 0 to 3, but 3 categories"),
        (TEXTS[:2], np.array([-1, 1]), "labels from -1 to 1, but 3 categories"),
    ],
)
def test_labels_that_do_not_fit_are_refused(
    fit: Fit, texts: list[str], labels: np.ndarray, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        fit(texts, labels)


def test_a_category_with_one_label_is_enough(fit: Fit) -> None:
    proba = fit(["cancel order", "refund money"], np.array([0, 1])).probabilities(TEXTS)
    assert np.isfinite(proba).all()
    assert set(proba.argmax(axis=1)) <= {0, 1}


def test_a_temperature_changes_confidence_and_nothing_else(fit: Fit) -> None:
    model = fit()
    before, after = (m.probabilities(TEXTS) for m in (model, model.cooled(3.0)))
    assert (before.argmax(axis=1) == after.argmax(axis=1)).all()
    expected = before.astype(float) ** (1 / 3)
    assert after == pytest.approx(expected / expected.sum(axis=1, keepdims=True), abs=1e-4)


@pytest.mark.slow
def test_saved_by_one_process_it_predicts_the_same_in_another_and_holds_no_pickle(
    fit: Fit, tmp_path: Path
) -> None:
    model, folder = fit(categories=["Ärger", "b, c", 'd "e"']).cooled(1.5), tmp_path / "model"
    model.save(folder)
    suffixes = {path.suffix for path in folder.rglob("*") if path.is_file()}
    assert suffixes <= {".json", ".safetensors", ".txt"}
    script = (
        "import json, sys\nfrom pathlib import Path\n"
        "from learner.models.loading import load_model\n"
        "model = load_model(Path(sys.argv[1]))\n"
        "print(json.dumps([model.categories, model.probabilities(json.loads(sys.argv[2])).tolist()"
        ", model.embed(json.loads(sys.argv[2])).tolist()]))"
    )
    texts = [*TEXTS, *[text.replace("\x00", "") for text in ODD]]
    shown = subprocess.run(
        [sys.executable, "-c", script, str(folder), json.dumps(texts)],
        capture_output=True,
        text=True,
        check=True,
    )
    categories, proba, vectors = json.loads(shown.stdout)
    assert tuple(categories) == model.categories
    here = load_model(folder)
    assert (np.array(proba, dtype=here.probabilities([]).dtype) == here.probabilities(texts)).all()
    assert np.array(proba) == pytest.approx(model.probabilities(texts), abs=1e-5)
    assert np.array(vectors) == pytest.approx(model.embed(texts), abs=1e-5)


def test_the_same_seed_gives_the_same_model(fit: Fit) -> None:
    first, second = (fit().probabilities(TEXTS) for _ in range(2))
    assert (first == second).all()


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        load_model(tmp_path / "none")
    with pytest.raises(InputError, match=r"neither parity\.json nor config\.json"):
        load_model(tmp_path)
    tiny("bert", tmp_path / "encoder")
    with pytest.raises(InputError, match="holds BertModel, no classifier"):
        load_model(tmp_path / "encoder")


def test_a_damaged_or_later_card_is_refused(tmp_path: Path) -> None:
    card = tmp_path / "parity.json"
    for content, complaint in (
        ("{", "damaged"),
        ('{"kind": "bow"}', "damaged"),
        ('{"kind": "bow", "version": 2}', r"saved by a later Parity \(version 2"),
        ('{"kind": "forest", "version": 1}', "unknown kind of model 'forest'"),
    ):
        card.write_text(content)
        with pytest.raises(InputError, match=complaint):
            load_model(tmp_path)


def test_a_model_with_damaged_or_missing_weights_is_refused(fit: Fit, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    fit().save(folder)
    for path in folder.rglob("*.safetensors"):
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])
        with pytest.raises(InputError, match=r"damaged|cannot be loaded"):
            load_model(folder).probabilities(["refund"])
        path.unlink()
        with pytest.raises(InputError, match=r"damaged|cannot be loaded"):
            load_model(folder).probabilities(["refund"])
        path.write_bytes(content)
    load_model(folder)


def test_a_classifier_without_its_vocabulary_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    recipe = Recipe("transformer", base := tiny("distilbert", tmp_path / "base"), base)
    fit_model(recipe, TEXTS, LABELS, CATEGORIES, seed=3).save(folder)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(InputError, match="has no vocabulary"):
        load_model(folder)


def test_a_classifier_whose_last_layer_is_missing_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    recipe = Recipe("transformer", base := tiny("distilbert", tmp_path / "base"), base)
    fit_model(recipe, TEXTS, LABELS, CATEGORIES, seed=3).save(folder)
    weights = load_file(folder / "model.safetensors")
    del weights["classifier.weight"]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(InputError, match=r"has no weights for classifier\.weight"):
        load_model(folder)


@pytest.mark.parametrize("content", ['{"architectures', "[]", '{"architectures": 3}', "\udcff"])
def test_a_damaged_configuration_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(content, "utf-8", errors="surrogateescape")
    with pytest.raises(InputError, match=f"{tmp_path}: damaged"):
        load_model(tmp_path)


def test_weights_that_are_pickled_are_never_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    Path(tiny("bert", folder)).joinpath("model.safetensors").rename(folder / "pytorch_model.bin")
    config = json.loads((folder / "config.json").read_text())
    config["architectures"] = ["BertForSequenceClassification"]
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match="cannot be loaded"):
        load_model(folder)
