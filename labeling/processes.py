"""Child processes that never outlive their parent, and that Ctrl-C reaches only through it."""

import os
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path


def start_child(
    command: Sequence[str], log: Path, environment: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start `command` with its output appended to `log`.

    The child gets a pipe as standard input that closes when this process ends, however it
    ends (SIGKILL included); a child that calls `exit_with_parent` follows it. It lives in a session
    of its own, so that a terminal's Ctrl-C does not end it before its parent has told it to.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
        )


def stop_child(child: subprocess.Popen[bytes], patience: float = 10.0) -> None:
    """Ask `child` to end, wait up to `patience` seconds, then insist."""
    if child.stdin is not None:
        child.stdin.close()
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def exit_with_parent() -> None:
    """End this process as soon as standard input closes, that is, when its parent is gone."""

    def watch() -> None:
        # Not through sys.stdin: a daemon thread waiting in its buffer makes an orderly exit abort.
        while os.read(0, 4096):
            pass
        os._exit(0)

    threading.Thread(target=watch, name="exit-with-parent", daemon=True).start()
