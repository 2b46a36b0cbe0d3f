"""Decisions as CSV, for spreadsheets, and as JSON, for programs."""

import csv
import json
from collections.abc import Iterable
from typing import Any, TextIO

from labeling.cells import defused
from learner.routing.router import Routed

COLUMNS = ("category", "score", "sentiment", "to", "rule", "reason")


def as_item(one: Routed) -> dict[str, Any]:
    """One decision as JSON has it; `rule` is null where the default decided."""
    category, score = one.top[0]
    return {
        "category": category,
        "score": round(score, 4),
        "top": [{"category": name, "score": round(value, 4)} for name, value in one.top],
        "sentiment": round(one.sentiment, 4),
        "to": one.decision.to,
        "rule": one.decision.rule,
        "reason": one.decision.reason,
    }


def write_csv(found: Iterable[Routed], out: TextIO, with_text: bool) -> None:
    """Write a header, then a line an inquiry; a text that is a formula is made a plain text."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["row", *(["text"] if with_text else []), *COLUMNS])
    for one in found:
        item = as_item(one)
        writer.writerow(
            [
                one.row,
                *([defused(one.text)] if with_text else []),
                defused(item["category"]),
                f"{item['score']:.4f}",
                f"{item['sentiment']:.4f}",
                item["to"],
                item["rule"] or "default",
                defused(item["reason"]),
            ]
        )


def write_json(found: Iterable[Routed], out: TextIO, with_text: bool) -> None:
    """Write a JSON object a line: row, perhaps text, and what `as_item` has."""
    for one in found:
        item = {"row": one.row, **({"text": one.text} if with_text else {}), **as_item(one)}
        out.write(json.dumps(item, ensure_ascii=False) + "\n")
