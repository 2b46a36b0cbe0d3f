"""One calm look at a campaign while it runs: figures in, something for a terminal out.

All text is shown as text: nothing that people named is taken for markup or steers the terminal.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from labeling.visible import visible
from learner.live.status import spoken_forecast, spoken_goal, spoken_pace, spoken_phase, waited_for

BAR = 24  # cells of a bar, of a scale, and of the curve
LEVELS = "▁▂▃▄▅▆▇█"
WIDEST = 100
NOT_YET = "not measured yet"
Row = tuple[str, Text]


def view(status: dict[str, Any] | None, seconds: float, width: int) -> RenderableType:
    """The view of a campaign that has run for so long, in a terminal of that width.

    Two columns stay free for the ^C that a terminal writes. `status` is that of
    `learner.live.status.read_status`, None before there is a campaign.
    """
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="cyan")
    table.add_column(overflow="fold")
    for name, text in _rows(status) if status else _before():
        table.add_row(Text(name), text)
    name = "Parity" if status is None else f"Parity on {_data(status['data'])}"
    return Panel(
        table,
        box=box.ROUNDED,
        title=Text(name, overflow="ellipsis", no_wrap=True),
        title_align="left",
        subtitle=Text(clock(seconds)),
        subtitle_align="right",
        border_style="dim",
        width=max(1, min(WIDEST, width - 2)),
        padding=(0, 1),
    )


def _data(source: str) -> str:
    """A hub id, or a file's name: where it lies is the part that can be left out."""
    return visible(source if source.startswith("hf:") else Path(source).name)


def clock(seconds: float) -> str:
    """Minutes and seconds, and hours once there are some."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _before() -> Iterator[Row]:
    yield "phase", Text("setting up", style="bold")
    yield _stop()


def _rows(status: dict[str, Any]) -> Iterator[Row]:
    yield "phase", Text(spoken_phase(status), style="bold")
    yield "labels", _labels(status)
    yield "goal", Text(_goal(status))
    if not status["ended"]:
        yield "queue", Text(_queue(status))
    yield from _accuracy(status)
    if status["ended"]:
        yield "stopped", Text(f"because {visible(status['ended'])}")
    elif status["forecast"]:
        yield "forecast", Text(f"parity with {spoken_forecast(**status['forecast'])}")
    if not status["ended"]:
        waits = waited_for(status["waiting"], status["fit"]) or ["nothing"]
        yield "waits for", Text(" and for ".join(waits))
    if status["argilla"]:
        yield "sign in", _sign_in(status)
    yield _stop()


def _stop() -> Row:
    return "stop", Text("Ctrl-C; the same command goes on")


def _labels(status: dict[str, Any]) -> Text:
    """The labels against the budget; else against what the forecast says, or without a bar."""
    labels, forecast = status["labels"], status["forecast"]
    if status["goal"] != "parity":
        of, words = int(status["goal"]), f"{labels:,} of {int(status['goal']):,}"
    elif forecast and not status["ended"]:
        of = labels + forecast["likely"]
        words = f"{labels:,} of about {of:,}"
    else:
        return Text(f"{labels:,}")
    done = min(BAR, BAR * labels // max(of, 1))
    return Text.assemble(("█" * done, "green"), ("░" * (BAR - done), "dim"), f"  {words}")


def _goal(status: dict[str, Any]) -> str:
    pool = status["pool"]
    return spoken_goal(status) + (f", {pool:,} inquiries in the pool" if pool else "")


def _queue(status: dict[str, Any]) -> str:
    pace = status["pace"]
    return f"{status['waiting']:,} open inquiries, " + (
        "no answers lately" if pace is None else spoken_pace(pace)
    )


def _sign_in(status: dict[str, Any]) -> Text:
    where = visible(status["argilla"])
    if status["credentials"]:
        where += f", names and passwords: {visible(status['credentials'])}"
    return Text(where)


def _accuracy(status: dict[str, Any]) -> Iterator[Row]:
    measured = status["measured"]
    if measured is None:
        yield "accuracy", Text(NOT_YET)
        return
    low, high, full = (
        measured[name] for name in ("accuracy_low", "accuracy_high", "full_accuracy")
    )
    yield "model", Text(f"{visible(measured['model'])}, {measured['labels']:,} labels")
    yield "accuracy", Text(f"{measured['accuracy']:.4f} ({low:.4f} to {high:.4f})")
    yield "", scale(measured["accuracy"], low, high, full)
    if len(status["curve"]) > 1:
        yield "curve", _curve(status["curve"], full)
    if full is not None:
        labels = status["full_labels"]
        words = (f"{labels:,} labels: " if labels else "") + f"{full:.4f}"
        bound = f"{measured['gap'] * 100:.2f} points (at most {measured['gap_high'] * 100:.2f})"
        yield "full data", Text.assemble((words, "magenta"), f", gap {bound}")


def scale(accuracy: float, low: float, high: float, full: float | None) -> Text:
    """Where the accuracy with its interval stands beside the full-data model, up to 1."""
    begin = min(0.9, int(min(low, full if full is not None else 1.0) * 10) / 10)

    def cell(value: float) -> int:
        return min(BAR - 1, max(0, int((value - begin) / (1 - begin) * BAR)))

    line = Text.assemble(("─" * BAR, "dim"))
    marks = [(cell(low), cell(high), "━", "green"), (cell(accuracy), cell(accuracy), "●", "green")]
    if full is not None:
        marks.insert(1, (cell(full), cell(full), "┃", "magenta"))
    for first, last, mark, style in marks:
        line = line[:first] + Text(mark * (last - first + 1), style) + line[last + 1 :]
    key = [("   ┃", "magenta"), (" full data", "dim")] if full is not None else []
    return Text.assemble((f"{begin:.1f} ", "dim"), line, (" 1", "dim"), *key)


def _curve(curve: Sequence[Sequence[float]], full: float | None) -> Text:
    accuracies = [accuracy for _, accuracy in curve]
    top = max([*accuracies, *([full] if full is not None else [])])
    line = sparkline(thinned(accuracies, BAR), min(accuracies), top)
    words = f"  {curve[0][0]:,} to {curve[-1][0]:,} labels"
    return Text.assemble((line, "green"), (words, "dim"))


def thinned(values: Sequence[float], most: int) -> list[float]:
    """At most so many of the values, evenly spread, the first and the last among them."""
    if len(values) <= most:
        return list(values)
    return [values[round(i * (len(values) - 1) / (most - 1))] for i in range(most)]


def sparkline(values: Sequence[float], bottom: float, top: float) -> str:
    """A block for each value, the higher the nearer it is to the top."""
    height = top - bottom
    if height <= 0:
        return LEVELS[-1] * len(values)
    return "".join(LEVELS[round((value - bottom) / height * (len(LEVELS) - 1))] for value in values)
