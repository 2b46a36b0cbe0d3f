"""Whatever is wrong with a SOURCE is said in one line: what, where, and what to do."""

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from datasets import Dataset, DatasetDict

from labeling.errors import InputError
from labeling.inquiries import read_inquiries


def refused(source: Path | str, **options: str) -> str:
    """Read `source`, which must fail without a trace on disk; return the one line said."""
    folder = Path(source).parent
    before = sorted(folder.rglob("*")) if folder.is_absolute() else []
    with pytest.raises(InputError) as caught:
        read_inquiries(str(source), **options)
    if folder.is_absolute():
        assert sorted(folder.rglob("*")) == before
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(source))
    return message.removeprefix(str(source))


def file(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_missing_file_is_compared_with_its_siblings(tmp_path: Path) -> None:
    file(tmp_path, "inquiries.csv", "text\na\n")
    assert refused(tmp_path / "inquirys.csv") == ": no such file (did you mean 'inquiries.csv'?)"


def test_a_missing_folder_is_a_missing_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere" / "inquiries.csv") == ": no such file"


def test_a_folder_that_is_no_data_set_names_the_files_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    assert "no data set from save_to_disk; it holds no file" in refused(folder)
    file(folder, "a.csv", "text\na\n")
    assert "no data set from save_to_disk; name a file in it (a.csv)" in refused(folder)


def test_a_broken_saved_data_set_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    Dataset.from_dict({"text": ["a"]}).save_to_disk(folder)
    (folder / "state.json").write_text("{}")
    assert "a broken save_to_disk folder" in refused(folder)


def test_a_saved_dictionary_without_train_leaves_the_choice_to_the_user(tmp_path: Path) -> None:
    part = Dataset.from_dict({"text": ["a"]})
    DatasetDict({"first": part, "second": part}).save_to_disk(tmp_path / "saved")
    assert "which split (first, second)? save one of them" in refused(tmp_path / "saved")


@pytest.mark.parametrize(("name", "called"), [("a.xlsx", ".xlsx"), ("inquiries", "inquiries")])
def test_an_unknown_format_lists_the_known_ones(tmp_path: Path, name: str, called: str) -> None:
    message = refused(file(tmp_path, name, "text\na\n"))
    assert f"unknown format '{called}'; give one of .csv, .tsv" in message
    assert ".parquet" in message


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf", b"\xff\xfe"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    assert "the file is empty" in refused(file(tmp_path, name, content))


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", "text,category\n"), ("a.json", "[]"), ("b.json", '{"data": []}')],
)
def test_a_source_without_rows_is_refused(tmp_path: Path, name: str, content: str) -> None:
    assert ": no rows" in refused(file(tmp_path, name, content))


def test_a_parquet_file_without_rows_is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"text": []}).to_parquet(tmp_path / "a.parquet")
    assert ": no rows" in refused(tmp_path / "a.parquet")


def test_binary_data_under_the_name_of_csv_is_refused(tmp_path: Path) -> None:
    garbage = random.Random(0).randbytes(4096)
    assert "binary data, not text" in refused(file(tmp_path, "a.csv", garbage))
    without_zeros = garbage.replace(b"\0", b"")
    assert "binary data, not text" in refused(file(tmp_path, "b.csv", without_zeros))


def test_a_byte_order_mark_that_lies_is_refused(tmp_path: Path) -> None:
    assert "starts as UTF-16 but is not" in refused(file(tmp_path, "a.csv", b"\xff\xfeabc"))


def test_something_else_under_the_name_of_parquet_is_refused(tmp_path: Path) -> None:
    assert "not a readable Parquet file" in refused(file(tmp_path, "a.parquet", "text\na\n"))


@pytest.mark.parametrize("row", ["c", "c,d,e"])
def test_a_ragged_row_is_named_by_its_line(tmp_path: Path, row: str) -> None:
    source = file(tmp_path, "a.csv", f'text,category\n"two\nlines",b\n{row}\n')
    message = refused(source)
    assert message.startswith(", line 4: the row does not fit the header")
    assert f"({len(row.split(','))} fields, not 2)" in message


