"""The words that error messages share: "did you mean", and lists that stay short."""

import difflib
import textwrap
from collections.abc import Iterable, Sequence


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)` for the choice nearest to `word`, or nothing."""
    by_form = {choice.casefold(): choice for choice in choices}
    close = difflib.get_close_matches(word.casefold(), by_form, n=1)
    return f" (did you mean {by_form[close[0]]!r}?)" if close else ""


def listed(items: Sequence[object], most: int = 5) -> str:
    """Join the first `most` items, each cut to one short line; `…` stands for the rest."""
    short = [textwrap.shorten(str(item), 60, placeholder="…") for item in items[:most]]
    return ", ".join(short) + (", …" if len(items) > most else "")


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """Return `1 row`, `2 rows`; thousands are set apart with a comma."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
