"""A fit in the background: one at a time, in a process of its own, while annotators go on."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from labeling.errors import ParityError
from labeling.processes import start_child, stop_child
from learner import fit

TRIES = 2


@dataclass
class FitProcess:
    """Runs prepared jobs. `poll` tells how the one under way stands."""

    folder: Path | None = None
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _tries: int = 0

    @property
    def is_busy(self) -> bool:
        """Whether a fit is under way."""
        return self.folder is not None

    def start(self, folder: Path) -> None:
        """Begin the job in `folder`; one that was finished before is not run again."""
        assert not self.is_busy
        self.folder, self._tries = folder, 0
        self._launch()

    def poll(self) -> Path | None:
        """The folder of the job that has just been finished; None while it runs, or if none does.

        A job whose process died is started once more; the second time a ParityError says where its
        log is.
        """
        if self.folder is None or (self._child is not None and self._child.poll() is None):
            return None
        folder = self.folder
        if fit.is_done(folder):
            self.stop()
            return folder
        if self._tries >= TRIES:
            raise ParityError(f"fine-tuning failed {TRIES} times; its log is {folder / 'log'}")
        self._launch()
        return None

    def progress(self) -> str:
        """How far the fit under way has come, in words; empty while it starts."""
        try:
            done, of = (self.folder / "progress").read_text().split() if self.folder else ("", "")
        except (OSError, ValueError):
            return ""
        return f"step {done} of {of}" if of else ""

    def stop(self) -> None:
        """End the fit under way, if any."""
        if self._child is not None:
            stop_child(self._child)
        self.folder, self._child = None, None

    def _launch(self) -> None:
        assert self.folder is not None
        if fit.is_done(self.folder):
            return
        self._tries += 1
        (self.folder / "progress").unlink(missing_ok=True)
        command = [sys.executable, "-m", "learner.fit", str(self.folder)]
        self._child = start_child(command, log=self.folder / "log")
