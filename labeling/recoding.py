"""Changes of the codebook during a campaign, and what becomes of the answers given before.

A campaign keeps its changes in the order in which they were made; each says of every category
whose answers it touches which category they now stand for, or that they are asked again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from labeling.codebook import MOST_CATEGORIES, Category, Codebook, check_name, check_texts
from labeling.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

FEWEST_CATEGORIES = 2
NEW = "the codebook"  # where a new name stands, in messages


@dataclass(frozen=True)
class Change:
    """One change of a codebook.

    "add": the category `name` is new; inquiries of the categories `out_of` may belong to it.
    "rename": `name` is called `into` from now on. "merge": what was `name` is part of `into`.
    "retire": `name` is no category any more.
    """

    kind: Literal["add", "rename", "merge", "retire"]
    name: str
    into: str | None = None
    definition: str = ""
    examples: tuple[str, ...] = ()
    out_of: tuple[str, ...] = ()

    @property
    def fates(self) -> dict[str, str | None]:
        """What an answer with a category touched stands for now; None: it is asked again."""
        if self.kind == "add":
            return dict.fromkeys(self.out_of)
        return {self.name: self.into}

    @property
    def reopens_discards(self) -> bool:
        """Whether an inquiry that nothing fitted is asked again, as something new may fit."""
        return self.kind == "add"

    def spoken(self) -> str:
        """The change in words."""
        if self.kind == "add":
            where = f", so far part of {', '.join(self.out_of)}" if self.out_of else ""
            return f"{self.name} added{where}"
        if self.kind == "rename":
            return f"{self.name} renamed {self.into}"
        if self.kind == "merge":
            return f"{self.name} merged into {self.into}"
        return f"{self.name} retired"


def change_from(stored: dict[str, Any]) -> Change:
    """The change that `dataclasses.asdict` made a dictionary of, also after JSON."""
    lists = {name: tuple(stored[name]) for name in ("examples", "out_of")}
    return Change(**{**stored, **lists})


def changed(codebook: Codebook, changes: Iterable[Change]) -> Codebook:
    """The codebook after the changes; a new category comes last, so that the others keep their key.

    Raises InputError for a name that is not there, is there already, or cannot be one, and where
    too few or too many categories would be left.
    """
    for change in changes:
        codebook = _changed(codebook, change)
    return codebook


def recoded(names: "pd.Series", changes: Iterable[Change]) -> "pd.Series":
    """Category names after the changes; missing where nobody knows what they stand for now."""
    for change in changes:
        names = names.map(lambda name, fates=change.fates: fates.get(name, name))
    return names.astype(object).where(names.notna(), None)


def _changed(codebook: Codebook, change: Change) -> Codebook:
    categories = codebook.categories
    for name in change.out_of:
        _place(codebook, name)
    if change.kind == "add":
        new = Category(change.name, change.definition, change.examples)
        _check_new(codebook, new.name)
        check_texts(new, NEW)
        if len(categories) >= MOST_CATEGORIES:
            raise InputError(f"there are {len(categories)} categories, and there cannot be more")
        return Codebook((*categories, new))
    place = _place(codebook, change.name)
    if change.kind == "rename":
        assert change.into is not None
        _check_new(codebook, change.into)
        renamed = replace(categories[place], name=change.into)
        return Codebook((*categories[:place], renamed, *categories[place + 1 :]))
    if change.kind == "merge":
        assert change.into is not None
        if _place(codebook, change.into) == place:
            raise InputError(f"{change.name!r} cannot be merged into itself; name two categories")
    if len(categories) <= FEWEST_CATEGORIES:
        raise InputError(
            f"{change.name!r} is one of {len(categories)} categories, and at least "
            f"{FEWEST_CATEGORIES} have to be left; add another one first"
        )
    return Codebook((*categories[:place], *categories[place + 1 :]))


def _place(codebook: Codebook, name: str) -> int:
    from labeling.inquiries.hints import did_you_mean

    names: Sequence[str] = codebook.names
    if name not in names:
        raise InputError(
            f"there is no category {name!r}{did_you_mean(name, names)}; `parity codebook list` "
            "names them all"
        )
    return names.index(name)


def _check_new(codebook: Codebook, name: str) -> None:
    if not name or name != " ".join(name.split()):
        raise InputError(
            f"{name!r} cannot be a category's name: one line of text, no spaces around"
        )
    check_name(name, NEW)
    if name in codebook.names:
        raise InputError(
            f"there is a category {name!r} already; `parity codebook merge` joins two categories"
        )
