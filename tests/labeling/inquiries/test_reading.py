"""From a raw table to inquiries: columns, ids, fingerprint, skipped rows."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.inquiries import read_inquiries
from labeling.inquiries.reading import inquiry_ids


def write(tmp_path: Path, text: str, name: str = "a.csv") -> str:
    (tmp_path / name).write_text(text)
    return str(tmp_path / name)


@pytest.mark.parametrize(
    ("header", "text_column", "label_column"),
    [
        ("flags,instruction,category,intent,response", "instruction", "intent"),
        ("flags,utterance,category,intent", "utterance", "intent"),
        ("utterance,intent,entity_type,entity_value,category,tags", "utterance", "intent"),
        ("context,role,instruction,intent,category,response", "instruction", "intent"),
        ("text,category", "text", "category"),
        ("text,label", "text", "label"),
        ("id,Message,Topic", "Message", "Topic"),
        ("text,label,label_text", "text", "label_text"),
        ("Kundenanfrage", "Kundenanfrage", None),
        ("date,body", "body", None),
    ],
)
def test_known_layouts_need_no_options_and_guesses_are_said(
    tmp_path: Path, header: str, text_column: str, label_column: str | None
) -> None:
    columns = header.split(",")
    source = write(
        tmp_path, "\n".join([header, *(",".join(f"{c}{i}" for c in columns) for i in "12")])
    )
    inquiries = read_inquiries(source)
    assert (inquiries.text_column, inquiries.label_column) == (text_column, label_column)
    assert inquiries.table["text"].tolist() == [f"{text_column}1", f"{text_column}2"]
    said = " ".join(inquiries.notes)
    assert f"text column guessed: '{text_column}'" in said
    assert (f"'{label_column}'" if label_column else "every inquiry is unlabelled") in said


def test_columns_that_are_named_are_not_guessed(tmp_path: Path) -> None:
    source = write(tmp_path, "text,category,note,kind\na,b,c,d\ne,f,g,h\n")
    inquiries = read_inquiries(source, text_column="note", label_column="kind")
    assert inquiries.table["text"].tolist() == ["c", "g"]
    assert inquiries.table["category"].tolist() == ["d", "h"]
    assert inquiries.notes == ()


def test_flags_are_kept_and_empty_where_there_are_none(tmp_path: Path) -> None:
    flagged = write(tmp_path, "flags,text,category\nBIL,a,x\n,b,y\n", "flagged.csv")
    assert read_inquiries(flagged).table["flags"].tolist() == ["BIL", ""]
    tagged = write(tmp_path, "text,category,tags\na,x,BIL\nb,y,BZ\n", "tagged.csv")
    assert read_inquiries(tagged).table["flags"].tolist() == ["BIL", "BZ"]
    other = write(tmp_path, "text,category,tags\na,x,urgent\nb,y,late\n", "other.csv")
    assert read_inquiries(other).table["flags"].tolist() == ["", ""]


def test_rows_without_text_are_skipped_counted_and_named(tmp_path: Path) -> None:
    items = [*("  ", "a", "", None, 5, ["b"], "\ud800", "c"), *[""] * 4]
    lines = "\n".join(json.dumps({"text": item}) for item in items)
    inquiries = read_inquiries(write(tmp_path, lines, "a.jsonl"))
    assert inquiries.table["text"].tolist() == ["a", "c"]
    assert inquiries.table["row"].tolist() == [2, 8]
    assert "skipped 7 rows without text: 1, 3, 4, 9, 10, …" in inquiries.notes
    assert "skipped 3 rows whose text is not text: 5, 6, 7" in inquiries.notes


def test_categories_are_stripped_and_blank_ones_are_missing(tmp_path: Path) -> None:
    table = read_inquiries(write(tmp_path, "text,category\na, x \nb,  \nc,y\n")).table
    assert table["category"].dropna().tolist() == ["x", "y"]
    assert table["category"].isna().tolist() == [False, True, False]


def test_ids_are_the_same_on_every_machine() -> None:
    # Written out: campaigns of last year must still recognise their inquiries.
    assert inquiry_ids(["where is my order?", "where is my order?", "wo ist es — ü"]) == [
        "9ff71c2b4a7535c5",
        "94f8ce556e0b885e",
        "2b594e40764d39a0",
    ]


@given(st.lists(st.sampled_from(["a", "b", "a b", "ü"]) | st.text(max_size=3), max_size=12))
def test_ids_are_unique_and_do_not_depend_on_other_rows(texts: list[str]) -> None:
    ids = inquiry_ids(texts)
    assert len(set(ids)) == len(texts)
    assert all(len(id_) == 16 and int(id_, 16) >= 0 for id_ in ids)
    assert sorted(zip(texts, ids, strict=True)) == sorted(
        zip(sorted(texts), inquiry_ids(sorted(texts)), strict=True)
    )


def test_the_fingerprint_tells_a_changed_file_and_not_a_changed_format(tmp_path: Path) -> None:
    def fingerprint(text: str, name: str = "a.csv") -> str:
        return read_inquiries(write(tmp_path, text, name)).fingerprint

    first = fingerprint("text,category\na,x\nb,y\n")
    assert first == fingerprint("category;note;text\nx;n;a\ny;m;b\n")
    assert first == fingerprint(
        '{"text": "a", "label": "x"}\n{"text": "b", "label": "y"}', "a.jsonl"
    )
    others = ["b,y\na,x\n", "a,y\nb,x\n", "a,x\nb,\nc,z\n", "a,x\nb!,y\n", "a,x\nb,y\nc,\n"]
    assert len({first, *(fingerprint("text,category\n" + other) for other in others)}) == 6


def test_placeholders_are_filled_and_counted_and_ids_are_those_of_the_raw_text(
    tmp_path: Path,
) -> None:
    raw = "cancel {{Order Number}} for {{Person Name}}"
    inquiries = read_inquiries(write(tmp_path, f"text,category\n{raw},x\nb,y\n"))
    assert "{{" not in inquiries.table["text"].iloc[0]
    assert inquiries.table["id"].iloc[0] == inquiry_ids([raw])[0]
    assert "placeholders filled in 1 inquiry: {{Order Number}}, {{Person Name}}" in inquiries.notes


def test_other_columns_are_kept_as_metadata_by_the_id_of_their_inquiry(tmp_path: Path) -> None:
    path = tmp_path / "inquiries.csv"
    path.write_text(
        "flags,text,category,channel\nB,where is it,a,mail\n,,b,mail\nZ,snd it,b,chat\n"
    )
    inquiries = read_inquiries(str(path))
    assert inquiries.metadata.columns.tolist() == ["channel"]
    ids = inquiries.table["id"]
    assert inquiries.metadata.loc[ids, "channel"].tolist() == ["mail", "chat"]
