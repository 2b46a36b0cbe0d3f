"""Where Parity keeps what can be computed again: embeddings and full-data models."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """`$PARITY_CACHE`, else `parity` in the user's cache folder."""
    named = os.environ.get("PARITY_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parity"
