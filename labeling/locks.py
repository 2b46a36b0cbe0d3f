"""A file that one process at a time holds; the hold falls with the process."""

import fcntl
import time
from pathlib import Path
from typing import IO


def take(lock: IO[str], patience: float) -> bool:
    """Whether the open file could be held within `patience` seconds."""
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)


def holder(path: Path) -> str | None:
    """What the process that holds `path` wrote into it; None when none does.

    Whoever takes the file in this very moment has to wait for it.
    """
    try:
        with path.open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return lock.read().strip()
    except FileNotFoundError:
        pass
    return None
