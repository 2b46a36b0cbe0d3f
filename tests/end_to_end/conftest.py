from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.rehearsals import kill_everything


@pytest.fixture(autouse=True)
def nothing_is_left_running(tmp_path: Path) -> Iterator[None]:
    """A test that fails half-way leaves no campaign behind that waits for people for ever."""
    yield
    kill_everything(tmp_path)
