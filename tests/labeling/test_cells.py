"""A spreadsheet runs no cell of ours, and every text comes back out of the file."""

import csv
import io

import pytest

from labeling.cells import defused

RUNS = ['=HYPERLINK("http://x.example","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]


@pytest.mark.parametrize("text", [*RUNS, "＝1+1", "＠SUM(A1)"])  # noqa: RUF001
def test_what_a_spreadsheet_would_run_is_made_a_text(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "where is it?", "a=1", " =1", "'tis late", "1-2", "🙂 =1"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


@pytest.mark.parametrize("text", RUNS)
def test_a_defused_text_is_not_defused_again(text: str) -> None:
    assert defused(defused(text)) == defused(text)


@pytest.mark.parametrize("text", RUNS)
def test_nothing_but_the_apostrophe_is_added_on_the_way_through_a_file(text: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow([defused(text), "next"])
    (row,) = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert row == [f"'{text}", "next"]
