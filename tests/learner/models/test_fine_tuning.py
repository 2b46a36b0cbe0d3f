"""The fine-tuning loop, with tiny real weights."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny_encoders import CATEGORIES, LABELS, TEXTS, tiny, without_dropout

from labeling.errors import ParityError
from learner.models import fine_tuning
from learner.models.fine_tuning import Training, fine_tune
from learner.models.protocol import Model
from learner.models.transformer import Transformer

SHORT = Training(probed_steps=20)


@pytest.fixture
def base(tmp_path: Path) -> str:
    return tiny("bert", tmp_path / "base")


def fitted(base: str, training: Training = SHORT) -> Transformer:
    return fine_tune(base, TEXTS, LABELS, CATEGORIES, seed=1, training=training)


def weights(model: Transformer) -> dict[str, torch.Tensor]:
    return model.model.state_dict()


def test_word_embeddings_and_the_bridge_stay_as_they_are(base: str) -> None:
    from transformers import AutoModel

    before = AutoModel.from_pretrained(base).state_dict()
    after = fitted(base).body.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert not any(name.startswith("embeddings.") for name in changed)
    assert any(name.startswith("encoder.layer.1.") for name in changed)


def short_of_memory(monkeypatch: pytest.MonkeyPatch, texts: int) -> list[int]:
    """Let the loss of more than so many texts at once run out of memory; gives what was tried."""
    real, tried = fine_tuning._loss, []

    def loss(forward: Any, classifier: Transformer, batch: fine_tuning.Examples) -> torch.Tensor:
        tried.append(len(batch.tokens))
        if len(batch.tokens) > texts:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return real(forward, classifier, batch)

    monkeypatch.setattr(fine_tuning, "_loss", loss)
    return tried


def test_a_batch_that_does_not_fit_is_taken_in_parts_with_the_same_gradient(
    base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = fitted(without_dropout(base))
    tried = short_of_memory(monkeypatch, texts=5)
    in_parts = fitted(base)
    assert tried[:3] == [16, 8, 4]
    assert max(tried[3:]) == 4, "what was learnt of the memory is kept"
    for name, weight in weights(whole).items():
        assert torch.allclose(weight, weights(in_parts)[name], atol=1e-4), name


def test_a_single_text_that_does_not_fit_is_said(
    base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_of_memory(monkeypatch, texts=0)
    with pytest.raises(ParityError, match="memory ran out on a single text of"):
        fitted(base)


def test_another_failure_is_no_shortage_of_memory(
    base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loss(*_: Any) -> torch.Tensor:
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr(fine_tuning, "_loss", loss)
    with pytest.raises(RuntimeError, match="shapes do not match"):
        fitted(base)


def test_layers_further_down_learn_more_slowly(base: str) -> None:
    from learner.models.transformer import fresh

    model = fresh(base, CATEGORIES).model
    training = Training(body_rate=0.1, head_rate=1.0, layer_decay=0.5)
    rate = {
        id(parameter): group["lr"]
        for group in fine_tuning._rates(model, training)
        for parameter in group["params"]
    }
    found = {name: rate[id(parameter)] for name, parameter in model.named_parameters()}
    assert found["classifier.weight"] == 1.0
    assert found["bert.encoder.layer.1.output.dense.weight"] == 0.1
    assert found["bert.encoder.layer.0.output.dense.weight"] == 0.05


def test_weights_have_mean_one_and_can_make_every_category_count_alike() -> None:
    labels = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    assert (fine_tuning._weights(labels, 0.0) == 1).all()
    alike = fine_tuning._weights(labels, 1.0)
    assert float(alike.mean()) == pytest.approx(1)
    assert [float(alike[labels == label].sum()) for label in range(3)] == pytest.approx([8 / 3] * 3)


@pytest.mark.parametrize(
    "training",
    [
        Training(probed_steps=20, sampling=1.0),
        Training(probed_steps=20, weighting=1.0),
        Training(probed_steps=20, watched=0.2),
    ],
)
def test_every_way_of_training_learns_and_repeats_itself(base: str, training: Training) -> None:
    first, second = (fitted(base, training).probabilities(TEXTS) for _ in range(2))
    assert (first == second).all()
    assert (first.argmax(axis=1) == LABELS).mean() > 0.9


def test_the_epoch_that_does_best_on_held_back_labels_is_kept(
    base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[torch.Tensor] = []
    verdicts = iter([0.5, 0.2, 0.9, 0.8])

    def surprise(classifier: Transformer, watched: fine_tuning.Examples) -> float:
        assert 10 <= len(watched.tokens) <= 18, "a fifth of 72 labels"
        model: Any = classifier.model
        seen.append(model.classifier.weight.detach().clone())
        return next(verdicts)

    monkeypatch.setattr(fine_tuning, "_surprise", surprise)
    kept: Any = fitted(base, Training(probed_steps=1, epochs=4, watched=0.2)).model
    assert len(seen) == 4
    assert torch.equal(kept.classifier.weight.detach(), seen[1])


def test_watching_is_called_after_each_epoch_and_changes_no_weight(base: str) -> None:
    seen: list[torch.Tensor] = []

    def watch(model: Model) -> None:
        assert isinstance(model, Transformer)
        model.probabilities(TEXTS)
        inner: Any = model.model
        seen.append(inner.classifier.weight.detach().clone())

    training = Training(probed_steps=1, epochs=3)
    watched = fine_tune(base, TEXTS, LABELS, CATEGORIES, seed=1, training=training, watch=watch)
    alone = fitted(base, training)
    for name, weight in weights(alone).items():
        assert torch.equal(weight, weights(watched)[name]), name
    assert len(seen) == 3
    last: Any = watched.model
    assert torch.equal(seen[-1], last.classifier.weight)
    assert not torch.equal(seen[0], seen[1])
