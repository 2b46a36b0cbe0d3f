"""Parquet files, `save_to_disk` folders and hub data sets to a raw table."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from labeling.errors import InputError
from labeling.inquiries.hints import listed

if TYPE_CHECKING:
    import datasets
    import pyarrow as pa


def read_parquet(path: Path, name: str) -> pd.DataFrame:
    """Read a Parquet file into a table indexed 1, 2, 3…; InputError when it is none."""
    import pyarrow.parquet as pq

    with _refused_if_broken(f"{name}: not a readable Parquet file"):
        # ParquetFile reads this one file; `read_table` would take folder names for columns.
        table = pq.ParquetFile(path).read()
        twice = [column for column, count in Counter(table.column_names).items() if count > 1]
        if twice:
            raise InputError(f"{name}: two columns are called {twice[0]!r}; rename one")
        features = {}
        if b"huggingface" in (table.schema.metadata or {}):
            import datasets

            features = datasets.Features.from_arrow_schema(table.schema)
        return _to_table(table, features)


def read_saved(folder: Path, name: str) -> pd.DataFrame:
    """Read a folder written by `save_to_disk`: one data set, or a dictionary with one to take.

    Raises InputError when the folder is no data set or leaves open which split to take.
    """
    if not any((folder / mark).is_file() for mark in ("state.json", "dataset_dict.json")):
        files = [path.name for path in sorted(folder.iterdir()) if path.is_file()]
        inside = f"name a file in it ({listed(files)})" if files else "it holds no file"
        raise InputError(f"{name}: a folder, but no data set from save_to_disk; {inside}")
    import datasets

    with _refused_if_broken(f"{name}: a broken save_to_disk folder"):
        return _from_dataset(_one_split(datasets.load_from_disk(folder), name))


def read_hub(address: str) -> pd.DataFrame:
    """Read `hf:OWNER/NAME[@split]` from the Hugging Face hub or its local cache.

    Raises InputError when the address is misshapen, unknown or cannot be reached.
    """
    name, _, split = address.removeprefix("hf:").partition("@")
    if name.count("/") != 1 or not all(name.split("/")) or address.endswith("@"):
        raise InputError(f"{address}: write hub data sets as hf:OWNER/NAME or hf:OWNER/NAME@split")
    import datasets

    try:
        with _without_retry_warnings():
            loaded = datasets.load_dataset(name, split=split or None)
    except datasets.exceptions.DatasetNotFoundError:
        raise InputError(
            f"{address}: no such data set on the hub, or it is private; check the name "
            "or log in with `hf auth login`"
        ) from None
    except (ConnectionError, TimeoutError) as error:
        raise InputError(
            f"{address}: the hub cannot be reached ({_first_line(error)}); go online, "
            "or give the data set as a file"
        ) from None
    except Exception as error:  # loading runs many libraries; each has errors of its own
        raise InputError(f"{address}: cannot be loaded: {_first_line(error)}") from None
    return _from_dataset(_one_split(loaded, address))


def _one_split(loaded: Any, name: str) -> "datasets.Dataset":
    """Take the only split, or `train`."""
    if not isinstance(loaded, dict):
        return loaded
    if len(loaded) == 1:
        return next(iter(loaded.values()))
    if "train" in loaded:
        return loaded["train"]
    how = f"write {name}@{next(iter(loaded))}" if name.startswith("hf:") else "save one of them"
    raise InputError(f"{name}: which split ({listed(list(loaded))})? {how}")


def _from_dataset(dataset: "datasets.Dataset") -> pd.DataFrame:
    return _to_table(dataset.with_format("arrow")[:], dataset.features)


def _to_table(table: "pa.Table", features: Any) -> pd.DataFrame:
    """Turn Arrow columns into Python values; integer class labels become their names."""
    cells = {}
    for column, chunks in zip(table.column_names, table.columns, strict=True):
        values = chunks.to_pylist()
        names = getattr(features.get(column), "names", None)
        if names:
            # -1 is how `datasets` says "no label".
            values = [None if at is None or at < 0 else names[at] for at in values]
        cells[column] = values
    index = range(1, table.num_rows + 1)
    return pd.DataFrame(cells, columns=list(cells), index=index, dtype=object)


@contextmanager
def _refused_if_broken(complaint: str) -> Iterator[None]:
    """Turn whatever goes wrong in reading data that others wrote into an InputError."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # a file, a value, a time zone: each has errors of its own
        raise InputError(f"{complaint}: {_first_line(error)}") from None


@contextmanager
def _without_retry_warnings() -> Iterator[None]:
    """Hush the hub client, which warns once a retry, where our one error line says it all."""
    logger = logging.getLogger("huggingface_hub")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
