"""The inquiries that people are asked at this moment: journal and Argilla, kept in step."""

from dataclasses import dataclass, field

import pandas as pd

from labeling.answers import Reader
from labeling.consensus import LABELS, agree
from labeling.workspace import Workspace
from learner.live.journal import ASKED, Journal

COLD_START = 0  # the round whose inquiries come before all others and are never withdrawn


@dataclass
class Queue:
    """What is open, and what has been answered.

    `open` has the columns of the journal's `asked` and the text; `labels` those of
    `labeling.consensus`; `taken` are the inquiries that have any answer, also a draft or a discard.
    """

    journal: Journal
    workspace: Workspace
    texts: dict[str, str]
    open: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*ASKED, "text"]))
    labels: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LABELS))
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.reader = Reader(self.workspace)

    def resume(self) -> None:
        """Take up what the journal knows, and show what a crash may have kept from being shown."""
        self.open = self._with_texts(self.journal.open())
        self.read_answers()
        self._push(self.open)

    def look(self) -> None:
        """Read the answers if there are new ones."""
        self._take_in(self.reader.look())

    def read_answers(self) -> None:
        """Read the answers, keep them in the journal, and agree on labels."""
        self._take_in(self.reader.read())

    def _take_in(self, news: pd.DataFrame | None) -> None:
        if news is None:
            return
        self.journal.write_answers(self._own(news))
        answers = self._own(self.reader.answers)
        self.labels = agree(answers)
        self.taken = set(answers["inquiry"])
        self.open = self.open[~self.open["inquiry"].isin(self.taken)].reset_index(drop=True)

    def cold_start(self) -> pd.DataFrame:
        """The open part of the cold start."""
        return self.open[self.open["round"] == COLD_START]

    def replace(self, batch: pd.DataFrame) -> None:
        """Ask `batch` (columns ASKED, best first) in place of all open but the cold start."""
        stay = self.cold_start()
        self.journal.write_asked(batch)
        new = self._with_texts(batch)
        self._push(new)
        kept = {*batch["inquiry"], *stay["inquiry"]}
        self._withdraw(self.open[~self.open["inquiry"].isin(kept)])
        stay = stay[~stay["inquiry"].isin(set(batch["inquiry"]))]
        self.open = pd.concat([stay, new], ignore_index=True) if len(stay) else new

    def close(self) -> None:
        """Ask nothing any more."""
        self.read_answers()
        self._withdraw(self.open)
        self.open = self.open.iloc[:0]

    def _own(self, answers: pd.DataFrame) -> pd.DataFrame:
        """Without those of another campaign, which may share somebody else's server."""
        return answers[answers["inquiry"].isin(self.texts.keys())]

    def _push(self, batch: pd.DataFrame) -> None:
        if len(batch):
            self.workspace.push(_as_records(batch))

    def _withdraw(self, stale: pd.DataFrame) -> None:
        if len(stale):
            self.workspace.withdraw(_as_records(stale))
            self.journal.close(stale["inquiry"].tolist())

    def _with_texts(self, asked: pd.DataFrame) -> pd.DataFrame:
        asked = asked.assign(text=asked["inquiry"].map(self.texts))
        return asked.astype(object).where(asked.notna(), None)


def _as_records(batch: pd.DataFrame) -> pd.DataFrame:
    base = (batch["round"] == COLD_START).map({True: 2.0, False: 1.0})
    priority = base - batch["rank"].astype(float) / 10_000
    return batch.rename(columns={"inquiry": "id"}).assign(priority=priority)
