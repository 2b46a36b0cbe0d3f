"""A TOML file of routing rules, strictly checked: what is misspelt must not silently never fit."""

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from labeling.errors import InputError
from labeling.inquiries.hints import did_you_mean, listed
from learner.routing.rules import Destination, Rule, Rules

TESTS = (
    *("categories", "confidence_at_least", "sentiment_at_most", "sentiment_at_least"),
    *("words", "shouting"),
)
DESTINATIONS: tuple[str, ...] = get_args(Destination)


def read_rules(path: Path, categories: Sequence[str]) -> Rules:
    """The rules in the file, for a model of these categories.

    Raises InputError, naming file and rule, for anything in it that is no rule.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except UnicodeError:
        raise InputError(f"{path}: not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not TOML: {error}") from None
    except (ValueError, RecursionError) as error:  # a number too long, lists without end
        raise InputError(f"{path}: not readable as TOML: {error}") from None
    if not content:
        raise InputError(f"{path}: the file is empty; give rules, and a default")
    _check_keys(content, ("rules", "default"), str(path))
    found, default = content.get("rules"), content.get("default")
    if not isinstance(found, list) or not found:
        raise InputError(f"{path}: no rules; give each one under a line [[rules]]")
    if not isinstance(default, dict):
        raise InputError(f'{path}: no default; end with a line [default] and to = "human"')
    rules = tuple(
        _rule(entry, categories, f"{path}, rule {number}")
        for number, entry in enumerate(found, start=1)
    )
    _check_repeated(rules, path)
    place = f"{path}, default"
    _check_keys(default, ("to", "reason"), place)
    return Rules(
        rules, Rule(_destination(default, place), reason=_reason(default, place)), path.name
    )


def _rule(entry: Any, categories: Sequence[str], place: str) -> Rule:
    if not isinstance(entry, dict):
        raise InputError(f"{place}: not a table; give each rule under a line [[rules]]")
    _check_keys(entry, ("to", "reason", *TESTS), place)
    if not any(test in entry for test in TESTS):
        raise InputError(
            f"{place}: tests nothing, so no later rule could decide; give one of {', '.join(TESTS)}"
        )
    named = _words(entry, "categories", place)
    for name in named:
        if name not in categories:
            raise InputError(
                f"{place}: the model knows no category {name!r}{did_you_mean(name, categories)}; "
                f"it knows {listed(categories, 20)}"
            )
    lowest = _number(entry, "sentiment_at_least", -1, place)
    highest = _number(entry, "sentiment_at_most", -1, place)
    if lowest is not None and highest is not None and lowest > highest:
        raise InputError(
            f"{place}: no sentiment is at least {lowest:g} and at most {highest:g}; "
            "exchange them, or leave one out"
        )
    if entry.get("shouting", True) is not True:
        raise InputError(f"{place}: shouting is tested with shouting = true; leave it out if not")
    return Rule(
        to=_destination(entry, place),
        categories=named,
        confidence_at_least=_number(entry, "confidence_at_least", 0, place),
        sentiment_at_most=highest,
        sentiment_at_least=lowest,
        words=_words(entry, "words", place),
        shouting="shouting" in entry,
        reason=_reason(entry, place),
    )


def _check_repeated(rules: Sequence[Rule], path: Path) -> None:
    """Refuse a rule that tests what an earlier one does: nothing is left to it."""
    tests = [replace(rule, to="human", reason="") for rule in rules]
    for number, tested in enumerate(tests, start=1):
        first = tests.index(tested) + 1
        if first < number:
            raise InputError(
                f"{path}, rule {number}: tests the same as rule {first}, so it never decides; "
                "take one of them out"
            )


def _check_keys(entry: dict[str, Any], known: Collection[str], place: str) -> None:
    for key in entry:
        if key not in known:
            raise InputError(
                f"{place}: unknown key {key!r}{did_you_mean(key, known)}; known: {', '.join(known)}"
            )


def _destination(entry: dict[str, Any], place: str) -> Destination:
    to = entry.get("to")
    if to not in DESTINATIONS:
        said = "no `to`" if to is None else f"to = {to!r}"
        hint = did_you_mean(to, DESTINATIONS) if isinstance(to, str) else ""
        raise InputError(f"{place}: {said}{hint}; give one of {', '.join(DESTINATIONS)}")
    return to


def _reason(entry: dict[str, Any], place: str) -> str:
    reason = entry.get("reason", "")
    if not isinstance(reason, str):
        raise InputError(f"{place}: reason = {reason!r} is no text; put it in quotes")
    return reason.strip()


def _words(entry: dict[str, Any], key: str, place: str) -> tuple[str, ...]:
    """A list of texts; none of them empty, and at least one, if it is there at all."""
    if key not in entry:
        return ()
    found = entry[key]
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise InputError(f'{place}: {key} = {found!r} is no list of texts; write {key} = ["…"]')
    if not found or not all(word.strip() for word in found):
        raise InputError(f"{place}: {key} has nothing in it; fill it, or leave it out")
    return tuple(found)


def _number(entry: dict[str, Any], key: str, lowest: int, place: str) -> float | None:
    if key not in entry:
        return None
    found = entry[key]
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    if not is_number or not lowest <= found <= 1:
        raise InputError(f"{place}: {key} = {found!r} is no number from {lowest} to 1")
    return float(found)
