"""The log is bounded, and what is written while it is renewed is in one of its two parts."""

import sys
from pathlib import Path

from labeling.processes import start_child

WRITE = """
import subprocess, sys, time
from pathlib import Path
from labeling.server import logs
logs.bound(Path(sys.argv[1]), limit=int(sys.argv[2]), look_every=0.02)
for n in range(int(sys.argv[3])):
    print("line", n, flush=True)
    if n % 100 == 0:
        subprocess.run(["sh", "-c", f"echo child {n} >&2"])
    time.sleep(0.0005)
time.sleep(0.2)
"""


def write(log: Path, limit: int, lines: int) -> None:
    child = start_child([sys.executable, "-c", WRITE, str(log), str(limit), str(lines)], log)
    assert child.wait(60) == 0, log.read_text()


def test_a_log_that_grows_is_renewed_and_the_one_before_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "server.log"

    write(log, limit=8_000, lines=1_000)

    before = (tmp_path / "server.log.1").read_text().splitlines()
    lines = [line for line in [*before, *log.read_text().splitlines()] if line.startswith("line")]
    assert lines[-1] == "line 999"
    first = int(lines[0].split()[1])
    assert lines == [f"line {n}" for n in range(first, 1_000)]
    assert "child 900" in [*before, *log.read_text().splitlines()]
    assert log.stat().st_size < 20_000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["server.log", "server.log.1"]


def test_a_log_within_bounds_is_left_alone(tmp_path: Path) -> None:
    log = tmp_path / "server.log"

    write(log, limit=8_000, lines=100)

    assert len(log.read_text().splitlines()) == 101
    assert [path.name for path in tmp_path.iterdir()] == ["server.log"]


def test_output_that_goes_elsewhere_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "server.log").write_text("of another time")
    command = [sys.executable, "-c", WRITE, str(tmp_path / "server.log"), "10", "100"]

    assert start_child(command, tmp_path / "mine.log").wait(60) == 0

    assert len((tmp_path / "mine.log").read_text().splitlines()) == 101
    assert (tmp_path / "server.log").read_text() == "of another time"
