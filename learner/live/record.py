"""What a campaign's home folder holds at one moment, for whoever only looks at it."""

from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from labeling.audit import AUDITED
from labeling.codebook import Category, Codebook
from labeling.consensus import agree
from learner.fitting.recipe import choose_recipe
from learner.live.campaign import Campaign, Settings
from learner.live.journal import QUICK, deciding_lane, read_journal
from learner.live.labelled import labelled
from learner.live.pool import POOL, kept_pool


@dataclass(frozen=True)
class Record:
    """Tables as the journal gives them, read in one transaction.

    `evaluations` are those of the model that decides; `tested` is how many test inquiries they were
    measured on, None where it was the audit sample. `pool` has the columns id, text, category.
    """

    settings: dict[str, Any]
    pool: pd.DataFrame
    asked: pd.DataFrame
    answers: pd.DataFrame
    rounds: pd.DataFrame
    evaluations: pd.DataFrame
    tested: int | None

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

    def campaign(self) -> Campaign:
        """The campaign as far as its pool goes; without the test inquiries, which are not kept."""
        known = {f.name: self.settings[f.name] for f in fields(Settings) if f.name in self.settings}
        settings = Settings(**known)
        return Campaign(
            settings=settings,
            codebook=Codebook(tuple(Category(name) for name in self.settings["categories"])),
            pool=self.pool,
            test=pd.DataFrame(columns=POOL),
            recipe=choose_recipe(settings.model, settings.encoder),
            fingerprint=self.settings["fingerprint"],
        )


def read_record(home: Path, journal_in: Path | None = None) -> Record:
    """Read the campaign in `home`, which may go on meanwhile.

    `journal_in` is a folder that holds a copy of its journal, to be read instead.
    Raises InputError if there is no campaign, or if it is damaged.
    """
    with read_journal(journal_in or home) as journal:
        settings = journal.settings()
        lane = deciding_lane(settings)
        differences = journal.differences(lane)
        return Record(
            settings=settings,
            pool=kept_pool(home),
            asked=journal.asked(),
            answers=journal.answers(),
            rounds=journal.rounds(),
            evaluations=journal.evaluations(lane),
            tested=len(differences[-1]) if differences else None,
        )
