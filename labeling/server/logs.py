"""A log that does not grow without bound, whatever writes to it."""

import os
import sys
import threading
import time
from pathlib import Path

LIMIT = 5_000_000  # bytes; the log before this one is kept as well
_LOOK_EVERY = 10  # seconds


def renew(log: Path, limit: int = LIMIT) -> None:
    """Put a log of more than `limit` bytes aside, as `log.1`, before it is written to again."""
    if log.is_file() and log.stat().st_size > limit:
        log.replace(_before(log))


def bound(log: Path, limit: int = LIMIT, look_every: float = _LOOK_EVERY) -> None:
    """Keep `log` to about `limit` bytes, if it is where this process's standard output goes.

    A log that has grown beyond is renamed to `log.1`, and output goes on in a new one. Nothing is
    done when the output goes elsewhere: to a terminal, or into somebody else's log.
    """
    if _is_output(log):
        watch = threading.Thread(target=_watch, args=(log, limit, look_every), name="log")
        watch.daemon = True
        watch.start()


def _before(log: Path) -> Path:
    return log.with_name(f"{log.name}.1")


def _is_output(log: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(sys.stdout.fileno()), log.stat())
    except OSError:
        return False


def _watch(log: Path, limit: int, look_every: float) -> None:
    while True:
        if os.fstat(1).st_size > limit:
            log.replace(_before(log))
            new = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            for output in (1, 2):
                os.dup2(new, output)  # no line is lost: each is written to the one or the other
            os.close(new)
        time.sleep(look_every)
