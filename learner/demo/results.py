"""Decisions as pieces of the page: whatever came from outside is escaped."""

from collections.abc import Sequence
from html import escape

from learner.report.page import paragraph, table
from learner.routing.router import Routed
from learner.sentiment import ANGRY

NEUTRAL = 0.05  # VADER's authors call less than this, up or down, neutral
SHOWN = 10  # rows of a file
LONGEST = 300  # characters of an inquiry in such a row


def one_result(one: Routed, sentiment: str) -> str:
    """Where an inquiry goes and why, its best categories as bars, and how it sounds by whom."""
    bars = "".join(
        f'<li><span>{escape(category)}</span><span class="bar" style="--score: {score:.4f}"></span>'
        f"<span>{score:.3f}</span></li>"
        for category, score in one.top
    )
    decision = one.decision
    decided = "by default" if decision.rule is None else f"by rule {decision.rule}"
    return (
        f'<div class="{decision.to}"><h2>To {_who(decision.to)}</h2>'
        f"<p>{escape(decision.reason)}, {decided}</p></div>"
        f'<h3>Category, with the model’s score</h3><ol class="bars">{bars}</ol>'  # noqa: RUF001
        f"<h3>Sentiment</h3><p>{one.sentiment:+.2f}, {feeling(one.sentiment)} "
        f"<small>(from -1 to +1, by {escape(sentiment)})</small></p>"
    )


def file_result(found: int, automated: int, first: Sequence[Routed]) -> str:
    """How many inquiries of a file go where, and the first of them."""
    share = f"{automated:,} of {found:,} ({automated / found:.0%}) to the auto-responder"
    rows = [
        [
            str(one.row),
            _cut(one.text),
            one.top[0][0],
            f"{one.top[0][1]:.3f}",
            f"{one.sentiment:+.2f}",
            f"{one.decision.to}: {one.decision.reason}",
        ]
        for one in first
    ]
    head = ("row", "inquiry", "category", "score", "sentiment", "to")
    return paragraph(share) + table(f"The first {len(rows)}", head, rows)


def feeling(sentiment: float) -> str:
    """A score from -1 to 1 in a word."""
    if sentiment <= ANGRY:
        return "angry"
    if abs(sentiment) < NEUTRAL:
        return "neutral"
    return "pleased" if sentiment > 0 else "displeased"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _who(to: str) -> str:
    return f"{'a' if to == 'human' else 'the'} {to}"
