"""The loop at the real server, from the first look to the files that it leaves."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from person import Person

from labeling.annotators import SimulatedAnnotators
from labeling.embedded import Embedded
from labeling.sample.generator import generate
from labeling.workspace import Connection, open_workspace
from learner.live.campaign import Settings, prepare, recall
from learner.live.journal import open_journal
from learner.live.loop import run

pytestmark = pytest.mark.slow


class Late(SimulatedAnnotators):
    """Somebody who answers all but one of what they are shown, and that one when asking ended."""

    def __init__(self, person: Person, truth: dict[str, str]) -> None:
        super().__init__([], None)  # type: ignore[arg-type]
        self.person, self.truth = person, truth
        self.kept: dict[str, Any] = {}

    def check(self) -> None:
        for inquiry, record in self.person.queue().items():
            if not self.kept:
                self.kept = record
            elif record["id"] != self.kept["id"]:
                self.person.answer(record, self.truth[inquiry])

    def stop(self) -> None:
        assert self.person.queue() == {}, "nobody is shown anything any more"
        assert self.person.answer(self.kept, self.truth[self.kept["external_id"]]) == 201


def test_an_answer_to_what_was_on_the_screen_when_asking_ended_is_a_label(
    server: Embedded, connection: Connection, tmp_path: Path
) -> None:
    generate(400, seed=1).to_csv(tmp_path / "inquiries.csv", index=False)
    settings = Settings(str(tmp_path / "inquiries.csv"), margin=0.9, model="head")
    campaign, home = prepare(settings, print), tmp_path / "home"
    journal = open_journal(home)
    recall(journal, home, campaign)
    workspace = open_workspace(connection, "parity", "late", campaign.codebook, keeps_order=True)
    truth = dict(zip(campaign.pool["id"], campaign.pool["category"], strict=True))
    late = Late(Person(server, workspace), truth)

    outcome = run(campaign, journal, workspace, home, lambda: late, print)

    assert outcome is not None
    labels = pd.read_csv(home / "labels.csv", dtype={"id": str})
    assert late.kept["external_id"] in set(labels["id"])
    assert len(labels) == outcome.labels == journal.count_answers()
