"""How `parity up` tells what happens: as a view in a terminal, as plain lines, or as JSON."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from labeling.errors import InputError
from labeling.visible import visible
from learner.live.status import read_status
from learner.progress import Say

LOOKS_A_SECOND = 2.0


def telling(home: Path, as_json: bool) -> AbstractContextManager[Say]:
    """What is said while the block runs the campaign in `home` goes to standard output."""
    if as_json:
        return _as_json(home)
    return _in_a_view(home) if _can_show_a_view() else _as_lines()


@dataclass
class Figures:
    """The status of the campaign that this process runs; None until it runs."""

    home: Path
    _seen: dict[str, Any] | None = None

    def __call__(self) -> dict[str, Any] | None:
        """The status of now; what was read last where it cannot be read."""
        try:
            status = read_status(self.home, is_checked=self._seen is not None)
        except (InputError, OSError, ValueError):
            return self._seen
        is_over = status["running"] is None and self._seen is not None
        is_known = status["goal"] is not None  # a new journal is empty for a moment
        if is_known and (status["running"] == os.getpid() or is_over):
            self._seen = status
        return self._seen


def _can_show_a_view() -> bool:
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    is_dumb = os.environ.get("TERM", "dumb") in ("", "dumb", "unknown")
    return sys.stdout.isatty() and is_utf8 and not is_dumb


@contextmanager
def _as_lines() -> Iterator[Say]:
    yield lambda line: print(line, flush=True)


@contextmanager
def _as_json(home: Path) -> Iterator[Say]:
    """Nothing but events goes to standard output, whoever prints."""
    figures, output = Figures(home), sys.stdout
    try:
        with redirect_stdout(sys.stderr):
            yield lambda line: _write_event(output, "said", figures(), line)
    except (KeyboardInterrupt, SystemExit):
        _write_event(output, "interrupted", figures())
        raise
    _write_event(output, "ended", figures())


def _write_event(
    output: IO[str], event: str, status: dict[str, Any] | None, line: str | None = None
) -> None:
    found = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event}
    said = {} if line is None else {"line": line}
    print(json.dumps({**found, **said, "status": status}), file=output, flush=True)


@contextmanager
def _in_a_view(home: Path) -> Iterator[Say]:
    """One view at the foot of the terminal, above which lines scroll; it goes at the end."""
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    from learner.live.view import view

    console, figures, began = (
        Console(highlight=False, markup=False),
        Figures(home),
        time.monotonic(),
    )
    live = Live(
        console=console,
        get_renderable=lambda: view(figures(), time.monotonic() - began, console.width),
        refresh_per_second=LOOKS_A_SECOND,
        transient=True,
        redirect_stderr=sys.stderr.isatty(),
    )
    try:
        with live:
            yield lambda line: console.print(Text(visible(line)), soft_wrap=True)
    finally:
        console.show_cursor(True)  # also after a second Ctrl-C
