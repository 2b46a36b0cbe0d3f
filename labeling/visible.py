"""What people wrote, made fit for a terminal: it is shown, and cannot steer anything."""

import unicodedata

# Control characters, unpaired surrogates, line and paragraph separators.
STEERING = ("Cc", "Cs", "Zl", "Zp")
# Marks, embeddings, overrides and isolates that turn the order of what stands around them.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str) -> str:
    r"""The text, with what would steer a terminal written out, such as \x1b or \u202e.

    Letters of every script stay, whichever way they run.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_written_out(char) if _steers(char) else char for char in text)


def _steers(char: str) -> bool:
    return char in TURNING or unicodedata.category(char) in STEERING


def _written_out(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
