"""Whatever lies in a file: it becomes a table of inquiries, or is refused in one line."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from damage import ANY_TEXT, HALVES, any_bytes, damaged, few, made_or_refused
from hypothesis import given
from hypothesis import strategies as st

from labeling.inquiries import merge_duplicates, read_inquiries, split, stream_texts

pytestmark = pytest.mark.generated

KINDS = ["a.csv", "a.tsv", "a.json", "a.jsonl", "a.ndjson", "a.parquet"]
STREAMED = ["a.csv", "a.tsv", "a.jsonl", "a.txt"]
CODECS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1", "cp037"]
COLUMNS = st.one_of(
    st.sampled_from(["text", "category", "Text", "label", "flags", "tags", "", " text ", "a\nb"]),
    ANY_TEXT,
)
CELLS = st.one_of(
    ANY_TEXT,
    st.sampled_from(["", " ", "where is my parcel", "{{Order Number}}", "x" * 140_000, "B", "NA"]),
)
NUMBERS = st.one_of(st.booleans(), st.integers(), st.floats(), st.integers(-(10**400), 10**400))
JSON_CELLS = st.recursive(
    st.one_of(st.none(), NUMBERS, CELLS, HALVES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=5,
)
ARROW_COLUMNS = st.one_of(
    st.tuples(st.just(pa.string()), st.lists(st.none() | CELLS, min_size=8, max_size=8)),
    st.tuples(st.just(pa.large_string()), st.lists(st.none() | CELLS, min_size=8, max_size=8)),
    st.tuples(st.just(pa.binary()), st.lists(st.none() | st.binary(), min_size=8, max_size=8)),
    st.tuples(st.just(pa.float64()), st.lists(st.none() | st.floats(), min_size=8, max_size=8)),
    st.tuples(
        st.sampled_from(
            [pa.int64(), pa.timestamp("s"), pa.timestamp("ns", "UTC"), pa.time64("us")]
        ),
        st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), min_size=8, max_size=8),
    ),
    st.sampled_from(
        [
            (pa.date32(), [date(1, 1, 1)] * 8),
            (pa.time64("us"), [time(1)] * 8),
            (pa.duration("s"), [timedelta(1)] * 8),
            (pa.decimal128(5, 2), [Decimal("1.5")] * 8),
            (pa.timestamp("us", "Nowhere/Land"), [datetime(2026, 1, 1)] * 8),
            (pa.list_(pa.string()), [["a"]] * 8),
            (pa.struct([("a", pa.string())]), [{"a": "b"}] * 8),
            (pa.null(), [None] * 8),
            (pa.dictionary(pa.int32(), pa.string()), ["a", "b"] * 4),
        ]
    ),
)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, bytes], pd.DataFrame | None]:
    folder = tmp_path_factory.mktemp("sources")

    def read(name: str, content: bytes) -> pd.DataFrame | None:
        """The inquiries in a file of this content; None where it is refused."""
        path = folder / name
        path.write_bytes(content)
        try:
            inquiries = made_or_refused(lambda: read_inquiries(str(path)))
            assert path.read_bytes() == content
            assert [each.name for each in folder.iterdir()] == [name]
        finally:
            path.unlink()
        if inquiries is None:
            return None
        check(inquiries.table)
        assert list(inquiries.metadata.index) == list(inquiries.table["id"])
        "\n".join(inquiries.notes).encode()  # they are printed
        return inquiries.table

    return read


def check(table: pd.DataFrame) -> None:
    """What all that comes later relies on."""
    assert len(table) > 0
    assert list(table.columns) == ["id", "text", "category", "flags", "row"]
    assert table["id"].is_unique
    assert all(text.strip() and text.encode() for text in table["text"])
    assert all(name.strip() == name and name.encode() for name in table["category"].dropna())
    assert table["category"].nunique() != 1
    assert table["row"].is_monotonic_increasing
    assert table["row"].is_unique


@pytest.mark.parametrize("name", KINDS)
@few
@given(st.data())
def test_any_bytes(name: str, read: Callable[..., Any], data: st.DataObject) -> None:
    words = [b'{"text": "a"}', b"text,category\n", b"a,b\n", b'"data": [']
    read(name, data.draw(any_bytes(*words)))


@few
@given(st.lists(st.lists(CELLS, max_size=4), min_size=1, max_size=40), st.data())
def test_any_rows_of_cells(
    read: Callable[..., Any], rows: list[list[str]], data: st.DataObject
) -> None:
    """Ragged more often than not, with all kinds of quoting, in all kinds of letters."""
    header = data.draw(st.lists(COLUMNS, max_size=4))
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=data.draw(st.sampled_from(",;\t|")),
        quoting=data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        lineterminator=data.draw(st.sampled_from(["\n", "\r\n", "\r"])),
    )
    writer.writerow(header)
    width = len(header) if data.draw(st.booleans()) else None
    writer.writerows([(row + [""] * 4)[:width] if width else row for row in rows])
    encoded = out.getvalue().encode(data.draw(st.sampled_from(CODECS)), "replace")
    read(data.draw(st.sampled_from(["a.csv", "a.tsv"])), encoded)


@few
@given(
    st.lists(st.tuples(CELLS, st.sampled_from(["a", "b", "c"])), min_size=2, max_size=40),
    st.sampled_from([1, 1, 60]),
)
def test_a_table_that_is_right_is_read_whole_and_goes_all_the_way(
    read: Callable[..., Any], rows: list[tuple[str, str]], times: int
) -> None:
    rows = [(f"{text}{n or ''}", category) for n in range(times) for text, category in rows]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("text", "category"), *rows])
    table = read("a.csv", out.getvalue().encode())
    usable = [(text, category) for text, category in rows if text.strip()]
    refused = any("\0" in text or len(text) > 131_072 for text, _ in rows)
    if refused or len({category for _, category in usable}) < 2:
        assert table is None
        return
    assert list(table["category"]) == [category for _, category in usable]
    merged = merge_duplicates(table)
    assert sum(map(len, merged["copies"])) == len(table)
    pool, test = split(merged, 0)
    assert len(pool) + len(test) <= len(merged)


@few
@given(
    st.lists(
        st.one_of(
            st.fixed_dictionaries({"text": JSON_CELLS}, optional={"category": JSON_CELLS}),
            st.dictionaries(COLUMNS | HALVES, JSON_CELLS, max_size=4),
            JSON_CELLS,
        ),
        max_size=12,
    ),
    st.sampled_from(["a.json", "a.jsonl"]),
    st.booleans(),
)
def test_any_json(read: Callable[..., Any], items: list[Any], name: str, is_ascii: bool) -> None:
    def dumped(item: Any) -> str:
        return json.dumps(item, ensure_ascii=is_ascii)

    text = dumped(items) if name == "a.json" else "\n".join(map(dumped, items))
    read(name, text.encode("utf-8", "surrogatepass"))


@few
@given(st.lists(st.tuples(COLUMNS, ARROW_COLUMNS), min_size=1, max_size=4), st.data())
def test_any_parquet(
    read: Callable[..., Any], columns: list[tuple[str, tuple[Any, list]]], data: st.DataObject
) -> None:
    arrays = []
    for _, (kind, cells) in columns:
        try:
            arrays.append(pa.array(cells, kind))
        except (pa.ArrowException, OverflowError, ValueError):
            arrays.append(pa.array(["where is it"] * 8))
    table = pa.table(arrays, names=[name for name, _ in columns])
    described = data.draw(st.sampled_from([None, b"{}", b"no JSON", b'{"info": {"features": 1}}']))
    if described is not None:
        table = table.replace_schema_metadata({b"huggingface": described})
    out = io.BytesIO()
    try:
        pq.write_table(table, out)
    except pa.ArrowException:  # a moment that Parquet knows no number for
        return
    read("a.parquet", out.getvalue())


@few
@given(st.data())
def test_parquet_that_was_damaged(read: Callable[..., Any], data: st.DataObject) -> None:
    table = pd.DataFrame({"text": ["where is it", "send it", None] * 9, "label": [0, 1, 2] * 9})
    out = io.BytesIO()
    table.to_parquet(out, index=False)
    read("a.parquet", data.draw(damaged(out.getvalue())))


@pytest.mark.parametrize("name", STREAMED)
@few
@given(st.data())
def test_any_bytes_as_a_stream(name: str, tmp_path_factory: Any, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data.draw(any_bytes(b'{"text": "a"}\n', b"text,category\n", b"a,b\n")))
    found = made_or_refused(lambda: list(stream_texts(str(path))))
    path.unlink()
    assert found is None or all(text.strip() and text.encode() for _, text in found)
    assert found is None or found


def test_a_home_folder_of_nobody_is_no_file() -> None:
    source = str(Path("~nobody-of-this-name") / "a.csv")
    assert made_or_refused(lambda: read_inquiries(source)) is None
    assert made_or_refused(lambda: list(stream_texts(source))) is None
