"""The inquiries that people are asked at this moment: journal and Argilla, kept in step."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pandas as pd

from labeling.answers import Reader
from labeling.consensus import LABELS, agree, given
from labeling.workspace import WITHDRAWN, Workspace
from learner.live.journal import ASKED, Journal

COLD_START = 0  # the round whose inquiries come before all others and are never withdrawn


@dataclass
class Queue:
    """What is open, and what has been answered.

    `open` has the columns of the journal's `asked` and the text; `labels` those of
    `labeling.consensus`; `taken` are the inquiries that have any answer, also a draft or a discard;
    `discarded` those that somebody discarded, which nobody is asked any more; `reopened` those
    that are asked once more since the codebook has changed. `categories` are all there are.
    """

    journal: Journal
    workspace: Workspace
    texts: dict[str, str]
    categories: Collection[str]
    open: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*ASKED, "text"]))
    labels: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LABELS))
    taken: set[str] = field(default_factory=set)
    discarded: set[str] = field(default_factory=set)
    reopened: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.reader = Reader(self.workspace)

    def resume(self) -> None:
        """Take up what the journal knows, and show what a crash may have kept from being shown."""
        self.open, self.reopened = self._with_texts(self.journal.open()), self.journal.reopened()
        self.read_answers()
        self._push(self.open)
        self._push_again()

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
        if len(answers) != self.journal.count_answers():
            self.journal.forget_answers_but(answers)
        self.labels = agree(answers)
        self.taken = set(answers["inquiry"])
        self._leave_out(set(answers.loc[answers["status"] == "discarded", "inquiry"]))
        self.open = self.open[~self.open["inquiry"].isin(self.taken)].reset_index(drop=True)

    def staying(self) -> pd.DataFrame:
        """What is open and never withdrawn: the cold start, and what the codebook reopened."""
        is_first = self.open["round"] == COLD_START
        return self.open[is_first | self.open["inquiry"].isin(self.reopened)]

    def replace(self, batch: pd.DataFrame) -> None:
        """Ask `batch` (columns ASKED, best first) in place of all that is not `staying`."""
        stay = self.staying()
        self.journal.write_asked(batch)
        new = self._with_texts(batch)
        self._push(new)
        kept = {*batch["inquiry"], *stay["inquiry"]}
        self._withdraw(self.open[~self.open["inquiry"].isin(kept)])
        stay = stay[~stay["inquiry"].isin(set(batch["inquiry"]))]
        self.open = pd.concat([stay, new], ignore_index=True) if len(stay) else new

    def ask_again(self, inquiries: Sequence[str]) -> None:
        """Ask one more annotator about each of these, which have labels: first, and blind."""
        answers = self.labels.set_index("inquiry")["answers"].loc[list(inquiries)]
        self.journal.ask_again(list(inquiries), (answers + 1).tolist())
        self._push_again()

    def asked_again(self) -> pd.DataFrame:
        """What was ever asked again: columns inquiry, came (the answer wanted) and differs (bool).

        `differs`: not all answers to it are the same.
        """
        asked = self.journal.asked_again()
        answers = given(self._own(self.reader.answers)).groupby("inquiry")["category"]
        count = asked["inquiry"].map(answers.count())
        differs = asked["inquiry"].map(answers.nunique()) > 1
        return pd.DataFrame(
            {"inquiry": asked["inquiry"], "came": count >= asked["wanted"], "differs": differs}
        )

    def people(self) -> int:
        """How many annotators have answered something."""
        return int(self._own(self.reader.answers)["annotator"].nunique())

    def close(self) -> None:
        """Ask nothing any more."""
        self.read_answers()
        half = self._half_answered(self.journal.asked())
        if len(half) and self.workspace.keeps_order:
            self.workspace.withdraw(_as_records(half))
        self._withdraw(self.open)
        self.open = self.open.iloc[:0]

    def _leave_out(self, discarded: set[str]) -> None:
        """Ask nobody else what somebody discarded, and again what nobody discards any more."""
        if self.workspace.keeps_order:
            changed = discarded ^ self.discarded
            asked = self.journal.asked()
            asked = asked[asked["inquiry"].isin(changed)]
            priorities = _as_records(asked).set_index("id")["priority"]
            left_out = asked["inquiry"].isin(discarded).to_numpy()
            if len(asked):
                self.workspace.prioritise(priorities.mask(left_out, WITHDRAWN).to_dict())
        self.discarded = discarded

    def _own(self, answers: pd.DataFrame) -> pd.DataFrame:
        """Without those of another campaign, which may share somebody else's server.

        Nor what was answered, in the very moment in which it was recoded, with what is no category.
        """
        is_known = answers["category"].isna() | answers["category"].isin(self.categories)
        return answers[answers["inquiry"].isin(self.texts.keys()) & is_known]

    def _push(self, batch: pd.DataFrame) -> None:
        if len(batch):
            is_reopened = batch["inquiry"].isin(self.reopened)
            first = batch.assign(round=batch["round"].mask(is_reopened, COLD_START))
            self.workspace.push(_as_records(first))

    def _push_again(self) -> None:
        """Show what is doubted to somebody else: first, and without saying what anybody guessed."""
        again = self._half_answered(self.journal.asked_again())
        if len(again):
            self.workspace.push_blind(_as_records(again.assign(round=COLD_START)))

    def _half_answered(self, asked: pd.DataFrame) -> pd.DataFrame:
        """The part of `asked` that has an answer and wants one of somebody else, with the text."""
        there = asked["inquiry"].map(self.labels.set_index("inquiry")["answers"])
        wanting = (there < asked["wanted"]) & ~asked["inquiry"].isin(self.discarded)
        return self._with_texts(asked[wanting])

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
