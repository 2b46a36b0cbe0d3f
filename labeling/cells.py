"""Cells of exported CSV files: a spreadsheet must show what customers wrote, not run it."""

# What spreadsheets take for the start of a formula, or skip to find one (OWASP, "CSV Injection").
# The last four are what "=+-@" is on a full-width keyboard.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001


def defused(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet might take it for a formula.

    For texts alone: a number, such as a score below zero, stays as it is. What is given up is that
    such a text is read back with the apostrophe, since one that a customer wrote looks the same;
    no text is cut or left out, and a defused one stays as it is when it is exported again.
    """
    return f"'{text}" if text.startswith(FORMULA) else text
