"""How figures and what people wrote are put on the page."""

import math

import pandas as pd

from learner.report.page import shortened

DASH = "\N{EN DASH}"
LONGEST_NAME = 60  # characters of a category's name
LONGEST_TEXT = 120  # characters of an inquiry


def name(category: object) -> str:
    """A category's name; a dash where there is none."""
    return DASH if category is None or pd.isna(category) else shortened(str(category), LONGEST_NAME)


def text(inquiry: object) -> str:
    """The beginning of an inquiry."""
    return shortened(str(inquiry), LONGEST_TEXT)


def fraction(value: float | None) -> str:
    """A figure between 0 and 1."""
    return DASH if value is None or math.isnan(value) else f"{value:.4f}"


def span(low: float, high: float, digits: int = 4) -> str:
    """An interval."""
    return f"{low:.{digits}f}{' to ' if low < 0 else DASH}{high:.{digits}f}"


def share(part: int, whole: int) -> str:
    """So many of so many."""
    return f"{part / whole * 100:.3g} % of {whole:,}" if whole else DASH
