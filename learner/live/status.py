"""How a campaign stands, read from its home folder without any library slow to import.

`parity status` and the view of a running `parity up` show these figures.
"""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from labeling.errors import InputError
from labeling.locks import holder
from labeling.visible import visible
from learner.fitting.steps import steps
from learner.live.damage import check_cells, refused_if_damaged
from learner.live.lanes import deciding_lane

PACE = timedelta(minutes=5)  # that the pace is taken from
STARTING = "starting"
MEASURED = ["labels", "accuracy", "accuracy_low", "accuracy_high", "macro_f1"]
MEASURED += ["full_accuracy", "gap", "gap_low", "gap_high"]
FORECAST = ["forecast_low", "forecast", "forecast_high"]


def read_status(
    home: Path, now: datetime | None = None, is_checked: bool = False
) -> dict[str, Any]:
    """Figures and places of the campaign in `home`. Raises InputError if there is none.

    `now` is the time that the pace is told for. `is_checked`: the journal is this process's own,
    which looked for damage when it opened it; looking through every row again takes time.
    """
    journal = home / "journal.sqlite"
    if not journal.is_file():
        raise InputError(f"no campaign in {home}: begin one with `parity up`, or name its --home")
    uri = f"{journal.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection, refused_if_damaged(journal):
        if not is_checked:
            check_cells(connection)
        settings = {
            n: json.loads(v) for n, v in connection.execute("SELECT name, value FROM settings")
        }
        margin = settings["margin"] if settings else None  # there are none in the first moment
        counts = _counts(connection)
        pace = _pace(connection, now or datetime.now(UTC))
        evaluations = _evaluations(connection)
    credentials, summary = home / "credentials.json", home / "summary.json"
    url = settings.get("argilla_url")
    if url is None and credentials.is_file():
        url = json.loads(credentials.read_text())["url"]
    process = holder(home / "lock")
    running = None if process is None else int(process or 0)
    fit = settings.get("fit") if running is not None else None
    found = {
        "home": str(home),
        "data": settings.get("data"),
        "annotators": settings.get("annotators"),
        "goal": settings.get("until"),
        "margin": margin,
        "has_reference": settings.get("has_reference", True),
        "running": running,
        "phase": _phase(settings, running is not None, bool(counts["is_cold"])),
        "labels": counts["labels"],
        "waiting": counts["waiting"],
        "rounds": counts["rounds"],
        "pool": settings.get("pool"),
        "pace": None if running is None else pace,
        "fit": None if fit is None else steps(Path(fit)) or STARTING,
        "full_labels": settings.get("full_labels"),
        "forecast": _forecast(evaluations),
        "ended": settings.get("ended"),
        "argilla": url,
        "credentials": str(credentials) if credentials.is_file() else None,
        "summary": json.loads(summary.read_text()) if summary.is_file() else None,
    }
    return found | _measured(settings, evaluations, found["summary"])


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    untouched = "asked WHERE open AND inquiry NOT IN (SELECT inquiry FROM answers)"
    queries = {
        "labels": "SELECT COUNT(DISTINCT inquiry) FROM answers WHERE status = 'submitted'",
        "waiting": f"SELECT COUNT(DISTINCT inquiry) FROM {untouched}",
        "rounds": "SELECT COUNT(*) FROM rounds",
        "is_cold": f"SELECT EXISTS (SELECT * FROM {untouched} AND round = 0) "
        "OR NOT EXISTS (SELECT * FROM asked)",
    }
    return {name: connection.execute(query).fetchone()[0] for name, query in queries.items()}


