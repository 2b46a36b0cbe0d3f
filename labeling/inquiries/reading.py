"""Read any SOURCE into one clean table of inquiries, saying everything that was guessed."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from labeling.errors import InputError
from labeling.inquiries.columns import find_flags_column, find_label_column, find_text_column
from labeling.inquiries.decoding import is_encodable
from labeling.inquiries.hints import counted, listed
from labeling.inquiries.placeholders import PLACEHOLDER, fill_placeholders
from labeling.inquiries.source import open_source


@dataclass(frozen=True)
class Inquiries:
    """The inquiries of one SOURCE.

    `table` has one row an inquiry: `id` (16 hex digits), `text`, `category` (missing where
    unlabelled), `flags` ("" where there are none), `row` (1-based row of the file, the header
    counted). `metadata` holds the source's other columns as they are, indexed by id.
    `fingerprint` is a SHA-256 over texts and categories in order; `notes` are sentences for
    people: what was guessed, skipped, filled.
    """

    table: pd.DataFrame
    metadata: pd.DataFrame
    source: str
    fingerprint: str
    text_column: str
    label_column: str | None
    notes: tuple[str, ...]


def read_inquiries(
    source: str, text_column: str | None = None, label_column: str | None = None
) -> Inquiries:
    """Read `source` (see `open_source`); columns that are not named are guessed, and said.

    Rows whose text is empty or no text are skipped, counted and noted.
    Raises InputError for input that cannot be used; nothing is ever written.
    """
    raw, notes = open_source(source)
    columns = list(raw.columns)
    text_name = find_text_column(columns, text_column, source)
    label_name = find_label_column(columns, label_column, text_name, source)
    notes += _guesses(text_name, label_name, text_column, label_column)

    usable, skipped = _usable_rows(raw[text_name])
    if not any(usable):
        raise InputError(
            f"{source}: no inquiry left, column {text_name!r} holds no text; "
            "name another with --text-column"
        )
    notes += skipped
    raw = raw[usable]
    texts = raw[text_name].tolist()
    categories = _categories(raw, label_name, source)
    ids = inquiry_ids(texts)
    filled = [fill_placeholders(text, id_) for text, id_ in zip(texts, ids, strict=True)]
    notes += _filled_note(texts)
    flags_name = find_flags_column(raw)
    flags = raw[flags_name].tolist() if flags_name else [""] * len(raw)
    table = pd.DataFrame(
        {
            "id": pd.Series(ids, dtype="str"),
            "text": pd.Series(filled, dtype="str"),
            "category": pd.Series(categories, dtype="str"),
            "flags": pd.Series([f if isinstance(f, str) else "" for f in flags], dtype="str"),
            "row": pd.Series(raw.index.tolist(), dtype="int64"),
        }
    )
    metadata = raw.drop(columns=[name for name in (text_name, label_name, flags_name) if name])
    return Inquiries(
        table=table,
        metadata=metadata.set_index(pd.Index(ids, name="id")),
        source=source,
        fingerprint=_fingerprint(texts, categories),
        text_column=text_name,
        label_column=label_name,
        notes=tuple(notes),
    )


def inquiry_ids(texts: Sequence[str]) -> list[str]:
    """Return an id of 16 hex digits for each raw text: its SHA-256, told apart from equal texts
    by which occurrence it is. Other rows do not matter, nor does the machine.
    """
    seen: Counter[str] = Counter()
    ids = []
    for text in texts:
        seen[text] += 1
        ids.append(hashlib.sha256(f"{text}\0{seen[text]}".encode()).hexdigest()[:16])
    return ids


def _usable_rows(cells: pd.Series) -> tuple[list[bool], list[str]]:
    """Tell which cells hold text; note how many do not and the first rows of these."""
    faults = [_fault(cell) for cell in cells]
    notes = []
    for fault, spoken in (("empty", "without text"), ("not text", "whose text is not text")):
        rows = [row for row, found in zip(cells.index, faults, strict=True) if found == fault]
        if rows:
            notes.append(f"skipped {counted(len(rows), 'row')} {spoken}: {listed(rows)}")
    return [fault is None for fault in faults], notes


def _fault(cell: Any) -> str | None:
    if cell is None or (isinstance(cell, float) and pd.isna(cell)):
        return "empty"
    if not isinstance(cell, str) or not is_encodable(cell):
        return "not text"
    return None if cell.strip() else "empty"


def _categories(raw: pd.DataFrame, label_name: str | None, source: str) -> list[str | None]:
    """Return the stripped categories, None where unlabelled; at least two kinds if any."""
    if label_name is None:
        return [None] * len(raw)
    categories = [
        _category(cell, f"{source}, row {row}, column {label_name!r}")
        for row, cell in raw[label_name].items()
    ]
    found = {category for category in categories if category is not None}
    if len(found) == 1:
        raise InputError(
            f"{source}: only one category, {found.pop()!r}, in column {label_name!r}; "
            "give inquiries of at least two, or name another column with --label-column"
        )
    return categories


def _category(cell: Any, place: str) -> str | None:
    if cell is None or (isinstance(cell, float) and pd.isna(cell)):
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # whole numbers turn to floats in tables with gaps
    if not isinstance(cell, str | int | float) or not is_encodable(str(cell)):
        raise InputError(f"{place}: a category is a word or a number, not {str(cell)[:40]!r}")
    return str(cell).strip() or None


def _guesses(
    text_name: str, label_name: str | None, asked_text: str | None, asked_label: str | None
) -> list[str]:
    notes = []
    if asked_text is None:
        notes.append(f"text column guessed: {text_name!r} (--text-column names another)")
    if asked_label is None and label_name is not None:
        notes.append(f"label column guessed: {label_name!r} (--label-column names another)")
    if label_name is None:
        notes.append("no label column found, so every inquiry is unlabelled")
    return notes


def _filled_note(texts: list[str]) -> list[str]:
    names = [PLACEHOLDER.findall(text) for text in texts]
    distinct = list(dict.fromkeys(f"{{{{{name}}}}}" for found in names for name in found))
    if not distinct:
        return []
    inquiries = counted(sum(map(bool, names)), "inquiry", "inquiries")
    return [f"placeholders filled in {inquiries}: {listed(distinct)}"]


def _fingerprint(texts: list[str], categories: list[str | None]) -> str:
    digest = hashlib.sha256()
    for pair in zip(texts, categories, strict=True):
        digest.update(json.dumps(pair).encode() + b"\n")
    return digest.hexdigest()
