"""The texts of a file of any size, one after the other, without holding the file in memory."""

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

from labeling.errors import InputError
from labeling.inquiries.columns import find_text_column
from labeling.inquiries.decoding import is_encodable
from labeling.inquiries.delimited import delimited_rows, sniff_separator
from labeling.inquiries.json_files import parse_line
from labeling.inquiries.placeholders import fill_placeholders
from labeling.inquiries.reading import inquiry_ids, read_inquiries

LOOKED_AT = 65_536  # bytes, from which encoding and separator are guessed


def stream_texts(source: str, text_column: str | None = None) -> Iterator[tuple[int, str]]:
    """Yield (row, text) of CSV, TSV, JSONL and plain text (.txt, a line an inquiry) as it is read.

    Any other source that `read_inquiries` knows is read whole. Rows are numbered as an editor shows
    them, the header counted; those without text are left out; placeholders are filled.
    Raises InputError, when the row is reached, for what cannot be read.
    """
    try:
        yield from _stream(source, text_column)
    except (OSError, RuntimeError) as error:  # RuntimeError: the home folder of nobody
        raise InputError(f"{source}: cannot be read: {error}") from None
    except UnicodeError:
        raise InputError(f"{source}: not UTF-8 all through; save it as UTF-8") from None


def _stream(source: str, text_column: str | None) -> Iterator[tuple[int, str]]:
    path = Path(source).expanduser()
    kind = path.suffix.lower()
    if kind not in (".csv", ".tsv", ".jsonl", ".ndjson", ".txt") or not path.is_file():
        table = read_inquiries(source, text_column).table
        yield from zip(table["row"].tolist(), table["text"], strict=True)
        return
    found = 0
    with io.BufferedReader(io.FileIO(path), LOOKED_AT) as file:
        lines, head = _decoded(file)
        rows = {".csv": _delimited, ".tsv": _delimited, ".txt": _plain}.get(kind, _json_lines)
        for row, text in rows(lines, head, source, text_column):
            if isinstance(text, str) and text.strip() and is_encodable(text):
                found += 1
                yield row, fill_placeholders(text, inquiry_ids([text])[0])
    if not found:
        raise InputError(f"{source}: no inquiry, for no row holds text")


def _decoded(file: "io.BufferedReader[io.FileIO]") -> tuple[Iterator[str], str]:
    """The lines of the file as characters, and the whole lines among its first."""
    first = file.peek(LOOKED_AT)[:LOOKED_AT]
    is_utf16 = first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if is_utf16 else "utf-8-sig"
    try:
        head = codecs.getincrementaldecoder(encoding)().decode(first)
    except UnicodeError:
        encoding = "cp1252"
        head = first.decode(encoding, errors="replace")
    whole = head[: head.rfind("\n") + 1] if len(first) == LOOKED_AT else head
    return iter(io.TextIOWrapper(file, encoding, newline="")), whole or head


def _delimited(
    lines: Iterator[str], head: str, source: str, text_column: str | None
) -> Iterator[tuple[int, str]]:
    if not head.strip():
        raise InputError(f"{source}: the file is empty; give a file with a header and texts")
    columns, rows = delimited_rows(lines, sniff_separator(head), source)
    at = columns.index(find_text_column(columns, text_column, source))
    for row, cells in rows:
        yield row, cells[at]


def _plain(
    lines: Iterator[str],
    head: str,  # noqa: ARG001
    source: str,
    text_column: str | None,
) -> Iterator[tuple[int, str]]:
    if text_column is not None:
        raise InputError(f"{source}: plain text has no columns; leave --text-column out")
    for row, line in enumerate(lines, start=1):
        yield row, line.strip()


def _json_lines(
    lines: Iterator[str],
    head: str,  # noqa: ARG001
    source: str,
    text_column: str | None,
) -> Iterator[tuple[int, str]]:
    numbered = ((row, line) for row, line in enumerate(lines, start=1) if line.strip())
    for row, line in numbered:
        item = parse_line(line, f"{source}, line {row}")
        if not isinstance(item, dict):
            raise InputError(f'{source}, line {row}: not an object; write it as {{"text": …}}')
        if text_column is None or text_column not in item:
            text_column = find_text_column(list(item), text_column, f"{source}, line {row}")
        yield row, item[text_column]
