"""A model's folder may come from anywhere: nothing in it is ever run."""

import pickle
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from tiny_encoders import CATEGORIES, LABELS, TEXTS, tiny

from labeling.errors import InputError
from learner.models.loading import load_model
from learner.models.transformer import embed_with, probe

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [*(ROOT / "labeling").rglob("*.py"), *(ROOT / "learner").rglob("*.py")]


class Malicious:
    """What unpickling runs."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sequence classifier as `transformers` saves it."""
    base = tiny("bert", tmp_path / "base")
    model = probe(base, embed_with(base, TEXTS), LABELS, CATEGORIES)
    model.save(tmp_path / "model")
    assert load_model(tmp_path / "model").categories == tuple(CATEGORIES)
    return tmp_path / "model"


def test_weights_in_a_pickle_are_refused_and_not_unpickled(folder: Path, tmp_path: Path) -> None:
    mark = tmp_path / "it was run"
    content = pickle.dumps(Malicious(mark))
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(content)

    with pytest.raises(InputError) as refused:
        load_model(folder)

    assert len(str(refused.value).splitlines()) == 1
    assert not mark.exists()
    pickle.loads(content)
    assert mark.exists(), "it would have been run by whoever unpickles"


@pytest.mark.parametrize("kind", ["bert", "distilbert"])
def test_an_encoder_in_a_pickle_is_not_unpickled(kind: str, tmp_path: Path) -> None:
    base, mark = Path(tiny(kind, tmp_path / "base")), tmp_path / "it was run"
    for weights in base.rglob("*.safetensors"):
        weights.unlink()
        weights.with_name("pytorch_model.bin").write_bytes(pickle.dumps(Malicious(mark)))

    with pytest.raises((OSError, RuntimeError, ValueError, pickle.UnpicklingError)):
        embed_with(str(base), TEXTS)

    assert not mark.exists()


def test_code_that_comes_with_a_model_is_not_run(folder: Path, tmp_path: Path) -> None:
    mark = tmp_path / "it was run"
    (folder / "modeling.py").write_text(f"import pathlib; pathlib.Path({str(mark)!r}).touch()\n")
    config = (folder / "config.json").read_text()
    auto = '{"auto_map": {"AutoModelForSequenceClassification": "modeling.Model"}, '
    (folder / "config.json").write_text(config.replace("{", auto, 1))

    assert load_model(folder).categories == tuple(CATEGORIES)
    (folder / "config.json").write_text(
        (folder / "config.json").read_text().replace('"bert"', '"nobody-knows-this"')
    )
    with pytest.raises(InputError):
        load_model(folder)
    assert not mark.exists()
    shutil.rmtree(folder)


def test_no_source_asks_for_a_pickle_or_for_code_of_a_model() -> None:
    assert len(SOURCES) > 150
    asks = re.compile(
        r"trust_remote_code|use_safetensors=False|weights_only=False|allow_pickle=True"
        r"|\bimport (pickle|dill|cloudpickle)\b|from (pickle|dill) |joblib\.load|torch\.load"
        r"|read_pickle|to_pickle|\beval\(|\bexec\(|yaml\.load\("
    )
    found = [
        (path.name, line.strip())
        for path in SOURCES
        for line in path.read_text().splitlines()
        if asks.search(line) and ".eval()" not in line
    ]
    assert found == []
