"""What a campaign's home folder holds at one moment, for whoever only looks at it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from labeling.audit import AUDITED
from labeling.codebook import Category, Codebook
from labeling.consensus import agree
from labeling.errors import InputError
from labeling.recoding import Change, changed, recoded
from learner.fitting.recipe import choose_recipe
from learner.live.campaign import Campaign, Settings
from learner.live.journal import read_journal
from learner.live.labelled import labelled
from learner.live.lanes import QUICK, deciding_lane
from learner.live.pool import POOL, kept_pool


@dataclass(frozen=True)
class Record:
    """Tables as the journal gives them, read in one transaction.

    `evaluations` are those of the model that decides; `tested` is how many test inquiries they were
    measured on, None where it was the audit sample. `begun_with`, names only, is the codebook
    before the `changes` that were taken up, `kept` the pool (columns id, text, category) as it was
    then; all else follows the codebook of today.
    """

    settings: dict[str, Any]
    begun_with: Codebook
    changes: Sequence[Change]
    kept: pd.DataFrame
    asked: pd.DataFrame
    answers: pd.DataFrame
    rounds: pd.DataFrame
    evaluations: pd.DataFrame
    tested: int | None

    @cached_property
    def codebook(self) -> Codebook:
        """The categories of today, names only."""
        return changed(self.begun_with, self.changes)

    @cached_property
    def pool(self) -> pd.DataFrame:
        """The pool (columns id, text, category)."""
        return self.kept.assign(category=recoded(self.kept["category"], self.changes))

    @cached_property
    def labels(self) -> pd.DataFrame:
        """What the answers agree on, as `labeling.consensus` says it."""
        return agree(self.answers)

    @property
    def labelled(self) -> pd.DataFrame:
        """A row for each labelled inquiry (columns `learner.live.labelled.LABELLED`)."""
        return labelled(self.labels, self.asked, self.pool)

    @property
    def taught(self) -> pd.DataFrame:
        """The labels that a model may learn from: all but the audit sample's."""
        audited = self.asked.loc[self.asked["why"] == AUDITED, "inquiry"]
        return self.labels[~self.labels["inquiry"].isin(audited)]

    @property
    def is_quick(self) -> bool:
        """Whether the campaign's model is fitted in seconds."""
        return self.settings["model"] in QUICK

    def campaign(self, test: pd.DataFrame | None = None) -> Campaign:
        """The campaign with these test inquiries (columns of `kept`), or with none."""
        known = {f.name: self.settings[f.name] for f in fields(Settings) if f.name in self.settings}
        settings = Settings(**known)
        return Campaign(
            settings=settings,
            codebook=self.begun_with,
            pool=self.kept,
            test=pd.DataFrame(columns=POOL) if test is None else test,
            recipe=choose_recipe(settings.model, settings.encoder),
            fingerprint=self.settings["fingerprint"],
        ).recoded(self.changes)


def read_record(home: Path, journal_in: Path | None = None) -> Record:
    """Read the campaign in `home`, which may go on meanwhile.

    `journal_in` is a folder that holds a copy of its journal, to be read instead.
    Raises InputError if there is no campaign, or if it is damaged.
    """
    with read_journal(journal_in or home) as journal:
        settings = journal.settings()
        if not settings:
            raise InputError(f"no campaign in {home}: begin one with `parity up`")
        lane = deciding_lane(settings)
        differences = journal.differences(lane)
        return Record(
            settings=settings,
            begun_with=Codebook(tuple(Category(name) for name in settings["categories"])),
            changes=journal.changes()[: journal.changes_taken_up()],
            kept=kept_pool(home),
            asked=journal.asked(),
            answers=journal.answers(),
            rounds=journal.rounds(),
            evaluations=journal.evaluations(lane),
            tested=len(differences[-1]) if differences else None,
        )
