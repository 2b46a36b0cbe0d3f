"""Open any SOURCE as a raw table: all its columns, as they are, indexed by row number."""

from pathlib import Path

import pandas as pd

from labeling.errors import InputError
from labeling.inquiries.arrow import read_hub, read_parquet, read_saved
from labeling.inquiries.decoding import decode
from labeling.inquiries.delimited import parse_delimited
from labeling.inquiries.hints import did_you_mean
from labeling.inquiries.json_files import parse_json, parse_json_lines
from labeling.sample import INQUIRIES

PARSERS = {
    ".csv": parse_delimited,
    ".tsv": parse_delimited,
    ".jsonl": parse_json_lines,
    ".ndjson": parse_json_lines,
    ".json": parse_json,
}


def open_source(source: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the raw table of `source` and the notes that a person should read.

    `source` is a path (CSV, TSV, JSON, JSONL, Parquet, `save_to_disk` folder),
    `hf:OWNER/NAME[@split]`, or `sample`. The index holds 1-based row numbers as a spreadsheet
    or an editor shows them, the header counted. Raises InputError.
    """
    if source == "sample":
        table, notes = read_path(INQUIRIES, source)
    elif source.startswith("hf:"):
        table, notes = read_hub(source), []
    else:
        table, notes = read_path(Path(source), source)
    if table.empty:
        raise InputError(f"{source}: no rows; give at least two inquiries")
    return table, notes


def read_path(path: Path, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the raw table of a file or `save_to_disk` folder, and notes; messages say `name`."""
    try:
        path = path.expanduser()
        return (read_saved(path, name), []) if path.is_dir() else _read_file(path, name)
    except (OSError, RuntimeError) as error:  # RuntimeError: the home folder of nobody
        raise InputError(f"{name}: cannot be read: {error}") from None


def _read_file(path: Path, name: str) -> tuple[pd.DataFrame, list[str]]:
    if not path.exists():
        siblings = [sibling.name for sibling in path.parent.glob("*")]
        raise InputError(f"{name}: no such file{did_you_mean(path.name, siblings)}")
    kind = path.suffix.lower()
    if kind == ".parquet":
        return read_parquet(path, name), []
    if kind not in PARSERS:
        raise InputError(
            f"{name}: unknown format {kind or path.name!r}; "
            f"give one of {', '.join(PARSERS)}, .parquet"
        )
    text, notes = decode(path.read_bytes(), name)
    return PARSERS[kind](text, name), notes
