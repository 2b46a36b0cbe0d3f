"""The bridge from head to stock classifier, and fine-tuning: tiny real weights."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_encoders import CATEGORIES, LABELS, TEXTS, tiny

from learner.encoder import embed, encoder_path
from learner.models.batching import batches_by_length
from learner.models.fine_tuning import Training, fine_tune
from learner.models.head import fit_head
from learner.models.sentence_head import as_classifier, fit_on_encoder
from learner.models.transformer import embed_with, load_transformer, probe


@pytest.fixture(params=["bert", "distilbert"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return tiny(request.param, tmp_path / "base")


def test_the_stock_classifier_predicts_what_the_head_predicts(base: str) -> None:
    features = embed_with(base, TEXTS)
    head = fit_head(features, LABELS, 3)
    stock = probe(base, features, LABELS, CATEGORIES).probabilities(TEXTS)
    assert stock == pytest.approx(head.probabilities(features), abs=0.02)


@pytest.mark.slow
def test_on_the_packaged_encoder_head_and_stock_classifier_agree_to_a_hundredth() -> None:
    features = embed(TEXTS)
    assert features == pytest.approx(embed_with(encoder_path(), TEXTS), abs=1e-4)
    head = fit_head(features, LABELS, 3)
    stock = probe(encoder_path(), features, LABELS, CATEGORIES)
    assert stock.probabilities(TEXTS) == pytest.approx(head.probabilities(features), abs=0.01)


@pytest.mark.slow
def test_a_saved_model_loads_in_plain_transformers_in_another_process(
    base: str, tmp_path: Path
) -> None:
    model = probe(base, embed_with(base, TEXTS), LABELS, CATEGORIES)
    model.save(tmp_path / "model")
    assert not list((tmp_path / "model").glob("*.py"))
    script = (
        "import json; from transformers import pipeline; "
        f"print(json.dumps(pipeline('text-classification', model={str(tmp_path / 'model')!r})"
        f"({TEXTS[:4]!r})))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    expected = model.probabilities(TEXTS[:4])
    answers = json.loads(shown.stdout)
    assert [a["label"] for a in answers] == [CATEGORIES[i] for i in expected.argmax(axis=1)]
    assert [a["score"] for a in answers] == pytest.approx(expected.max(axis=1), abs=1e-5)
    again = load_transformer(tmp_path / "model").probabilities(TEXTS)
    assert again == pytest.approx(model.probabilities(TEXTS), abs=1e-6)


@pytest.mark.slow
def test_fine_tuning_learns_and_one_seed_gives_the_same_weights(
    base: str,
) -> None:
    def surprise(proba: np.ndarray) -> float:
        return float(-np.log(proba[np.arange(len(TEXTS)), LABELS]).mean())

    probed = probe(base, embed_with(base, TEXTS), LABELS, CATEGORIES).probabilities(TEXTS)
    first, second = (
        fine_tune(
            base, TEXTS, LABELS, CATEGORIES, seed=4, training=Training(probed_steps=40)
        ).probabilities(TEXTS)
        for _ in range(2)
    )
    assert (first == second).all()
    assert (first.argmax(axis=1) == LABELS).mean() > 0.95
    assert surprise(first) < surprise(probed)


@pytest.mark.slow
def test_a_head_on_the_packaged_encoder_is_exported_as_a_stock_classifier() -> None:
    model = fit_on_encoder(TEXTS, LABELS, CATEGORIES, "all-MiniLM-L6-v2").cooled(2.0)
    stock = as_classifier(model)
    assert stock is not None
    assert stock.probabilities(TEXTS) == pytest.approx(model.probabilities(TEXTS), abs=0.01)


@pytest.mark.slow
def test_another_architecture_is_fine_tuned_from_a_fresh_head(tmp_path: Path) -> None:
    from transformers import ElectraConfig, ElectraModel

    base = tiny("bert", tmp_path / "base")
    config = ElectraConfig(
        vocab_size=15,
        embedding_size=32,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    ElectraModel(config).save_pretrained(base)
    model: Any = fine_tune(base, TEXTS, LABELS, CATEGORIES, seed=0)
    assert list(model.model.config.id2label.values()) == CATEGORIES
    before = ElectraModel.from_pretrained(base).encoder.state_dict()
    after = model.model.electra.encoder.state_dict()
    assert any((before[name] != after[name]).any() for name in before), "nothing was learnt"


def test_batches_hold_every_row_once_and_similar_lengths_together() -> None:
    rng = np.random.default_rng(0)
    lengths = rng.integers(1, 100, 1000).tolist()
    batches = batches_by_length(lengths, 16, rng)
    assert sorted(np.concatenate(batches)) == list(range(1000))
    spread = np.mean([np.ptp(np.take(lengths, batch)) for batch in batches])
    assert spread < 0.2 * np.mean([np.ptp(rng.choice(lengths, 16)) for _ in range(50)])
    assert batches_by_length([], 16, rng) == []