def test_an_unclosed_quote_is_named_by_the_line_of_its_row(tmp_path: Path) -> None:
    source = file(tmp_path, "a.csv", 'text,category\na,b\n"never closed,c\nd,e\n')
    assert refused(source).startswith(", line 3: a double quote opened in this row is never closed")


def test_a_stray_quote_is_named_by_its_line(tmp_path: Path) -> None:
    source = file(tmp_path, "a.csv", 'text,category\na,b\n"he said "no" twice",c\n')
    assert refused(source).startswith(", line 3: a double quote inside a quoted text")


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    source = file(tmp_path, "a.csv", "text,label,label\na,b,c\n")
    assert "line 1: two columns are called 'label'" in refused(source)


def test_a_syntax_error_in_json_is_named_by_its_line(tmp_path: Path) -> None:
    assert ", line 2: not JSON" in refused(
        file(tmp_path, "a.json", '[{"text": "a"},\n{"text" "b"}]')
    )
    assert ", line 2: not JSON" in refused(
        file(tmp_path, "a.jsonl", '{"text": "a"}\n{"text": "b"\n')
    )


def test_json_nested_without_end_is_refused(tmp_path: Path) -> None:
    assert "not readable as JSON" in refused(file(tmp_path, "a.json", "[" * 100_000))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", '{"texts": ["a"]}', "give a list of objects"),
        ("a.json", '"a"', "give a list of objects"),
        ("a.json", '[{"text": "a"}, "b"]', ", item 2: not an object"),
        ("a.jsonl", '{"text": "a"}\n["b"]\n', ", line 2: not an object"),
    ],
)
def test_json_of_another_shape_is_refused(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    assert said in refused(file(tmp_path, name, content))


def test_a_text_column_that_cannot_be_guessed_is_asked_for(tmp_path: Path) -> None:
    message = refused(file(tmp_path, "a.csv", "col_a,col_b\na,b\n"))
    assert "which column holds the text? Name it with --text-column" in message
    assert "(columns: col_a, col_b)" in message


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"text_column": "uterance"}, "'uterance' for --text-column (did you mean 'utterance'?)"),
        ({"label_column": "INTENT"}, "'INTENT' for --label-column (did you mean 'intent'?)"),
        ({"label_column": "zzz"}, "'zzz' for --label-column; columns: utterance, intent"),
        ({"label_column": "utterance"}, "cannot be both text and label"),
    ],
)
def test_a_misspelt_column_is_compared_with_the_others(
    tmp_path: Path, options: dict[str, str], said: str
) -> None:
    source = file(tmp_path, "a.csv", "utterance,intent\na,b\nc,d\n")
    assert said in refused(source, **options)


def test_no_text_left_is_refused(tmp_path: Path) -> None:
    source = file(tmp_path, "a.csv", "text,category\n,a\n ,b\n")
    assert "no inquiry left, column 'text' holds no text" in refused(source)


def test_one_category_only_is_refused(tmp_path: Path) -> None:
    source = file(tmp_path, "a.csv", "text,category\na,same\nb,same\nc,\n")
    assert "only one category, 'same', in column 'category'" in refused(source)


def test_a_category_that_is_no_word_is_named_by_row_and_column(tmp_path: Path) -> None:
    source = file(
        tmp_path, "a.jsonl", '{"text": "a", "label": "x"}\n{"text": "b", "label": ["y"]}\n'
    )
    assert ", row 2, column 'label': a category is a word or a number" in refused(source)


@pytest.mark.parametrize("address", ["hf:", "hf:name", "hf:a/b/c", "hf:/b", "hf:a/b@"])
def test_a_misshapen_hub_address_is_refused(address: str) -> None:
    assert "write hub data sets as hf:OWNER/NAME" in refused(address)


def test_a_hub_that_cannot_be_reached_is_said_in_one_line() -> None:
    code = (
        "from labeling.errors import InputError\n"
        "from labeling.inquiries import read_inquiries\n"
        "try: read_inquiries('hf:nobody/nothing')\n"
        "except InputError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.fullmatch(r"hf:nobody/nothing: the hub cannot be reached \(.*\); .*\n", done.stdout)
    assert done.stderr == ""
