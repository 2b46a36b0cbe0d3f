"""How a campaign stands, read from its home folder without any library slow to import."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from labeling.errors import InputError
from labeling.locks import holder
from learner.live.damage import check_cells, refused_if_damaged


def read_status(home: Path) -> dict[str, Any]:
    """Figures and places of the campaign in `home`. Raises InputError if there is none."""
    journal = home / "journal.sqlite"
    if not journal.is_file():
        raise InputError(f"no campaign in {home}: begin one with `parity up`, or name its --home")
    connection = sqlite3.connect(f"{journal.absolute().as_uri()}?mode=ro", uri=True)
    with closing(connection), refused_if_damaged(journal):
        check_cells(connection)
        settings = {
            n: json.loads(v) for n, v in connection.execute("SELECT name, value FROM settings")
        }
        count = "SELECT COUNT(DISTINCT inquiry) FROM"
        labels = connection.execute(f"{count} answers WHERE status = 'submitted'").fetchone()[0]
        waiting = connection.execute(
            f"{count} asked WHERE open AND inquiry NOT IN (SELECT inquiry FROM answers)"
        ).fetchone()[0]
        rounds = connection.execute("SELECT COUNT(*) FROM rounds").fetchone()[0]
        forecasts = connection.execute(
            "SELECT forecast_low, forecast, forecast_high FROM evaluations WHERE id IN "
            "(SELECT MAX(id) FROM evaluations WHERE lane IN ('slow', 'fast') GROUP BY lane) "
            "ORDER BY lane DESC"  # slow, fast
        ).fetchall()
    credentials = home / "credentials.json"
    url = settings.get("argilla_url")
    if url is None and credentials.is_file():
        url = json.loads(credentials.read_text())["url"]
    summary = home / "summary.json"
    running = holder(home / "lock")
    return {
        "home": str(home),
        "data": settings.get("data"),
        "goal": settings.get("until"),
        "margin": settings.get("margin"),
        "has_reference": settings.get("has_reference", True),
        "running": None if running is None else int(running or 0),
        "labels": labels,
        "waiting": waiting,
        "rounds": rounds,
        "forecast": next(
            (
                {"low": low, "likely": likely, "high": high}
                for low, likely, high in forecasts
                if likely is not None
            ),
            None,
        ),
        "ended": settings.get("ended"),
        "argilla": url,
        "credentials": str(credentials) if credentials.is_file() else None,
        "summary": json.loads(summary.read_text()) if summary.is_file() else None,
    }


def spoken_forecast(low: int, likely: int, high: int) -> str:
    """A `Forecast` in words."""
    return f"about {likely:,} more labels (90 % interval {low:,} to {high:,})"


def _goal(status: dict[str, Any]) -> str:
    if status["goal"] != "parity":
        return f"{status['goal']} labels"
    if status["has_reference"]:
        return f"parity within {status['margin'] * 100:g} points"
    return f"no more than {status['margin'] * 100:g} % of the predictions changing"


def spoken(status: dict[str, Any]) -> list[str]:
    """The status in lines for a terminal."""
    running = status["running"]
    lines = [
        f"campaign     {status['home']} on {status['data']}, "
        + (f"running (process {running})" if running else "not running"),
        f"goal         {_goal(status)}",
        f"labels       {status['labels']:,} in {status['rounds']} rounds, {status['waiting']} "
        f"inquiries waiting for answers",
    ]
    summary = status["summary"]
    if summary and summary["accuracy"] is not None:
        lines += [
            f"model        {summary['model']}, {summary['labels']:,} of {summary['pool']:,} "
            f"labels: "
            f"accuracy {summary['accuracy']:.4f} ({summary['accuracy_low']:.4f} to "
            f"{summary['accuracy_high']:.4f})",
        ]
    if summary and summary["gap"] is not None:
        lines += [
            f"full data    {summary['full_labels']:,} labels: accuracy "
            f"{summary['full_accuracy']:.4f}, "
            f"gap {summary['gap'] * 100:.2f} points (at most {summary['gap_high'] * 100:.2f})",
            f"parity       {'reached' if summary['parity'] else 'not yet'}",
        ]
    if status["forecast"] and not status["ended"]:
        lines.append(f"forecast     parity with {spoken_forecast(**status['forecast'])}")
    if status["ended"]:
        lines.append(f"stopped      because {status['ended']}")
    if status["argilla"]:
        lines.append(
            f"Argilla      {status['argilla']}" + ("" if running else " (when the campaign runs)")
        )
    if status["credentials"]:
        lines.append(f"sign in      names and passwords are in {status['credentials']}")
    return lines
