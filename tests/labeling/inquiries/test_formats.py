"""Every SOURCE gives the same raw inquiries, whatever its format and encoding."""

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Value
from hypothesis import given
from hypothesis import strategies as st

from labeling.inquiries import read_inquiries
from labeling.inquiries.delimited import parse_delimited
from labeling.inquiries.source import open_source

PAIRS = [("where is my order?", "track_order"), ("send me the bill", "get_invoice"), ("NA", "007")]


def write(path: Path, text: str, encoding: str = "utf-8") -> str:
    path.write_bytes(text.encode(encoding))
    return str(path)


def pairs(source: str) -> list[tuple[str, str]]:
    table = read_inquiries(source).table
    return list(zip(table["text"], table["category"], strict=True))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    rows = ["text,category", *(f"{text},{category}" for text, category in PAIRS)]
    text = "\n".join(rows).replace(",", separator)
    assert pairs(write(tmp_path / "a.csv", text)) == PAIRS


def test_a_comma_in_the_header_does_not_mislead_the_search_for_the_separator() -> None:
    table = parse_delimited('"text, raw";label\n"a, b";x\nc;y\n', "a.csv")
    assert list(table.columns) == ["text, raw", "label"]
    assert list(table["text, raw"]) == ["a, b", "c"]


def test_one_column_of_text_may_hold_commas_without_quotes(tmp_path: Path) -> None:
    table = read_inquiries(write(tmp_path / "a.csv", "text\nhello, you\nplease; now\n")).table
    assert list(table["text"]) == ["hello, you", "please; now"]
    assert table["category"].isna().all()


