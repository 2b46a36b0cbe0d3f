"""Which column holds the text, which the label, which the flags."""

import re
from collections.abc import Sequence

import pandas as pd

from labeling.errors import InputError
from labeling.inquiries.hints import did_you_mean, listed

# Best first. Bitext calls the text `instruction` or `utterance`, and its `intent` is finer than
# its `category`, which is why `intent` goes before `category`. `label text` spells out a numeric
# `label` beside it.
TEXT_NAMES = (
    *("text", "utterance", "instruction", "message", "inquiry", "enquiry", "query", "question"),
    *("body", "content", "request", "ticket", "complaint", "comment", "sentence", "description"),
    *("input", "prompt"),
)
LABEL_NAMES = (
    *("intent", "label text", "label name", "label", "category", "class", "topic", "target"),
    *("intents", "labels", "categories", "tag"),
)
BITEXT_FLAGS = re.compile(r"[A-Z]*")


def find_text_column(columns: Sequence[str], asked: str | None, source: str) -> str:
    """Return the column asked for, or the likeliest; InputError when none is."""
    if asked is not None:
        return _checked(columns, asked, source, "--text-column")
    found = _by_name(columns, TEXT_NAMES)
    if found is None and len(columns) == 1:
        found = columns[0]
    if found is None:
        raise InputError(
            f"{source}: which column holds the text? Name it with --text-column "
            f"(columns: {listed(columns, 20)})"
        )
    return found


def find_label_column(
    columns: Sequence[str], asked: str | None, text_column: str, source: str
) -> str | None:
    """Return the column asked for, or the likeliest, or None for inquiries without labels."""
    if asked is None:
        return _by_name([column for column in columns if column != text_column], LABEL_NAMES)
    if _checked(columns, asked, source, "--label-column") == text_column:
        raise InputError(
            f"{source}: column {asked!r} cannot be both text and label; "
            "name the text with --text-column"
        )
    return asked


def find_flags_column(table: pd.DataFrame) -> str | None:
    """Return the column with Bitext's one-letter flags: `flags`, or `tags` that look like them."""
    by_name = {column.casefold(): column for column in table.columns}
    if "flags" in by_name:
        return by_name["flags"]
    tags = by_name.get("tags")
    if tags is not None and all(
        isinstance(value, str) and BITEXT_FLAGS.fullmatch(value) for value in table[tags]
    ):
        return tags
    return None


def _by_name(columns: Sequence[str], names: Sequence[str]) -> str | None:
    by_form = {re.sub(r"[\s_-]+", " ", column.casefold()): column for column in reversed(columns)}
    return next((by_form[name] for name in names if name in by_form), None)


def _checked(columns: Sequence[str], asked: str, source: str, option: str) -> str:
    if asked not in columns:
        raise InputError(
            f"{source}: no column {asked!r} for {option}{did_you_mean(asked, columns)}; "
            f"columns: {listed(columns, 20)}"
        )
    return asked
