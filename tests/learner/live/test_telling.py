"""How a running campaign is told: plain lines where nobody watches, JSON where a machine reads."""

import json
import sys
from pathlib import Path

import pytest

from learner.live.journal import hold, open_journal
from learner.live.telling import Figures, telling


def events(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_without_a_terminal_lines_are_printed_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with telling(tmp_path, as_json=False) as say:
        say("one [bold]line[/bold]")
    assert capsys.readouterr().out == "one [bold]line[/bold]\n"


def test_plain_lines_and_json_need_no_rich(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in {"rich", *(name for name in sys.modules if name.startswith("rich."))}:
        monkeypatch.setitem(sys.modules, name, None)
    for as_json in (False, True):
        with telling(tmp_path, as_json) as say:
            say("a line")
    assert capsys.readouterr().out.startswith("a line\n")


def test_as_json_every_line_is_an_event_with_a_time_and_the_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with telling(tmp_path, as_json=True) as say:
        say("setting up")
        journal = open_journal(tmp_path)
        with hold(tmp_path):
            journal.write_settings({"data": "file.csv", "until": "30", "margin": 0.005})
            say("a 'line'")
            print("a library that prints")
        journal.write_settings({"ended": "of an end"})
    shown = capsys.readouterr()
    first, second, last = events(shown.out)
    assert shown.err == "a library that prints\n"
    assert (first["event"], first["line"], first["status"]) == ("said", "setting up", None)
    assert second["line"] == "a 'line'"
    assert second["status"]["phase"] == "setting up"
    assert last["event"] == "ended"
    assert last["status"] | {"running": None} == Figures(tmp_path, {})()
    assert last["status"]["phase"] == "ended"
    assert first["time"] <= second["time"] <= last["time"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_as_json_an_interruption_is_the_last_event(
    interruption: type[BaseException], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(interruption), telling(tmp_path, as_json=True):
        raise interruption
    assert [event["event"] for event in events(capsys.readouterr().out)] == ["interrupted"]


def test_the_campaign_of_another_process_is_not_taken_for_ours(tmp_path: Path) -> None:
    open_journal(tmp_path).write_settings({"data": "file.csv", "until": "30", "margin": 0.005})
    figures = Figures(tmp_path)
    assert figures() is None, "it does not run"
    (tmp_path / "journal.sqlite").write_bytes(b"damaged" * 100)
    assert figures() is None
