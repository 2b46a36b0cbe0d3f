"""The codebook: reading it, refusing what Argilla cannot show, and telling annotators."""

import html
import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from labeling.codebook import (
    LONGEST_GUIDELINES,
    Category,
    Codebook,
    check_labels,
    codebook_from_labels,
    guidelines,
    read_codebook,
)
from labeling.errors import InputError

CODEBOOK = Codebook(
    (
        Category("track_order", "Where is it?", ("where is my parcel", "not here, yet")),
        Category("get_invoice", "Wants a bill"),
    )
)


def write(tmp_path: Path, text: str, name: str = "codebook.csv") -> Path:
    (tmp_path / name).write_text(text)
    return tmp_path / name


def test_a_csv_may_hold_any_number_of_example_columns(tmp_path: Path) -> None:
    text = (
        "Category,definition,example_1,Example 2,note\n"
        'track_order,Where is it?,where is my parcel,"not here, yet",n\n'
        "get_invoice,Wants a bill,,,n\n"
    )
    assert read_codebook(write(tmp_path, text)) == CODEBOOK
    assert read_codebook(write(tmp_path, text.replace(",", "\t"), "a.tsv")).names == CODEBOOK.names


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_json_may_hold_examples_as_a_list_or_one_by_one(tmp_path: Path, name: str) -> None:
    items = [
        {
            "category": "track_order",
            "definition": "Where is it?",
            "examples": ["where is my parcel", "not here, yet"],
        },
        {"category": "get_invoice", "definition": "Wants a bill", "example_1": ""},
    ]
    lines = "\n".join(map(json.dumps, items))
    text = lines if name.endswith("l") else json.dumps(items)
    assert read_codebook(write(tmp_path, text, name)) == CODEBOOK


def test_a_codebook_from_labels_has_each_name_once_in_order() -> None:
    table = pd.DataFrame({"category": ["b", None, "a", "b"]}).astype("str")
    assert codebook_from_labels(table["category"]).names == ("a", "b")
    assert codebook_from_labels(["b", None, "a"]).categories[0] == Category("a", "", ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,definition\na,b\n", "no column 'category'; a codebook has the columns"),
        ("category,example\na,b\n", "no column 'definition'"),
        ("category,definition\na,x\nb,y\na,z\n", "the category 'a' is there 2 times"),
        ("category,definition\na,x\n  ,y\n", "row 3: the category has no name"),
        ("category,definition\na,x\n", "1 category; give 2 to 500"),
        ("category,definition\n", "0 categories; give 2 to 500"),
        (
            "category,definition\na,x\n" + "b" * 201 + ",y\n",
            "has 201 characters; shorten it to 200",
        ),
        ("category,definition\n" + "".join(f"c{i},x\n" for i in range(501)), "501 categories"),
        ("category,definition\na,x\nb\n", "line 3: the row does not fit the header"),
    ],
)
def test_a_codebook_that_cannot_be_used_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read_codebook(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_the_limits_themselves_are_allowed(tmp_path: Path) -> None:
    rows = [f"{i:03}" + "x" * 197 for i in range(500)]
    text = "category,definition\n" + "".join(f"{name},d\n" for name in rows)
    assert read_codebook(write(tmp_path, text)).names == tuple(rows)


def test_a_missing_codebook_is_compared_with_its_siblings(tmp_path: Path) -> None:
    write(tmp_path, "category,definition\na,x\nb,y\n")
    with pytest.raises(InputError, match=r"no such file \(did you mean 'codebook.csv'\?\)"):
        read_codebook(tmp_path / "codebok.csv")


def test_labels_must_make_a_codebook() -> None:
    with pytest.raises(InputError, match="the label column: 1 category; give 2 to 500"):
        codebook_from_labels(["a", "a", None])


def test_a_label_outside_the_codebook_is_named_with_its_first_row() -> None:
    table = pd.DataFrame(
        {"category": ["get_invoice", None, "trak_order", "trak_order"], "row": [2, 3, 5, 6]}
    )
    said = r"row 5: the label 'trak_order' is not in the codebook \(did you mean 'track_order'\?\)"
    with pytest.raises(InputError, match=said):
        check_labels(table, CODEBOOK)


def test_labels_of_the_codebook_and_missing_ones_pass() -> None:
    check_labels(pd.DataFrame({"category": ["get_invoice", None], "row": [2, 3]}), CODEBOOK)


def test_guidelines_say_how_to_answer_and_list_all_categories() -> None:
    text = guidelines(CODEBOOK)
    how, _, categories = text.partition("# Categories")
    assert len(re.findall(r"^\d\. ", how, flags=re.M)) == 5
    assert "see what is chosen before you press Enter" in how
    items = shown(categories)
    assert "track_order: Where is it?" in items
    assert "“not here, yet”" in items
    assert "get_invoice: Wants a bill" in items


def shown(markdown: str) -> str:
    """What a reader sees: Markdown rendered with HTML let through, tags taken away."""
    return html.unescape(re.sub(r"<[^>]*>", "", MarkdownIt("commonmark").render(markdown)))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <b>bold</b> claim & more &amp; so",
        "*stars* _underscores_ `code` ~~gone~~",
        "[link](https://example.com) ![image](x.png)",
        "# no heading",
        "1. no list",
        "> no quote | no | table",
        r"back\slash $x^2$ {{Order Number}}",
    ],
)
def test_names_definitions_and_examples_show_as_plain_text(text: str) -> None:
    codebook = Codebook((Category(text, text, (text,)), Category("other")))
    rendered = MarkdownIt("commonmark").render(guidelines(codebook))
    tags = set(re.findall(r"<(\w+)", rendered))
    assert tags == {"h1", "ol", "ul", "li", "strong"}
    assert f"{text}: {text}" in shown(guidelines(codebook))
    assert f"“{text}”" in shown(guidelines(codebook))


def test_a_line_break_in_a_definition_opens_no_new_block() -> None:
    codebook = Codebook((Category("a", "one\n\n# two"), Category("b")))
    assert "a: one # two" in shown(guidelines(codebook))


@pytest.mark.parametrize(
    ("count", "definition", "example", "kept"),
    [
        (20, 50, 100, ["example 0", "example 1"]),
        (60, 50, 60, ["definition", "example 0"]),
        (60, 100, 100, ["definition"]),
        (60, 300, 100, ["name 0"]),
        (500, 300, 100, []),
    ],
)
def test_guidelines_fit_into_argilla_by_leaving_out_the_least_needed(
    count: int, definition: int, example: int, kept: list[str]
) -> None:
    categories = (
        Category(
            f"name {at}".ljust(30, "n"),
            "definition".ljust(definition, "d"),
            tuple(f"example {i}".ljust(example, "e") for i in range(2)),
        )
        for at in range(count)
    )
    text = guidelines(Codebook(tuple(categories)))
    assert len(text) <= LONGEST_GUIDELINES
    found = [word for word in ("name 0", "definition", "example 0", "example 1") if word in text]
    assert set(kept) <= set(found)
    assert (found[-1] if found else None) == (kept[-1] if kept else None)


def test_importing_the_codebook_loads_no_heavy_library() -> None:
    code = (
        "import sys, labeling.codebook\n"
        "print(sorted({'pandas', 'datasets', 'rensa', 'torch'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
