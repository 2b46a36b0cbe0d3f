"""The view of a running campaign: what is shown in each phase, on wide and narrow terminals."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from learner.live.view import BAR, clock, scale, sparkline, thinned, view

MEASURED = {
    "model": "head on all-MiniLM-L6-v2",
    "labels": 93,
    "accuracy": 0.85,
    "accuracy_low": 0.8276,
    "accuracy_high": 0.87,
    "macro_f1": 0.75,
    "full_accuracy": 0.9826,
    "gap": 0.1327,
    "gap_low": 0.1,
    "gap_high": 0.1509,
    "parity": False,
}
ASKING = {
    "home": "campaign",
    "data": "inquiries.csv",
    "annotators": "people",
    "goal": "300",
    "margin": 0.005,
    "has_reference": True,
    "running": 4711,
    "phase": "asking",
    "labels": 100,
    "waiting": 27,
    "rounds": 9,
    "pool": 3281,
    "pace": 12.3,
    "fit": None,
    "full_labels": 3281,
    "forecast": {"low": 106, "likely": 200, "high": 507},
    "ended": None,
    "argilla": "http://127.0.0.1:6900",
    "credentials": "campaign/credentials.json",
    "summary": None,
    "measured": MEASURED,
    "curve": [[50, 0.5], [70, 0.7], [93, 0.85]],
}


def drawn(
    status: dict[str, Any] | None, width: int = 100, seconds: float = 312, **options: Any
) -> str:
    """What a terminal of that width gets; plain text unless told otherwise."""
    console = Console(width=width, file=io.StringIO(), record=True, color_system=None, **options)
    console.print(view(status, seconds, width))
    return console.export_text()


def row(shown: str, name: str) -> str:
    """The text beside a name, its further lines included."""
    lines = [line.strip("│ ") for line in shown.splitlines()]
    at = next(number for number, line in enumerate(lines) if re.match(rf"{name}\s\s", line))
    text = [lines[at].removeprefix(name).strip()]
    for line, framed in zip(lines[at + 1 :], shown.splitlines()[at + 1 :], strict=True):
        if not framed.startswith("│  "):
            break
        text.append(line)
    return " ".join(text)


@pytest.mark.parametrize("width", [100, 60])
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"goal": "parity", "fit": "step 3 of 90"},
        {"phase": "ended", "ended": "the 300 labels asked for are there", "running": None},
        {"data": "/a/very/long/path/" * 9, "home": "x" * 300, "credentials": "x" * 300},
    ],
)
def test_every_line_fits_the_terminal_and_leaves_two_columns_free(
    width: int, changed: dict[str, Any]
) -> None:
    lines = drawn(ASKING | changed, width).splitlines()
    assert {cell_len(line.rstrip()) for line in lines} == {width - 2}


def test_a_wide_terminal_does_not_stretch_it() -> None:
    assert max(len(line.rstrip()) for line in drawn(ASKING, 200).splitlines()) == 100


def test_before_there_is_a_campaign_it_is_being_set_up() -> None:
    shown = drawn(None, seconds=4)
    assert row(shown, "phase") == "setting up"
    assert row(shown, "stop") == "Ctrl-C; the same command goes on"
    assert "0:04" in shown


def test_while_it_is_set_up_nothing_is_measured_and_nobody_has_answered() -> None:
    nothing = {"labels": 0, "waiting": 0, "pace": None, "measured": None, "forecast": None}
    shown = drawn(ASKING | nothing | {"phase": "setting up", "curve": [], "pool": None})
    assert row(shown, "phase") == "setting up"
    assert row(shown, "accuracy") == "not measured yet"
    assert row(shown, "queue") == "0 open inquiries, no answers lately"
    assert row(shown, "waits for") == "nothing"
    assert "curve" not in shown
    assert "full data" not in shown


@pytest.mark.parametrize("width", [100, 60])
def test_in_the_cold_start_the_labels_stand_against_the_budget(width: int) -> None:
    shown = drawn(ASKING | {"phase": "cold start", "measured": None, "curve": []}, width)
    assert row(shown, "phase") == "cold start"
    assert row(shown, "labels") == "█" * 8 + "░" * 16 + "  100 of 300"
    assert row(shown, "goal") == "300 labels, 3,281 inquiries in the pool"


@pytest.mark.parametrize("width", [100, 60])
def test_while_it_asks_all_figures_are_there(width: int) -> None:
    shown = drawn(ASKING, width)
    assert row(shown, "phase") == "asking"
    assert row(shown, "queue") == "27 open inquiries, 12 answers a minute"
    assert row(shown, "model") == "head on all-MiniLM-L6-v2, 93 labels"
    assert row(shown, "accuracy").startswith("0.8500 (0.8276 to 0.8700)")
    assert row(shown, "curve").endswith("  50 to 93 labels")
    assert row(shown, "full data") == ("3,281 labels: 0.9826, gap 13.27 points (at most 15.09)")
    assert row(shown, "forecast") == (
        "parity with about 200 more labels (90 % interval 106 to 507)"
    )
    assert row(shown, "waits for") == "answers to 27 open inquiries"
    assert row(shown, "sign in") == (
        "http://127.0.0.1:6900, names and passwords: campaign/credentials.json"
    )
    assert "5:12" in shown.splitlines()[-1]


@pytest.mark.parametrize("width", [100, 60])
def test_a_fit_in_the_background_is_said_and_waited_for(width: int) -> None:
    shown = drawn(ASKING | {"fit": "step 3 of 90"}, width)
    assert row(shown, "phase") == "asking, fitting in the background"
    assert row(shown, "waits for") == (
        "answers to 27 open inquiries and for the fit in the background (step 3 of 90)"
    )


def test_on_the_way_to_parity_the_labels_stand_against_the_forecast() -> None:
    shown = drawn(ASKING | {"goal": "parity"})
    assert row(shown, "labels") == "█" * 8 + "░" * 16 + "  100 of about 300"
    assert row(shown, "goal").startswith("parity within 0.5 points")
    assert row(drawn(ASKING | {"goal": "parity", "forecast": None}), "labels") == "100"


def test_without_a_reference_there_is_no_word_of_parity_or_full_data() -> None:
    alone = dict.fromkeys(["full_accuracy", "gap", "gap_low", "gap_high", "parity"])
    shown = drawn(
        ASKING
        | {"has_reference": False, "goal": "parity", "forecast": None, "full_labels": None}
        | {"measured": MEASURED | alone}
    )
    assert row(shown, "goal").startswith("no more than 0.5 % of the predictions changing")
    assert "full data" not in shown
    assert "parity" not in shown


def test_at_the_end_the_reason_stands_in_place_of_what_is_waited_for() -> None:
    shown = drawn(ASKING | {"phase": "ending", "ended": "the 300 labels asked for are there"})
    assert row(shown, "phase") == "ending"
    assert row(shown, "stopped") == "because the 300 labels asked for are there"
    assert not re.search("waits for|forecast|queue", shown)


HOSTILE = "[red]x[/red]\x1b[2J\u202egpj.csv\r\n[link=http://evil]y"
SHOWN = r"[red]x[/red]\x1b[2J\u202egpj.csv\r\n[link=http://evil]y"


def test_hostile_names_are_text_wherever_they_stand() -> None:
    hostile = ASKING | {
        "data": "inquiries/[red]x\x1b[2J\u202e.csv",
        "argilla": HOSTILE,
        "credentials": HOSTILE,
        "measured": MEASURED | {"model": HOSTILE},
    }
    shown = drawn(hostile)
    assert shown.splitlines()[0].startswith(r"╭─ Parity on [red]x\x1b[2J\u202e.csv ─")
    assert row(shown, "model") == f"{SHOWN}, 93 labels"
    assert row(shown, "sign in").replace(" ", "").count(SHOWN.replace(" ", "")) == 2
    ended = drawn(hostile | {"ended": HOSTILE})
    assert row(ended, "stopped") == f"because {SHOWN}"
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown + ended)


def test_colours_are_left_out_where_they_are_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(width=60, file=io.StringIO(), force_terminal=True)
    with console.capture() as capture:
        console.print(view(ASKING, 0, 60))
    styles = set(re.findall("\x1b\\[([0-9;]*)m", capture.get()))
    assert styles <= {"0", "1", "2"}, "bold and dim are no colours"


def test_the_picture_in_the_readme_loads_nothing() -> None:
    svg = (Path(__file__).parents[3] / "docs" / "terminal.svg").read_text()
    assert not re.search(r"@font-face|@import|href|<image|url\((?!#)", svg)
    assert "Parity&#160;on&#160;sample" in svg


def test_the_scale_shows_the_interval_the_accuracy_and_the_full_data_model() -> None:
    line = scale(0.95, 0.93, 0.97, 0.99).plain
    assert line.startswith("0.9 ")
    track = line[4 : 4 + BAR]
    assert track.index("━") < track.index("●") < track.rindex("━") < track.index("┃")
    assert "┃" not in scale(0.95, 0.93, 0.97, None).plain
    assert scale(0.0, 0.0, 0.2, 1.0).plain.startswith("0.0 ●")
    assert scale(1.0, 0.99, 1.0, 1.0).plain[4 + BAR - 1] == "●"


def test_the_curve_rises_to_the_top_and_never_takes_more_than_its_place() -> None:
    assert sparkline([0.5, 0.75, 1.0], 0.5, 1.0) == "▁▅█"
    assert sparkline([0.5, 0.5], 0.5, 0.5) == "██"
    assert thinned([1.0, 2.0], 4) == [1.0, 2.0]
    assert thinned([float(n) for n in range(100)], 4) == [0.0, 33.0, 66.0, 99.0]


def test_the_clock_counts_hours_once_there_are_some() -> None:
    assert [clock(0.9), clock(75), clock(3600), clock(90_061)] == [
        "0:00",
        "1:15",
        "1:00:00",
        "25:01:01",
    ]
