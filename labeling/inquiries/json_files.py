"""JSON and JSON Lines to a raw table."""

import json
from typing import Any

import pandas as pd

from labeling.errors import InputError
from labeling.inquiries.decoding import is_encodable


def parse_json_lines(text: str, name: str) -> pd.DataFrame:
    """Parse one JSON object a line into a table indexed by line number; blank lines are left out.

    Raises InputError naming the line that is not JSON or not an object.
    """
    # Not splitlines(): JSON strings may hold U+2028 and other breaks that end no line here.
    lines = [(at, line) for at, line in enumerate(text.split("\n"), start=1) if line.strip()]
    parsed = [(at, parse_line(line, f"{name}, line {at}")) for at, line in lines]
    return _table([at for at, _ in parsed], [item for _, item in parsed], name, "line")


def parse_json(text: str, name: str) -> pd.DataFrame:
    """Parse a list of objects, or `{"data": [...]}`, into a table indexed 1, 2, 3…

    JSON Lines under the name of JSON are read as such: several libraries write them so.
    Raises InputError naming the line of a syntax error, or the item that is not an object.
    """
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and error.lineno > 1:
            return parse_json_lines(text, name)
        raise InputError(f"{name}, line {error.lineno}: not JSON: {error.msg}; mend it") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: not readable as JSON: {error}") from None
    if isinstance(content, dict):
        content = content.get("data", content)
    if not isinstance(content, list):
        raise InputError(f'{name}: give a list of objects, or {{"data": [...]}}')
    return _table(list(range(1, len(content) + 1)), content, name, "item")


def parse_line(line: str, place: str) -> Any:
    """Parse one line of JSON Lines; InputError names the `place` if it is none."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: not JSON: {getattr(error, 'msg', error)}; mend it") from None


def _table(rows: list[int], items: list[Any], name: str, word: str) -> pd.DataFrame:
    for row, item in zip(rows, items, strict=True):
        if not isinstance(item, dict):
            raise InputError(
                f'{name}, {word} {row}: not an object; write it as {{"text": …, "category": …}}'
            )
    columns = list(dict.fromkeys(column for item in items for column in item))
    broken = next((column for column in columns if not is_encodable(column)), None)
    if broken is not None:
        raise InputError(f"{name}: the column {broken!r} holds half a character; rename it")
    cells = {column: [item.get(column) for item in items] for column in columns}
    return pd.DataFrame(cells, columns=columns, index=rows, dtype=object)
