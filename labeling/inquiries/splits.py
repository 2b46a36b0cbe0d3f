"""Pool and test set, kept apart: no test inquiry has a near-duplicate in the pool."""

import numpy as np
import pandas as pd

from labeling.errors import InputError
from labeling.inquiries.duplicates import near_any
from labeling.inquiries.hints import counted, listed

LARGEST_TEST = 2_000
TEST_SHARE = 1 / 4


def split(
    table: pd.DataFrame, seed: int, test_size: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw a random test set from the labelled rows of a merged table; return (pool, test).

    Both keep the table's columns and the order of its rows. Every category keeps at least one
    row in the pool. Pool rows near a test row (any copy near any copy) are left out of both.
    Unlabelled rows stay in the pool; without labels the test set is empty.

    `test_size` is a number of rows; without it a fixed share, up to a fixed number, is drawn.
    Raises InputError when that many cannot be drawn.
    """
    labelled = np.flatnonzero(table["category"].notna())
    wanted = min(LARGEST_TEST, int(len(labelled) * TEST_SHARE)) if test_size is None else test_size
    order = np.random.default_rng(seed).permutation(labelled)

    # What stays in the pool for its category's sake must not be dropped later as somebody's
    # near-duplicate, so its neighbours stay out of the test set as well.
    kept = order[~table["category"].iloc[order].duplicated().to_numpy()]
    free = order[~np.isin(order, kept)]
    free = free[~near_any(table.iloc[free], table.iloc[kept])]
    if test_size is not None and not 0 <= test_size <= len(free):
        raise InputError(
            f"cannot draw {counted(test_size, 'test inquiry', 'test inquiries')} from "
            f"{counted(len(labelled), 'labelled inquiry', 'labelled inquiries')}; "
            f"ask for 0 to {len(free):,}"
        )
    chosen = np.zeros(len(table), dtype=bool)
    chosen[free[:wanted]] = True
    test = table[chosen].reset_index(drop=True)
    return keep_apart(table[~chosen], test), test


def keep_apart(pool: pd.DataFrame, test: pd.DataFrame) -> pd.DataFrame:
    """Return `pool` without the rows that are near a row of `test`, or equal to one."""
    return pool[~near_any(pool, test)].reset_index(drop=True)


def set_aside_rare(table: pd.DataFrame) -> tuple[pd.DataFrame, str | None]:
    """Set aside the inquiries of categories that only one row carries; return (rest, note).

    One inquiry cannot be both learnt from and measured on. `note` says which, or is None where
    nothing was set aside. Raises InputError when fewer than two of several categories are left.
    """
    counts = table["category"].value_counts()
    rare = sorted(counts[counts < 2].index)
    if not rare:
        return table, None
    if len(counts) - len(rare) < 2:
        raise InputError(
            f"only {counted(len(counts) - len(rare), 'category has', 'categories have')} two or "
            "more distinct inquiries; give at least two such categories"
        )
    note = (
        f"{counted(len(rare), 'category', 'categories')} with a single inquiry set aside: "
        f"{listed(rare, 10)}"
    )
    return table[~table["category"].isin(rare)].reset_index(drop=True), note
