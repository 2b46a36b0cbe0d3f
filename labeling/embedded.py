"""Start the embedded Argilla server beside the campaign, and stop it."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from labeling.errors import ParityError
from labeling.processes import start_child, stop_child
from labeling.server.accounts.credentials import Account, Credentials, read_credentials
from labeling.server.listening import HOST
from labeling.server.logs import renew

__all__ = ["Account", "Credentials", "Embedded", "read_credentials", "start_embedded"]

START_SECONDS = 120.0
STOP_SECONDS = 10.0  # the requests under way get eight of them
_REPOSITORY = Path(__file__).resolve().parent.parent
_SAYS = "argilla: "
_READY = "ready at "


@dataclass(frozen=True)
class Embedded:
    """A running Argilla server; leaving it as a context manager stops it."""

    url: str
    credentials: Credentials
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Let the server finish the requests under way, then end it."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        stop_child(self.process)

    def __enter__(self) -> "Embedded":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start_embedded(
    home: Path, port: int | None, say: Callable[[str], None], host: str = HOST
) -> Embedded:
    """Start the server on the data in `home` and wait until it answers.

    `say` gets one line for each thing that is waited for; a taken `port` is replaced by a free one.
    Raises ParityError when the server's environment is missing, or when it ends or does not answer
    within two minutes; the message then holds the last line of its log.
    """
    home = home.absolute()
    log = home / "argilla" / "server.log"
    python = _server_python()
    renew(log)
    log_start = log.stat().st_size if log.exists() else 0
    command = [
        str(python),
        "-P",
        "-m",
        "labeling.server",
        "--home",
        str(home),
        "--host",
        host,
        "--exit-with-parent",
    ]
    if port is not None:
        command += ["--port", str(port)]
    process = start_child(command, log, {"PYTHONPATH": _python_path(), "PYTHONUNBUFFERED": "1"})
    with _stopped_on_failure(process):
        for line in _said(process, log, log_start):
            say(f"Argilla: {line}")
            if line.startswith(_READY):
                break
        else:
            raise ParityError(_failure(process, log))
        credentials = read_credentials(home)
    return Embedded(credentials.url, credentials, process)


def _server_python() -> Path:
    """The interpreter of the server's own environment."""
    named = os.environ.get("PARITY_ARGILLA_PYTHON")
    python = Path(named) if named else _REPOSITORY / ".venv-argilla" / "bin" / "python"
    if not python.exists():
        raise ParityError(f"{python}: Argilla's environment is missing; run scripts/run once")
    return python


def _python_path() -> str:
    inherited = os.environ.get("PYTHONPATH")
    return os.pathsep.join([str(_REPOSITORY), *([inherited] if inherited else [])])


def _said(process: subprocess.Popen[bytes], log: Path, start: int) -> Iterator[str]:
    """What the server says in its log after byte `start`, until it ends or time is up."""
    deadline = time.monotonic() + START_SECONDS
    with log.open("rb") as content:
        content.seek(start)
        unfinished = b""
        while time.monotonic() < deadline:
            alive = process.poll() is None
            unfinished += content.readline()
            if unfinished.endswith(b"\n"):
                line = unfinished.decode("utf-8", "replace").rstrip()
                unfinished = b""
                if line.startswith(_SAYS):
                    yield line.removeprefix(_SAYS)
            elif alive:
                time.sleep(0.05)
            else:
                return


@contextmanager
def _stopped_on_failure(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        stop_child(process)
        raise


def _failure(process: subprocess.Popen[bytes], log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last = lines[-1].removeprefix(_SAYS) if lines else "nothing was logged"
    how = "ended" if process.poll() is not None else f"did not answer in {START_SECONDS:.0f} s"
    return f"Argilla's server {how} while starting: {last} (see {log})"
