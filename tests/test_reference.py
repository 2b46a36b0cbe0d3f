"""docs/reference.md says what the code says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from learner.cli import app
from scripts.reference import REFERENCE, RENEW, reference


def test_the_reference_is_what_the_code_makes() -> None:
    assert REFERENCE.read_text() == reference(), (
        f"docs/reference.md is behind the code: run `{RENEW}` and commit what it writes"
    )


@pytest.mark.parametrize("columns", ["40", "300"])
def test_the_terminal_and_the_way_of_starting_change_nothing(columns: str, tmp_path: Path) -> None:
    written = tmp_path / "reference.md"
    subprocess.run(
        [sys.executable, "-m", "scripts.reference", str(written)],
        cwd=REFERENCE.parents[1],
        env={**os.environ, "COLUMNS": columns, "FORCE_COLOR": "1"},
        check=True,
    )
    assert written.read_text() == reference()


def test_every_command_is_there_and_every_option_says_what_it_is() -> None:
    text = reference()
    commands = [name for name in app if not name.startswith("-")]
    assert [name for name in commands if f"\n## parity {name}\n" not in text] == []
    options = [line for line in text.splitlines() if line.startswith("* `-")]
    assert [option for option in options if not re.match(r"\* `[^`]+`: \w", option)] == []
    assert len(options) > len(commands)
