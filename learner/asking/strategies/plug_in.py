"""A user's own strategy: `package.module:function`.

    function(proba, embeddings, askable, size, rng) -> rows, best first

`proba` (N, K) are the head's category probabilities for the whole pool, `embeddings` (N, D) of unit
length, `askable` (M,) the rows that may be asked, `size` how many are wanted (at most M) and `rng`
the round's numpy generator, from which to draw so that a seed repeats. The rows are integers out of
`askable`, `size` of them, none twice.
"""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from labeling.errors import InputError
from labeling.inquiries.hints import did_you_mean, listed
from learner.asking.strategies.pool import Pool, Strategy


def load_plug_in(name: str) -> Strategy:
    """The strategy in a user's module, found on Python's path or in the current folder.

    Raises InputError if there is no such function. What it returns is checked in every round.
    """
    function = _imported(name)

    def ask(pool: Pool, size: int, rng: np.random.Generator) -> np.ndarray:
        try:
            rows = function(pool.proba, pool.embeddings, pool.askable.copy(), size, rng)
        except Exception as error:
            what = f"{type(error).__name__}: {error}".splitlines()[0]
            raise InputError(f"--strategy {name}: it failed with {what}") from error
        return _checked(name, rows, pool.askable, size)

    return ask


def _imported(name: str) -> Callable[..., Any]:
    module_name, _, function_name = name.partition(":")
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # a user's module may fail in any way
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        raise InputError(
            f"--strategy {name}: module {module_name!r} cannot be imported ({what}); it must be "
            f"in {here} or on PYTHONPATH"
        ) from error
    finally:
        sys.path.remove(here)
    function = getattr(module, function_name, None)
    if not callable(function):
        there = [word for word, value in vars(module).items() if callable(value)]
        hint = did_you_mean(function_name, there)
        raise InputError(f"--strategy {name}: {module_name} has no such function{hint}")
    return function


def _checked(name: str, rows: object, askable: np.ndarray, size: int) -> np.ndarray:
    found = np.asarray(rows)
    if found.ndim != 1 or not np.issubdtype(found.dtype, np.integer):
        raise InputError(
            f"--strategy {name}: it must return row numbers, a list of integers, not "
            f"{found.dtype} of shape {found.shape}"
        )
    if len(found) != size:
        raise InputError(f"--strategy {name}: it returned {len(found)} rows where {size} are asked")
    if len(np.unique(found)) < size:
        raise InputError(f"--strategy {name}: it returned a row twice")
    wrong = np.setdiff1d(found, askable)
    if len(wrong):
        raise InputError(
            f"--strategy {name}: it returned rows that may not be asked: {listed(wrong.tolist())}"
        )
    return found
