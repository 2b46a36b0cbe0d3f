"""The pool and the test inquiries as a campaign began with them, kept beside the journal.

What looks at a campaign from outside needs neither the file it was begun with nor a server.
"""

from pathlib import Path

import pandas as pd

from labeling.errors import InputError
from labeling.files import write_atomically

FILE = "pool.parquet"
TEST = "test.parquet"
POOL = ["id", "text", "category"]


def keep_pool(pool: pd.DataFrame, home: Path) -> None:
    """Write `HOME/pool.parquet` unless it is there; a campaign's pool never changes."""
    if not (home / FILE).exists():
        write_atomically(home / FILE, pool[POOL].to_parquet(index=False))


def kept_pool(home: Path) -> pd.DataFrame:
    """The inquiries of the pool (columns POOL; category None where the data has none).

    Raises InputError where there is none.
    """
    try:
        return pd.read_parquet(home / FILE)
    except FileNotFoundError:
        raise InputError(
            f"{home / FILE} is missing: an earlier version began this campaign; give its "
            "`parity up` once more, which writes the file and goes on"
        ) from None


def keep_test(test: pd.DataFrame, home: Path) -> None:
    """Write `HOME/test.parquet`, the test inquiries (columns POOL), unless it is there."""
    if not (home / TEST).exists():
        write_atomically(home / TEST, test[POOL].to_parquet(index=False))


def kept_test(home: Path) -> pd.DataFrame:
    """The test inquiries (columns POOL); none where an earlier version began the campaign."""
    try:
        return pd.read_parquet(home / TEST)
    except FileNotFoundError:
        return pd.DataFrame(columns=POOL)
