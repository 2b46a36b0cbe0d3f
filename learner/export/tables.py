"""The labels as files: for spreadsheets, for data tools and for `datasets`."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from learner.live.labelled import as_csv

CSV, PARQUET, DATASET = "labels.csv", "labels.parquet", "dataset"
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("category", pa.string()),
        ("confidence", pa.float64()),
        ("answers", pa.int64()),
        ("round", pa.int64()),
    ]
)


def write_csv(table: pd.DataFrame, folder: Path) -> None:
    """Write `labels.csv`; texts that a spreadsheet would run as formulas have an apostrophe."""
    (folder / CSV).write_text(as_csv(table), "utf-8")


def write_parquet(table: pd.DataFrame, folder: Path) -> None:
    """Write `labels.parquet`, texts as they are."""
    pq.write_table(_arrow(table), folder / PARQUET)


def write_dataset(table: pd.DataFrame, folder: Path, card: str) -> None:
    """Write `dataset/`, which `datasets.load_from_disk` loads, with its card."""
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    Dataset(_arrow(table)).save_to_disk(folder / DATASET)
    (folder / DATASET / "README.md").write_text(card, "utf-8")


def _arrow(table: pd.DataFrame) -> pa.Table:
    """Without pandas' own notes, so that equal labels give equal files."""
    arrow = pa.Table.from_pandas(table, SCHEMA, preserve_index=False)
    return arrow.replace_schema_metadata(None)
