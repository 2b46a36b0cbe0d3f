"""A phrase grammar: ``{a|b}`` is one of its alternatives, ``{name}`` a value of a named slot."""

import re
from collections.abc import Mapping, Sequence
from random import Random

_INNERMOST = re.compile(r"\{([^{}]*)\}")


def pick(options: Sequence[str], rng: Random) -> str:
    """Return one of ``options``.

    Built on ``rng.random()``, the one method whose sequence Python promises to keep between
    versions, so that a seed gives the same sample everywhere.
    """
    return options[int(rng.random() * len(options))]


def chance(probability: float, rng: Random) -> bool:
    """Return True with ``probability``."""
    return rng.random() < probability


def expand(phrase: str, slots: Mapping[str, Sequence[str]], rng: Random) -> str:
    """Return ``phrase`` with its braces replaced, innermost first, and its spaces tidied.

    Raises KeyError for a slot that ``slots`` does not name. The slot ``number`` is always there:
    a number of five or six digits.
    """

    def replacement(match: re.Match[str]) -> str:
        content = match.group(1)
        if "|" in content:
            return pick(content.split("|"), rng)
        if content == "number":
            return str(10_000 + int(rng.random() * 890_000))
        return pick(slots[content], rng)

    while _INNERMOST.search(phrase):
        phrase = _INNERMOST.sub(replacement, phrase)
    return " ".join(phrase.split())
