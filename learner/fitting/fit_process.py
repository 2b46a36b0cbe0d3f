"""A fit in the background: one at a time, in a process of its own, while annotators go on."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals

from joblib import cpu_count

from labeling.errors import ParityError
from labeling.processes import start_child, stop_child
from learner.fitting import fit
from learner.fitting.steps import steps
from learner.progress import Say

# Seconds between a failure and the next try: what took the memory may be gone by then.
WAITS = (0, 60, 300, 900)
LOOK_SECONDS = 0.2
THREADS = "OMP_NUM_THREADS"


@dataclass
class FitProcess:
    """Runs prepared jobs. `poll` tells how the one under way stands; failures are said.

    The Ray cluster at `ray_address` fine-tunes, where one is named; if it loses a worker, the job
    has failed.
    """

    say: Say
    waits: Sequence[float] = WAITS
    ray_address: str | None = None
    folder: Path | None = None
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _failures: int = 0
    _next_try: float = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether a fit is under way, or is to be tried again."""
        return self.folder is not None

    def start(self, folder: Path) -> None:
        """Begin the job in `folder`; one that was finished before is not run again."""
        assert not self.is_busy
        self.folder, self._failures = folder, 0
        self._launch()

    def poll(self) -> Path | None:
        """The folder of the job that has just been finished; None while it runs, or if none does.

        A job whose process failed is begun again after each of `waits`; when the last try has
        failed, too, a ParityError says where its log is.
        """
        if self.folder is None or (self._child is not None and self._child.poll() is None):
            return None
        folder = self.folder
        if fit.is_done(folder):
            self.stop()
            return folder
        if self._child is not None:
            self._note_failure(self._child.returncode)
        if time.monotonic() >= self._next_try:
            self._launch()
        return None

    def finish(self, folder: Path) -> None:
        """Run the job in `folder` and wait for its end."""
        self.start(folder)
        try:
            while self.poll() is None:
                time.sleep(LOOK_SECONDS)
        finally:
            self.stop()

    def progress(self) -> str:
        """How far the fit under way has come, in words; empty while it starts."""
        if self._child is None and self._failures:
            return f"it failed, try {self._failures + 1} is to come"
        return steps(self.folder) if self.folder else ""

    def stop(self) -> None:
        """End the fit under way, if any."""
        if self._child is not None:
            stop_child(self._child)
        self.folder, self._child = None, None

    def _note_failure(self, code: int) -> None:
        assert self.folder is not None
        self._child = None
        log = self.folder / "log"
        how = (
            f"was killed by {Signals(-code).name} (a system short of memory does that)"
            if code < 0
            else f"failed ({_last_line(log)})"
        )
        if self._failures >= len(self.waits):
            raise ParityError(f"the fit in the background {how} once too often; its log is {log}")
        wait = self.waits[self._failures]
        self._failures += 1
        self._next_try = time.monotonic() + wait
        when = f"in {wait:g} s" if wait else "at once"
        self.say(f"the fit in the background {how}; it is begun again {when}, answers go on")

    def _launch(self) -> None:
        assert self.folder is not None
        if fit.is_done(self.folder):
            return
        (self.folder / "progress").unlink(missing_ok=True)
        command = [sys.executable, "-m", "learner.fitting.fit", str(self.folder)]
        command += [] if self.ray_address is None else [self.ray_address]
        self._child = start_child(command, self.folder / "log", {THREADS: threads()})


def threads() -> str:
    """As many as there are cores but one, which is for the server and the fast lane.

    Threads that wait for one that has no core wait busily: with one of two cores taken by others,
    two threads were half as quick as one.
    """
    return os.environ.get(THREADS) or str(max(1, cpu_count() - 1))


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"
