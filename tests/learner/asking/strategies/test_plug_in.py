from pathlib import Path

import numpy as np
import pytest

from labeling.errors import InputError
from learner.asking.strategies import Pool, check_strategy, choose

MODULE = """
def last(proba, embeddings, askable, size, rng):
    assert len(proba) == len(embeddings) == 6
    return askable[::-1][:size]

def drawn(proba, embeddings, askable, size, rng):
    return rng.permutation(askable)[:size].tolist()

few = lambda *_: [1]
twice = lambda *_: [1, 1]
labelled = lambda *_: [0, 1]
floats = lambda *_: [1.0, 2.0]
nothing = lambda *_: None
fails = lambda *_: 1 / 0
number = 3
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A user's module in the current folder; each test has one of its own name."""
    name = f"own_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(MODULE)
    (tmp_path / f"{name}_broken.py").write_text("import no_such_thing")
    monkeypatch.chdir(tmp_path)
    return name


def rows(name: str, seed: int = 0) -> list[int]:
    none = np.array([], dtype=int)
    pool = Pool(np.full((6, 2), 0.5), np.eye(6), np.arange(1, 6), none, none)
    return [choice.row for choice in choose(name, pool, 2, np.random.default_rng(seed))]


def test_a_users_own_function_is_asked(module: str) -> None:
    assert check_strategy(f"{module}:last") == f"{module}:last"
    assert rows(f"{module}:last") == [5, 4]
    assert rows(f"{module}:drawn", seed=3) == rows(f"{module}:drawn", seed=3)


def test_a_users_own_function_may_be_wrapped(module: str) -> None:
    assert set(rows(f"spread+{module}:last")) <= {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("few", "it returned 1 rows where 2 are asked"),
        ("twice", "it returned a row twice"),
        ("labelled", "it returned rows that may not be asked: 0"),
        ("floats", "it must return row numbers, a list of integers, not float64 of shape (2,)"),
        ("nothing", "it must return row numbers, a list of integers, not object of shape ()"),
        ("fails", "it failed with ZeroDivisionError: division by zero"),
    ],
)
def test_what_a_users_own_function_gives_is_checked(
    module: str, function: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        rows(f"{module}:{function}")
    assert str(caught.value) == f"--strategy {module}:{function}: {message}"


def test_a_function_that_is_not_there_is_said(module: str) -> None:
    with pytest.raises(InputError, match=r"has no such function \(did you mean 'drawn'\?\)"):
        check_strategy(f"{module}:drwn")
    with pytest.raises(InputError, match="has no such function"):
        check_strategy(f"{module}:number")


def test_a_module_that_cannot_be_imported_is_said(module: str) -> None:
    with pytest.raises(InputError, match=r"cannot be imported .*No module named 'nowhere'"):
        check_strategy("nowhere:to")
    with pytest.raises(InputError, match=r"cannot be imported .*No module named 'no_such_thing'"):
        check_strategy(f"{module}_broken:last")
