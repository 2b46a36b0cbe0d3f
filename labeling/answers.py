"""Read the answers again and again, each time only what is new."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from labeling.consensus import ANSWERS
from labeling.workspace import Workspace

Row = tuple[Any, ...]  # of ANSWERS


@dataclass
class Reader:
    """All answers known so far. On Parity's own server a look costs what is new, not what is there.

    Somebody else's server cannot be asked that: there, everything is read when the counts of
    answers have changed, so that `look` may miss an answer changed into another of the same status.
    """

    workspace: Workspace
    _rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    _since: str | None = None
    _counts: dict[str, int] | None = None

    @property
    def answers(self) -> pd.DataFrame:
        """Every answer (columns ANSWERS), one row for each annotator and inquiry."""
        return pd.DataFrame(list(self._rows.values()), columns=ANSWERS)

    def look(self) -> pd.DataFrame | None:
        """The answers that are new or changed (columns ANSWERS), None when nothing is.

        An empty table: answers were deleted, and nothing else happened.
        """
        if not self.workspace.keeps_order:
            counts = self.workspace.counts()
            if counts == self._counts:
                return None
            self._counts = counts
        return self.read()

    def read(self) -> pd.DataFrame | None:
        """As `look`, but nothing is missed on somebody else's server either."""
        if self.workspace.keeps_order:
            changes = self.workspace.changes(self._since)
            self._since = changes.until
            news = self._unknown(changes.answers)
            known = self._rows | news
            if len(known) != changes.total:  # answers were deleted
                answers = self.workspace.changes(None).answers
                news, known = self._unknown(answers), _by_author(answers)
        else:
            answers = list(self.workspace.answers().itertuples(index=False, name=None))
            news, known = self._unknown(answers), _by_author(answers)
        if not news and len(known) == len(self._rows):
            return None
        self._rows = known
        return pd.DataFrame(list(news.values()), columns=ANSWERS)

    def _unknown(self, answers: Iterable[Row]) -> dict[tuple[str, str], Row]:
        found = _by_author(answers)
        return {author: row for author, row in found.items() if self._rows.get(author) != row}


def _by_author(answers: Iterable[Row]) -> dict[tuple[str, str], Row]:
    return {(answer[0], answer[1]): answer for answer in answers}
