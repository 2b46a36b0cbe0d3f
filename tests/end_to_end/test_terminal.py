"""`parity up` in a terminal, and for a machine that reads along."""

import json
import os
import signal
from pathlib import Path

import pytest
from terminal import start_in_terminal
from waiting import wait_until

from scripts.rehearsals import PARITY, Seen, family, run, start, write_inquiries

pytestmark = pytest.mark.end_to_end

FRAME = "╭─ Parity"


def rehearsal(tmp_path: Path) -> tuple[object, ...]:
    return (
        *("up", "--data", tmp_path / "inquiries.csv", "--home", tmp_path / "home"),
        *("--annotators", "simulated", "--model", "head", "--until", 30),
    )


def test_a_view_shows_the_campaign_and_goes_at_its_end(tmp_path: Path) -> None:
    write_inquiries(tmp_path / "inquiries.csv")
    session = start_in_terminal(PARITY, *rehearsal(tmp_path), columns=100)
    session.watch(lambda text: "setting up" in text)
    session.watch(lambda text: "cold start" in text)
    assert not session.terminal.shows_cursor
    session.watch(lambda text: "answers a minute" in text and "accuracy   0." in text)
    seen = session.terminal.text
    assert seen.count(FRAME) == 1, "it is drawn over, not again and again"
    assert "full-data model (head on all-MiniLM-L6-v2) on" in seen.split(FRAME)[0], "lines scroll"
    assert session.wait() == 0
    left = session.terminal.text.rstrip("\n")
    assert not set(left) & set("╭│╰"), left
    assert "" not in left.splitlines(), "no hole is left where the view was"
    assert session.terminal.shows_cursor
    assert "label column guessed: 'category' (--label-column names another)\n" in left
    assert "stopped because the 30 labels asked for are there\n" in left
    assert "\nmodel   " in left


def test_ctrl_c_leaves_a_clean_terminal_also_a_narrow_one_without_colours(tmp_path: Path) -> None:
    write_inquiries(tmp_path / "inquiries.csv")
    session = start_in_terminal(PARITY, *rehearsal(tmp_path), columns=60, NO_COLOR="1")
    session.watch(lambda text: "answers a minute" in text)
    view = session.terminal.text[session.terminal.text.index(FRAME) :]
    assert all(len(line) == 58 for line in view.splitlines() if line)
    assert b"\x1b[36m" not in session.written
    session.press(b"\x03")
    assert session.wait(30) == 130
    left = session.terminal.text.rstrip("\n")
    assert left.splitlines()[-1] == "parity: interrupted; the same command goes on"
    assert not set(left) & set("╭│╰"), left
    assert "" not in left.splitlines()
    assert "Traceback" not in left
    assert "^C" not in left
    assert session.terminal.shows_cursor
    assert family(tmp_path / "home") == []


def test_for_a_machine_every_line_is_an_event_and_the_last_has_the_final_figures(
    tmp_path: Path,
) -> None:
    write_inquiries(tmp_path / "inquiries.csv")
    log = tmp_path / "log"
    command = start(*rehearsal(tmp_path), "--json", log=log)
    wait_until(lambda: len(Seen(tmp_path / "home").submitted()) >= 5)
    os.killpg(command.pid, signal.SIGINT)
    assert command.wait(30) == 130
    *before, message = log.read_text().splitlines()
    assert message == "parity: interrupted; the same command goes on"
    assert json.loads(before[-1])["event"] == "interrupted"

    done = run(*rehearsal(tmp_path), "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert {event["event"] for event in events[:-1]} == {"said"}
    assert [event["time"] for event in events] == sorted(event["time"] for event in events)
    said = [event["line"] for event in events[:-1]]
    assert "stopped because the 30 labels asked for are there" in said
    last = events[-1]
    assert last["event"] == "ended"
    status = run("status", "--home", tmp_path / "home", "--json", cwd=tmp_path)
    assert last["status"] == json.loads(status.stdout)
    assert last["status"]["labels"] >= 30
    assert last["status"]["phase"] == "ended"
    assert last["status"]["measured"]["accuracy"] == last["status"]["summary"]["accuracy"]
