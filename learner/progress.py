"""Showing long work without flooding the terminal."""

import logging
import time
from collections.abc import Callable

Progress = Callable[[int, int], None]  # done, of how many
Say = Callable[[str], None]  # shows a line to whoever runs the command
SECONDS = 5.0


def spoken(say: Callable[[str], None], what: str) -> Progress:
    """A progress that says "what: done of total", at most once in five seconds."""
    last = time.monotonic()

    def progress(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS and done < of:
            last = time.monotonic()
            say(f"{what}: {done:,} of {of:,}")

    return progress


def hush_libraries() -> None:
    """Keep the model libraries' own bars and notices off the terminal."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
