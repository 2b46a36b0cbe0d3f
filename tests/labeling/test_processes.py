"""Children follow their parent, are told before they are killed, and get no Ctrl-C of their own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from waiting import is_running, wait_until

from labeling.processes import start_child, stop_child

FAITHFUL = (
    "import time; from labeling.processes import exit_with_parent\n"
    "exit_with_parent(); print('ready', flush=True); time.sleep(60)"
)
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('ready', flush=True); time.sleep(60)"
)
TIDY = (
    "import signal, sys, time\n"
    "def leave(number, frame):\n    print('tidied up', flush=True); sys.exit(7)\n"
    "signal.signal(signal.SIGTERM, leave)\n"
    "print('ready', flush=True); time.sleep(60)"
)


def started(script: str, log: Path) -> subprocess.Popen[bytes]:
    child = start_child([sys.executable, "-c", script], log)
    wait_until(lambda: "ready" in log.read_text())
    return child


def test_what_a_child_says_is_added_to_its_log(tmp_path: Path) -> None:
    log = tmp_path / "new" / "log"
    script = "import os, sys; print('out'); print(os.environ['WORD'], file=sys.stderr)"
    for word in ("first", "second"):
        child = start_child([sys.executable, "-uc", script], log, {"WORD": word})
        assert child.wait(20) == 0
    assert log.read_text().split() == ["out", "first", "out", "second"]
    assert "WORD" not in os.environ


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    parent_script = (
        "import sys, time, pathlib; from labeling.processes import start_child\n"
        f"child = start_child([sys.executable, '-c', {FAITHFUL!r}], pathlib.Path(sys.argv[1]))\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", parent_script, log], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    wait_until(lambda: "ready" in log.read_text())
    assert is_running(child)
    parent.kill()
    parent.wait()
    wait_until(lambda: not is_running(child), seconds=5)


def test_a_child_lives_on_while_its_parent_does(tmp_path: Path) -> None:
    child = started(FAITHFUL, tmp_path / "log")
    time.sleep(0.3)
    assert child.poll() is None
    stop_child(child)
    assert child.poll() is not None


def test_a_terminals_ctrl_c_does_not_reach_a_child(tmp_path: Path) -> None:
    child = started(TIDY, tmp_path / "log")
    assert os.getpgid(child.pid) == os.getsid(child.pid) == child.pid != os.getpgid(0)
    stop_child(child)


def test_a_child_is_asked_before_it_is_killed(tmp_path: Path) -> None:
    child = started(TIDY, tmp_path / "log")
    stop_child(child)
    assert child.returncode == 7
    assert "tidied up" in (tmp_path / "log").read_text()


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    child = started(DEAF, tmp_path / "log")
    stop_child(child, patience=0.2)
    assert child.returncode == -signal.SIGKILL


def test_stopping_what_has_ended_already_does_nothing(tmp_path: Path) -> None:
    child = start_child([sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "log")
    assert child.wait(20) == 3
    stop_child(child)
    stop_child(child)
    assert child.returncode == 3