def _evaluations(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Oldest first, of both lanes."""
    names = ["lane", *MEASURED, *FORECAST]
    rows = connection.execute(
        f"SELECT {', '.join(names)} FROM evaluations WHERE lane IN ('slow', 'fast') ORDER BY id"
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


def _pace(connection: sqlite3.Connection, now: datetime) -> float | None:
    since = (now - 2 * PACE).strftime("%Y-%m-%dT%H:%M")
    answers = "SELECT answered_at FROM answers WHERE status != 'draft'"
    late = connection.execute(f"{answers} AND answered_at >= ?", (since,))
    times = [_time(row[0]) for row in late]
    return answers_a_minute([time for time in times if time is not None], now)


def _time(text: str) -> datetime | None:
    """A time of the journal, UTC unless it says otherwise; None for what is no time."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def answers_a_minute(times: Sequence[datetime], now: datetime) -> float | None:
    """The pace of the last minutes; None before the first answer, or if there was none for long.

    `times` are those of the answers, in any order.
    """
    late = sum(time > now - PACE for time in times)
    if not late:
        return None
    minutes = min(PACE, now - min(times)) / timedelta(minutes=1)
    return late / max(minutes, 0.5)  # the first two answers tell little


def _phase(settings: dict[str, Any], is_running: bool, is_cold: bool) -> str:
    if settings.get("ended"):
        return "ending" if is_running else "ended"
    if not is_running:
        return "stopped"
    if not settings.get("is_asking"):
        return "setting up"
    return "cold start" if is_cold else "asking"


def _forecast(evaluations: Sequence[dict[str, Any]]) -> dict[str, int] | None:
    """The last forecast of the slow lane; of the fast lane where there is none."""
    for lane in ("slow", "fast"):
        of_lane = [found for found in evaluations if found["lane"] == lane]
        if of_lane and of_lane[-1]["forecast"] is not None:
            low, likely, high = (of_lane[-1][name] for name in FORECAST)
            return {"low": low, "likely": likely, "high": high}
    return None


def _measured(
    settings: dict[str, Any],
    evaluations: Sequence[dict[str, Any]],
    summary: dict[str, Any] | None,
) -> dict[str, Any]:
    """What was measured last, and the accuracies before it: of the head until the model is.

    `parity` belongs to the model that decides; None without a reference.
    """
    slow = [found for found in evaluations if found["lane"] == "slow"]
    shown = slow or list(evaluations)
    curve = [[found["labels"], found["accuracy"]] for found in shown]
    if not shown:
        is_measured = summary is not None and summary.get("accuracy") is not None
        names = ["model", *MEASURED, "parity"]
        told = {name: summary.get(name) for name in names} if summary and is_measured else None
        return {"measured": told, "curve": curve}
    last = {name: shown[-1][name] for name in MEASURED}
    has_reference = settings.get("has_reference", True)
    is_head = not slow and deciding_lane(settings) == "slow"
    is_within = last["gap_high"] is not None and last["gap_high"] <= settings.get("margin", 0)
    measured = {
        "model": "head" if is_head else settings.get("recipe", "model"),
        **last,
        "parity": (is_within and not is_head) if has_reference else None,
    }
    return {"measured": measured, "curve": curve}


def spoken_forecast(low: int, likely: int, high: int) -> str:
    """A `Forecast` in words."""
    return f"about {likely:,} more labels (90 % interval {low:,} to {high:,})"


def spoken_goal(status: dict[str, Any]) -> str:
    """What ends the campaign."""
    if status["goal"] != "parity":
        return f"{status['goal']} labels"
    if status["has_reference"]:
        return f"parity within {status['margin'] * 100:g} points"
    return f"no more than {status['margin'] * 100:g} % of the predictions changing"


def spoken_phase(status: dict[str, Any]) -> str:
    """The phase, and whether there is a fit beside it."""
    return status["phase"] + (", fitting in the background" if status["fit"] else "")


def spoken_pace(pace: float) -> str:
    """The pace in words."""
    return f"{pace:.2g} answers a minute" if pace < 10 else f"{pace:.0f} answers a minute"


def waited_for(open_inquiries: int, fit: str | None, at: str = "") -> list[str]:
    """What the campaign waits for, to be read after "waits for"."""
    waits = []
    if open_inquiries:
        waits.append(f"answers to {open_inquiries} open inquiries{at}")
    if fit is not None:
        waits.append(f"the fit in the background ({fit})")
    return waits


def spoken(status: dict[str, Any]) -> list[str]:
    """The status in lines for a terminal."""
    running = status["running"]
    lines = [
        f"campaign     {status['home']} on {status['data']}, "
        + (f"running (process {running})" if running else "not running"),
        f"goal         {spoken_goal(status)}",
    ]
    if running:
        lines.append(f"phase        {spoken_phase(status)}")
    lines.append(
        f"labels       {status['labels']:,} in {status['rounds']} rounds, {status['waiting']} "
        f"inquiries waiting for answers"
    )
    if status["pace"] is not None:
        lines.append(f"pace         {spoken_pace(status['pace'])}")
    waits = waited_for(status["waiting"], status["fit"])
    if running and waits:
        lines.append(f"waits for    {' and for '.join(waits)}")
    lines += _spoken_accuracy(status)
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
    return [visible(line) for line in lines]


def _spoken_accuracy(status: dict[str, Any]) -> list[str]:
    measured, summary = status["measured"], status["summary"] or {}
    if measured is None:
        return []
    pool = status["pool"] or summary.get("pool")
    lines = [
        f"model        {measured['model']}, {measured['labels']:,} "
        + (f"of {pool:,} " if pool else "")
        + f"labels: accuracy {measured['accuracy']:.4f} ({measured['accuracy_low']:.4f} to "
        f"{measured['accuracy_high']:.4f})"
    ]
    if measured["gap"] is None:
        return lines
    full_labels = status["full_labels"] or summary.get("full_labels")
    return [
        *lines,
        "full data    "
        + (f"{full_labels:,} labels: " if full_labels else "")
        + f"accuracy {measured['full_accuracy']:.4f}, gap {measured['gap'] * 100:.2f} points "
        f"(at most {measured['gap_high'] * 100:.2f})",
        f"parity       {'reached' if measured['parity'] else 'not yet'}",
    ]
