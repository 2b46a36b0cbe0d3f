"""From a SOURCE to clean tables of inquiries: read, merge duplicates, split into pool and test.

    SOURCE ─► source.py ─► columns.py ─► placeholders.py ─► duplicates.py ─► splits.py
              raw table    which column  {{Order Number}}   shown once       pool and test
              └── decoding.py, delimited.py, json_files.py, arrow.py: one file a format

Nothing here writes anything. Every table is a `pandas.DataFrame` with a fresh 0, 1, 2… index.
"""

from labeling.inquiries.duplicates import merge_duplicates
from labeling.inquiries.reading import Inquiries, read_inquiries
from labeling.inquiries.splits import keep_apart, set_aside_rare, split
from labeling.inquiries.streaming import stream_texts

__all__ = [
    "Inquiries",
    "keep_apart",
    "merge_duplicates",
    "read_inquiries",
    "set_aside_rare",
    "split",
    "stream_texts",
]