def test_strings_stay_strings_in_csv(tmp_path: Path) -> None:
    source = write(tmp_path / "a.csv", "text,category\nNA,null\n007,nan\n1e5,None\n")
    assert pairs(source) == [("NA", "null"), ("007", "nan"), ("1e5", "None")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_with_or_without_byte_order_mark_is_read_without_a_remark(
    tmp_path: Path, encoding: str
) -> None:
    source = write(tmp_path / "a.csv", "text,category\nça va — naïve?,a\nb,c\n", encoding)
    inquiries = read_inquiries(source)
    assert list(inquiries.table["text"]) == ["ça va — naïve?", "b"]
    assert inquiries.text_column == "text"
    assert not any("UTF-8" in note for note in inquiries.notes)


def test_windows_1252_is_read_and_said(tmp_path: Path) -> None:
    inquiries = read_inquiries(write(tmp_path / "a.csv", "text,label\nb,c\n“Müller”,d\n", "cp1252"))
    assert list(inquiries.table["text"]) == ["b", "“Müller”"]
    assert any("not UTF-8 (line 3), so read as Windows-1252" in note for note in inquiries.notes)


def test_latin_1_is_read_where_windows_1252_has_no_such_character(tmp_path: Path) -> None:
    inquiries = read_inquiries(write(tmp_path / "a.csv", "text,label\né\x81,c\nb,d\n", "latin-1"))
    assert list(inquiries.table["text"]) == ["é\x81", "b"]
    assert any("read as Latin-1" in note for note in inquiries.notes)


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    source = write(tmp_path / "a.csv", 'text,category\n"two\nlines",a\n\nafter a blank row,b\n,\n')
    table = read_inquiries(source).table
    assert list(zip(table["row"], table["text"], strict=True)) == [
        (2, "two\nlines"),
        (4, "after a blank row"),
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.JSONL", "a.json"])
def test_json_lines_are_read_under_either_name(tmp_path: Path, name: str) -> None:
    lines = [json.dumps({"text": text, "category": category}) for text, category in PAIRS]
    source = write(tmp_path / name, "\n\n".join(lines) + "\n")
    assert pairs(source) == PAIRS
    assert list(read_inquiries(source).table["row"]) == [1, 3, 5]


def test_a_line_separator_inside_a_json_string_ends_no_line(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", '{"text": "a\u2028b"}\n{"text": "c"}\n')
    assert list(read_inquiries(source).table["text"]) == ["a\u2028b", "c"]


@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: {"data": items}])
def test_json_is_a_list_or_a_list_under_data(tmp_path: Path, wrap: type) -> None:
    items = wrap([{"text": text, "category": category} for text, category in PAIRS])
    assert pairs(write(tmp_path / "a.json", json.dumps(items, indent=2))) == PAIRS


def test_parquet_is_read(tmp_path: Path) -> None:
    pd.DataFrame(PAIRS, columns=["text", "category"]).to_parquet(tmp_path / "a.parquet")
    assert pairs(str(tmp_path / "a.parquet")) == PAIRS


def test_numbers_as_categories_keep_their_looks(tmp_path: Path) -> None:
    frame = pd.DataFrame({"text": ["a", "b", "c"], "label": [1, None, 2]})  # floats, by the gap
    frame.to_parquet(tmp_path / "a.parquet")
    categories = read_inquiries(str(tmp_path / "a.parquet")).table["category"]
    assert categories.dropna().tolist() == ["1", "2"]
    assert categories.isna().tolist() == [False, True, False]


@pytest.fixture
def class_labelled() -> Dataset:
    features = Features({"text": Value("string"), "label": ClassLabel(names=["bill", "parcel"])})
    rows = {"text": ["where?", "how much?", "eh?"], "label": [1, 0, -1]}
    return Dataset.from_dict(rows, features=features)


def assert_class_names(source: str) -> None:
    table = read_inquiries(source).table
    assert table["category"].iloc[:2].tolist() == ["parcel", "bill"]
    assert table["category"].isna().tolist() == [False, False, True]


def test_class_labels_of_a_saved_data_set_become_their_names(
    tmp_path: Path, class_labelled: Dataset
) -> None:
    class_labelled.save_to_disk(tmp_path / "saved")
    assert_class_names(str(tmp_path / "saved"))


def test_class_labels_in_parquet_become_their_names(
    tmp_path: Path, class_labelled: Dataset
) -> None:
    class_labelled.to_parquet(tmp_path / "a.parquet")
    assert_class_names(str(tmp_path / "a.parquet"))


@pytest.mark.parametrize("splits", [["validation"], ["test", "train"]])
def test_of_a_saved_dictionary_the_only_split_or_train_is_taken(
    tmp_path: Path, class_labelled: Dataset, splits: list[str]
) -> None:
    other = Dataset.from_dict({"text": ["other"], "label": [0]}, features=class_labelled.features)
    parts = dict.fromkeys(splits[:-1], other) | {splits[-1]: class_labelled}
    DatasetDict(parts).save_to_disk(tmp_path / "saved")
    assert_class_names(str(tmp_path / "saved"))


def test_rows_chosen_from_a_data_set_are_the_rows_read(
    tmp_path: Path, class_labelled: Dataset
) -> None:
    class_labelled.select([2, 0]).save_to_disk(tmp_path / "saved")
    table, _ = open_source(str(tmp_path / "saved"))
    assert table["text"].tolist() == ["eh?", "where?"]


def test_a_hub_address_goes_through_datasets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # `datasets` looks for OWNER/NAME in the current folder before it asks the hub.
    folder = tmp_path / "owner" / "name"
    folder.mkdir(parents=True)
    write(
        folder / "train.csv", "flags,instruction,category,intent,response\nB,hi,A,x,r\nB,ho,A,y,r\n"
    )
    write(
        folder / "test.csv", "flags,instruction,category,intent,response\nB,ha,A,x,r\nB,he,A,y,r\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    assert pairs("hf:owner/name") == [("hi", "x"), ("ho", "y")]
    assert pairs("hf:owner/name@test") == [("ha", "x"), ("he", "y")]


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=8))
def test_any_text_written_as_csv_is_read_back(rows: list[tuple[str, str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([("text", "category"), *rows])
    table = parse_delimited(written.getvalue(), "a.csv")
    expected = [row for row in rows if "".join(row).strip() or row]
    assert list(zip(table["text"], table["category"], strict=True)) == expected
