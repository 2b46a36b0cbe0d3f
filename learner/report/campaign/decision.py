"""Whether the model is as good as if everything had been labelled, in words and figures."""

from collections.abc import Iterator
from html import escape
from typing import Any

import pandas as pd

from labeling.inquiries.hints import counted
from learner.live.record import Record
from learner.live.status import spoken_forecast
from learner.report.campaign.gathering import Found
from learner.report.campaign.words import share, span
from learner.report.charts import colour
from learner.report.page import paragraph
from learner.stopping.parity import points

PROVED = "parity is proved"  # how the loop says it


def decision(found: Found) -> str:
    """The section."""
    record = found.record
    words = " ".join(_words(record, found.status))
    cards = "".join(
        f'<li style="--run: {colour(number)}">{escape(what)}<b>{escape(value)}</b>'
        + "".join(f"<small>{escape(remark)}</small>" for remark in remarks)
        + "</li>"
        for number, (what, value, remarks) in enumerate(_cards(record))
    )
    return f'<p class="lead">{escape(words)}</p><ul class="cards">{cards}</ul>' + paragraph(
        _how(record)
    )


def is_proved(record: Record) -> bool:
    """Whether the last evaluation proves parity."""
    last = _last(record)
    return last is not None and _has_gap(last) and last["gap_high"] <= record.settings["margin"]


def _last(record: Record) -> pd.Series | None:
    return record.evaluations.iloc[-1] if len(record.evaluations) else None


def _has_gap(evaluation: pd.Series) -> bool:
    return bool(pd.notna(evaluation["gap"]))


def _words(record: Record, status: dict[str, Any]) -> Iterator[str]:
    last, margin = _last(record), record.settings["margin"]
    if last is None:
        yield "Nothing is measured yet."
    elif not _has_gap(last):
        yield (
            f"There is no full-data model to compare with. By the audit sample the model is right "
            f"in {last['accuracy'] * 100:.2f} % of cases."
        )
    elif is_proved(record):
        yield (
            f"Parity is proved: with {last['labels']:,} labels the model is right at most "
            f"{points(last['gap_high'])} points less often than with everything labelled, with "
            f"95 % confidence; the margin is {points(margin)} points."
        )
    else:
        yield (
            f"Parity is not proved yet: with {last['labels']:,} labels the model may be right up "
            f"to {points(last['gap_high'])} points less often than with everything labelled, with "
            f"95 % confidence; the margin is {points(margin)} points."
        )
    if status["ended"]:
        if status["ended"].startswith(PROVED):
            yield "So asking stopped."
        else:
            yield f"Asking stopped because {status['ended']}."
        return
    yield "The campaign is running." if status["running"] else "The campaign has not ended."
    if status["forecast"]:
        yield f"Parity is forecast with {spoken_forecast(**status['forecast'])}."


def _cards(record: Record) -> Iterator[tuple[str, str, list[str]]]:
    """What, its value, and remarks."""
    labels, last = len(record.labels), _last(record)
    yield "Labels", f"{labels:,}", [f"{share(labels, len(record.pool))} inquiries in the pool"]
    if last is None:
        return
    yield (
        "Accuracy of the model",
        f"{last['accuracy']:.4f}",
        [
            f"95 % interval {span(last['accuracy_low'], last['accuracy_high'])}",
            f"macro F1 {last['macro_f1']:.4f}",
        ],
    )
    if not _has_gap(last):
        return
    full = int(record.pool["category"].notna().sum())
    yield (
        "Accuracy of the full-data model",
        f"{last['full_accuracy']:.4f}",
        [f"everything labelled: {full:,} labels"],
    )
    yield (
        "Gap, in points",
        points(last["gap"]),
        [
            f"at most {points(last['gap_high'])} with 95 % confidence, however often one looks",
            f"margin {points(record.settings['margin'])}",
        ],
    )


def _how(record: Record) -> str:
    if record.evaluations.empty:
        return "A model is measured once there are labels of two categories."
    if record.tested is None:
        return (
            "Accuracy is measured on the audit sample: inquiries drawn at random, asked without a "
            "suggestion, which teach the model nothing."
        )
    number = counted(record.tested, "test inquiry", "test inquiries")
    return (
        f"Both models are measured on the same {number}, "
        "which neither taught nor chose anything. The gap is how much more often the full-data "
        "model is right."
    )
