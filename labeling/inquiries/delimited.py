"""CSV and its relatives to a raw table. Every cell stays the string that it is: `NA`, `007`."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice

import pandas as pd

from labeling.errors import InputError

SEPARATORS = ",;\t|"
NO_SEPARATOR = "\x1f"  # for one column, whose texts may hold any of the separators unquoted
SNIFFED_RECORDS = 50


def parse_delimited(text: str, name: str) -> pd.DataFrame:
    """Parse `text` into a table of strings, indexed by the row a spreadsheet would show.

    The first row is the header; blank rows are left out but counted.
    Raises InputError with the line number for a ragged row or a quote that is not closed.
    """
    columns, rows = delimited_rows(io.StringIO(text, newline=""), sniff_separator(text), name)
    numbered = list(rows)
    return pd.DataFrame(
        [cells for _, cells in numbered],
        columns=columns,
        index=[row for row, _ in numbered],
        dtype=object,
    )


def delimited_rows(
    lines: Iterable[str], separator: str, name: str
) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The columns, and (row, cells) one after the other as `lines` are read.

    Raises what `parse_delimited` raises, when the row is reached.
    """
    records = _records(lines, separator, name)
    _, line, header = next(records)
    columns = [column.strip() or f"column {at}" for at, column in enumerate(header, start=1)]
    twice = next((column for column in columns if columns.count(column) > 1), None)
    if twice is not None:
        raise InputError(f"{name}, line {line}: two columns are called {twice!r}; rename one")

    def rows() -> Iterator[tuple[int, list[str]]]:
        for row, line, fields in records:
            if len(fields) != len(columns):
                if not "".join(fields).strip():
                    continue
                raise InputError(
                    f"{name}, line {line}: the row does not fit the header "
                    f"({len(fields)} fields, not {len(columns)}); "
                    f"put texts that hold {separator!r} or a quote in double quotes"
                )
            yield row, fields

    return columns, rows()


def sniff_separator(text: str) -> str:
    """Return the separator that cuts header and first rows into the most columns, evenly."""

    def evidence(separator: str) -> tuple[bool, bool, int]:
        try:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            widths = [len(record) for record in islice(filter(None, reader), SNIFFED_RECORDS)]
        except csv.Error:
            return False, False, 0
        return widths[0] > 1, len(set(widths)) == 1, widths[0]

    best = max(SEPARATORS, key=evidence)
    return best if evidence(best)[0] else NO_SEPARATOR


def _records(
    lines: Iterable[str], separator: str, name: str
) -> Iterator[tuple[int, int, list[str]]]:
    """Yield (row, line on which it starts, fields); lines and rows part at quoted line breaks."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    row, line = 0, 1
    try:
        for fields in reader:
            row += 1
            if fields:
                yield row, line, fields
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{name}, line {line}: {_spoken(error)}") from None


def _spoken(error: csv.Error) -> str:
    reason = str(error)
    if "unexpected end of data" in reason:
        return "a double quote opened in this row is never closed; close it or double it"
    if "expected after" in reason:
        return "a double quote inside a quoted text is not doubled; write it twice"
    return f"{reason}; is a double quote left open?"
