"""The codebook: the categories that an inquiry can get, and what annotators are told about them."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

# Argilla's limits: options of a label question, characters of an option's value and of guidelines.
MOST_CATEGORIES = 500
LONGEST_NAME = 200
LONGEST_GUIDELINES = 10_000
_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # neither files nor databases can hold these
_NO_NAME = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # more than one line, too

HOW_TO_ANSWER = """\
# How to answer
1. Pick the one category that says what the customer wants.
2. Discard the inquiry when no category fits.
3. A preselected category is the model's guess: read the inquiry first, then decide.
4. Keys: a category's number picks and submits it; Enter submits what is chosen; Backspace discards.
5. Type a part of a category's name to find it; see what is chosen before you press Enter.
"""


@dataclass(frozen=True)
class Category:
    """One code that an inquiry can get; definition and examples may be empty."""

    name: str
    definition: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Codebook:
    """All categories, in the order in which annotators see them."""

    categories: tuple[Category, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The categories' names, in order."""
        return tuple(category.name for category in self.categories)


def read_codebook(path: str | Path) -> Codebook:
    """Read a CSV, TSV, JSON or JSONL file with `category`, `definition` and `example…` columns.

    A JSON field `examples` may hold a list. Raises InputError for a missing column, an empty,
    repeated or overlong name, and for too few or too many categories.
    """
    from labeling.inquiries.hints import listed
    from labeling.inquiries.source import read_path  # here, since pandas takes long to import

    name = str(path)
    table, _ = read_path(Path(path), name)
    columns = {str(column).casefold(): column for column in table.columns}
    missing = [column for column in ("category", "definition") if column not in columns]
    if missing:
        raise InputError(
            f"{name}: no column {missing[0]!r}; a codebook has the columns category, definition "
            f"and any number of example columns, not {listed(list(table.columns), 20)}"
        )
    example_columns = [column for form, column in columns.items() if form.startswith("example")]
    categories = []
    for row, cells in zip(table.index, table.to_dict("records"), strict=True):
        category = Category(
            _text(cells[columns["category"]]),
            _text(cells[columns["definition"]]),
            tuple(text for column in example_columns for text in _texts(cells[column])),
        )
        if not category.name:
            raise InputError(
                f"{name}, row {row}: the category has no name; name it or drop the row"
            )
        check_texts(category, f"{name}, row {row}")
        categories.append(category)
    return _checked(categories, name)


def codebook_from_labels(categories: Iterable[Any]) -> Codebook:
    """Make a codebook of names only, sorted, from labels with repetitions and missing values.

    Raises InputError for an overlong name, and for too few or too many categories.
    """
    names = sorted({label for label in categories if isinstance(label, str)})
    return _checked([Category(name) for name in names], "the label column")


def check_name(name: str, place: str) -> None:
    """Raise InputError for a category's name that Argilla or a file could not hold."""
    if _NO_NAME.search(name):
        raise InputError(
            f"{place}: the category {name[:40]!r} is not one line of characters; rename it"
        )
    if len(name) > LONGEST_NAME:
        raise InputError(
            f"{place}: the category {name[:40] + '…'!r} has {len(name)} characters; "
            f"shorten it to {LONGEST_NAME} or fewer"
        )


def check_texts(category: Category, place: str) -> None:
    """Raise InputError for a definition or an example that no file could hold."""
    for text in (category.definition, *category.examples):
        if _NO_TEXT.search(text):
            raise InputError(f"{place}: {text[:40]!r} holds what is no character; take it out")


def check_labels(table: "pd.DataFrame", codebook: Codebook) -> None:
    """Raise InputError for the first of the inquiries whose category the codebook lacks."""
    from labeling.inquiries.hints import did_you_mean

    labelled = table[table["category"].notna()]
    outside = labelled[~labelled["category"].isin(codebook.names)]
    if len(outside):
        label, row = outside["category"].iloc[0], outside["row"].iloc[0]
        raise InputError(
            f"row {row}: the label {label!r} is not in the codebook"
            f"{did_you_mean(label, codebook.names)}; correct it, or add it to the codebook"
        )


def guidelines(codebook: Codebook) -> str:
    """Render Argilla's guidelines in Markdown: how to answer, then every category.

    Names, definitions and examples show as the plain text that they are. Where all would be
    longer than Argilla allows, examples are left out first, then definitions, then the list.
    """
    most = max((len(category.examples) for category in codebook.categories), default=0)
    for examples in range(most, -1, -1):
        text = _rendered(codebook, definitions=True, examples=examples)
        if len(text) <= LONGEST_GUIDELINES:
            return text
    text = _rendered(codebook, definitions=False, examples=0)
    return text if len(text) <= LONGEST_GUIDELINES else HOW_TO_ANSWER


def _rendered(codebook: Codebook, definitions: bool, examples: int) -> str:
    lines = [HOW_TO_ANSWER, "# Categories"]
    for category in codebook.categories:
        line = f"- **{_plain(category.name)}**"
        if definitions and category.definition:
            line += f": {_plain(category.definition)}"
        lines.append(line)
        lines += [f"    - “{_plain(example)}”" for example in category.examples[:examples]]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Escape Markdown and HTML: a backslash before all ASCII punctuation (CommonMark 2.4)."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def _checked(categories: list[Category], place: str) -> Codebook:
    names = [category.name for category in categories]
    name, count = next(iter(Counter(names).most_common(1)), ("", 0))
    if count > 1:
        raise InputError(f"{place}: the category {name!r} is there {count} times; merge them")
    for name in names:
        check_name(name, place)
    if not 2 <= len(names) <= MOST_CATEGORIES:
        raise InputError(
            f"{place}: {len(names)} {'category' if len(names) == 1 else 'categories'}; "
            f"give 2 to {MOST_CATEGORIES}"
        )
    return Codebook(tuple(categories))


def _texts(cell: Any) -> list[str]:
    """The texts in one example cell: none, one, or (JSON) a list of them."""
    items = cell if isinstance(cell, list) else [cell]
    return [text for text in map(_text, items) if text]


def _text(cell: Any) -> str:
    return "" if cell is None or cell != cell else str(cell).strip()  # NaN differs from itself
