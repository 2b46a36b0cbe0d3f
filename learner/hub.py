"""Models by name: a folder, or an id on the Hugging Face hub, which may be out of reach."""

import hashlib
from functools import lru_cache
from pathlib import Path

WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin")


def can_be_had(model: str) -> bool:
    """Whether the hub's cache holds this model or the hub answers for it."""
    from huggingface_hub import HfApi

    try:
        if _cached(model, "config.json") and any(_cached(model, name) for name in WEIGHTS):
            return True
        HfApi().model_info(model, timeout=5)
    except Exception:  # of whichever HTTP library the hub's client stands on
        return False
    return True


def local_folder(model: str) -> Path | None:
    """The folder that holds `model`: itself, or what the hub's cache has of it; asks nobody.

    None where this machine has no config, weights in safetensors and vocabulary of it.
    """
    if Path(model).is_dir():
        folder = Path(model)
    else:
        config = _cached(model, "config.json")
        if config is None:
            return None
        folder = config.parent

    def has(*names: str) -> bool:
        return any((folder / name).is_file() for name in names)

    is_whole = (
        has("config.json")
        and has("model.safetensors", "model.safetensors.index.json")
        and has("tokenizer.json", "vocab.txt")
    )
    return folder if is_whole else None


def fingerprint(model: str) -> str:
    """Names what `model` holds: other weights or settings give another fingerprint.

    For an id on the hub that is the cached revision, or the id alone as long as none is cached.
    """
    digest = hashlib.sha256()
    if Path(model).is_dir():
        for path in sorted(Path(model).rglob("*")):
            if path.suffix in (".safetensors", ".bin", ".json", ".txt"):
                digest.update(str(path.relative_to(model)).encode())
                digest.update(bytes.fromhex(sha256(path)))
    else:
        config = _cached(model, "config.json")
        digest.update(f"{model} {config.parent.name if config else ''}".encode())
    return digest.hexdigest()[:16]


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal, computed anew only when the file has changed."""
    about = path.stat()
    return _sha256(path, about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=64)
def _sha256(path: Path, _size: int, _changed: int) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _cached(model: str, file: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(model, file)
    except HFValidationError:  # no hub id
        return None
    return Path(found) if isinstance(found, str) else None
