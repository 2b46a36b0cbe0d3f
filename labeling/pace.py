"""How fast people answer."""

import pandas as pd

PAUSE = 300.0  # seconds; whoever is away for longer was not thinking about the inquiry
LAST = 100  # answers of each annotator that the pace is taken from


def seconds_an_answer(answers: pd.DataFrame) -> pd.Series:
    """Median seconds from one answer to the next, by annotator; without those who gave just one.

    `answers` has columns annotator and answered_at (ISO 8601). Pauses are left out.
    """
    if answers.empty:
        return pd.Series(dtype=float)
    when = pd.to_datetime(answers["answered_at"], format="ISO8601").sort_values()
    gaps = when.groupby(answers["annotator"]).diff().dt.total_seconds()
    gaps = gaps[gaps <= PAUSE]
    of = answers["annotator"].loc[gaps.index]
    return gaps.groupby(of).tail(LAST).groupby(of).median()


def hours_to_come(labels: float, seconds: pd.Series) -> float:
    """Hours of work, of all people together, that so many labels take at this pace."""
    return labels * float(seconds.median()) / 3600
