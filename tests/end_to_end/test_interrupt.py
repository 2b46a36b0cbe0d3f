"""Ctrl-C, and two campaigns at once."""

import os
import signal
import socket
from pathlib import Path

import pandas as pd
import pytest
from waiting import wait_until

from scripts.rehearsals import Seen, family, run, start, write_inquiries

pytestmark = pytest.mark.end_to_end


def rehearsal(tmp_path: Path, home: str, labels: int = 36) -> tuple[object, ...]:
    return (
        *("up", "--data", tmp_path / "inquiries.csv", "--home", tmp_path / home),
        *("--annotators", "simulated", "--model", "head", "--until", labels),
    )


def test_ctrl_c_ends_every_process_and_the_same_command_goes_on(tmp_path: Path) -> None:
    write_inquiries(tmp_path / "inquiries.csv")
    seen, log = Seen(tmp_path / "home"), tmp_path / "log"
    command = start(*rehearsal(tmp_path, "home"), log=log)
    wait_until(lambda: len(seen.submitted()) >= 5)
    os.killpg(command.pid, signal.SIGINT)
    assert command.wait(30) == 130
    assert log.read_text().splitlines()[-1] == "parity: interrupted; the same command goes on"
    assert "Traceback" not in log.read_text()
    assert family(seen.home) == []
    before = {inquiry for inquiry, _, _ in seen.submitted()}
    assert start(*rehearsal(tmp_path, "home"), log=log).wait(120) == 0
    assert before <= set(pd.read_csv(seen.home / "labels.csv")["id"])


def test_a_home_folder_is_held_by_one_process_and_two_homes_get_two_ports(tmp_path: Path) -> None:
    write_inquiries(tmp_path / "inquiries.csv")
    first = start(*rehearsal(tmp_path, "one", labels=200), log=tmp_path / "one.log")
    seen = Seen(tmp_path / "one")
    wait_until(lambda: len(seen.submitted()) >= 3)

    second = run(*rehearsal(tmp_path, "one", labels=200), cwd=tmp_path)
    assert second.returncode == 2
    assert f"is held by process {first.pid}" in second.stderr
    assert second.stderr.count("\n") == 1

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        other = run(*rehearsal(tmp_path, "two", labels=15), "--port", port, cwd=tmp_path)
    assert other.returncode == 0, other.stderr
    assert f"port {port} is taken; using" in other.stdout

    so_far = len(seen.submitted())
    wait_until(lambda: len(seen.submitted()) > so_far)
    status = run("status", "--home", tmp_path / "one", cwd=tmp_path)
    assert f"running (process {first.pid})" in status.stdout
    assert str(tmp_path / "one" / "credentials.json") in status.stdout
    os.killpg(first.pid, signal.SIGINT)
    assert first.wait(30) == 130
