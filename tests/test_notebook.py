"""The example notebook: it runs, and what is committed of it was run and says nothing of where."""

import copy
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from scripts.notebook import run

NOTEBOOK = Path(__file__).parents[1] / "docs" / "notebook.ipynb"
MACHINE = re.compile(r"/(?:home|root|Users|tmp|work|usr|opt|var|mnt|private)/|\.venv|site-packages")


@pytest.fixture
def notebook() -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOK, as_version=4)


def code(notebook: nbformat.NotebookNode) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def kinds(notebook: nbformat.NotebookNode) -> list[list[str]]:
    """For each cell of code, in which forms its result is shown: as text, a table, a figure."""
    return [
        sorted(form for output in cell.outputs for form in output.get("data", {}))
        for cell in code(notebook)
    ]


def test_the_committed_notebook_was_run_from_its_first_cell_to_its_last(
    notebook: nbformat.NotebookNode,
) -> None:
    cells = code(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    silent = [number for number, forms in enumerate(kinds(notebook)) if not forms]
    assert silent == [0], "the first cell starts the campaign"
    assert "error" not in {output.output_type for cell in cells for output in cell.outputs}
    figures = [forms for forms in kinds(notebook) if "application/vnd.plotly.v1+json" in forms]
    assert len(figures) == 2


def test_the_committed_notebook_names_no_folder_of_a_machine() -> None:
    assert MACHINE.findall(NOTEBOOK.read_text("utf-8")) == []
    assert MACHINE.search('"/home/ann/campaign"'), "the pattern finds one"


def test_a_cell_that_fails_is_told() -> None:
    broken = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        run(broken)


@pytest.mark.slow
def test_the_notebook_runs_and_shows_what_is_committed(notebook: nbformat.NotebookNode) -> None:
    again = copy.deepcopy(notebook)
    for cell in code(again):
        cell.outputs, cell.execution_count = [], None
    run(again)
    assert kinds(again) == kinds(notebook)
    assert MACHINE.findall(nbformat.writes(again)) == []
