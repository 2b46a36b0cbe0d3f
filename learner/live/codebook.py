"""`parity codebook`: what the categories of a campaign are, and how they change while it goes on.

A change is written into the journal; the campaign takes it up, at once where it is running.
"""

import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pandas as pd

from labeling.errors import InputError
from labeling.inquiries.hints import counted
from labeling.locks import holder
from labeling.recoding import Change, changed
from learner.live.journal import Journal, open_journal
from learner.live.record import read_record
from learner.progress import Say

PATIENCE_SECONDS = 120.0  # for a campaign that is running, which may be in the middle of a round


def codebook_lines(home: Path) -> list[str]:
    """The categories of the campaign in `home`, their labels, and what was discarded.

    Raises InputError if there is no campaign.
    """
    record = read_record(home)
    labels = record.labels["category"].value_counts()
    width = max(len(name) for name in record.codebook.names)
    lines = [
        f"{name:{width}}  {counted(int(labels.get(name, 0)), 'label')}"
        for name in record.codebook.names
    ]
    answers = record.answers
    discards = answers.loc[answers["status"] == "discarded", "inquiry"].value_counts()
    if len(discards):
        lines.append(f"{counted(len(discards), 'inquiry', 'inquiries')} discarded, asked no more:")
    texts = record.pool.set_index("id")["text"]
    lines += [f"{inquiry}  {_short(texts[inquiry])}" for inquiry in discards.index]
    return lines


def change_codebook(home: Path, changes: Sequence[Change], say: Say) -> None:
    """Change the codebook of the campaign in `home`; the changes are made together or not at all.

    Waits until a running campaign has taken them up. Raises InputError if there is no campaign, if
    its server allows no change, and for what cannot be changed so.
    """
    record = read_record(home)
    if not record.settings["keeps_order"]:
        raise InputError(
            f"the campaign in {home} runs on somebody else's Argilla server, which lets nobody "
            "change the categories of a data set that people work on: begin another campaign with "
            "the new codebook"
        )
    begun = record.begun_with
    with closing(open_journal(home).connection) as connection:
        journal = Journal(connection)

        def plan(before: list[Change]) -> Sequence[Change]:
            changed(begun, [*before, *changes])
            return changes

        journal.write_changes(plan)
        for change in changes:
            say(f"{change.spoken()}: {_touched(record.answers, change)}")
        if holder(home / "lock") is None:
            say("the campaign is not running; it takes this up when `parity up` goes on")
            return
        _wait(journal, home, say)


def _touched(answers: pd.DataFrame, change: Change) -> str:
    """What becomes of the answers that are there, in words."""
    is_discarded = answers["status"] == "discarded"
    said = []
    for name, fate in change.fates.items():
        count = int(((answers["category"] == name) & ~is_discarded).sum())
        what = "asked again" if fate is None else f"now {fate}"
        said.append(f"{counted(count, 'answer')} {name} {what}")
    if change.reopens_discards:
        said.append(f"{counted(int(is_discarded.sum()), 'discard')} asked again")
    return ", ".join(said)


def _wait(journal: Journal, home: Path, say: Say) -> None:
    until, deadline = len(journal.changes()), time.monotonic() + PATIENCE_SECONDS
    say("waiting for the running campaign to take it up")
    while journal.changes_taken_up() < until:
        if holder(home / "lock") is None:
            say("the campaign has ended meanwhile; it takes this up when `parity up` goes on")
            return
        if time.monotonic() > deadline:
            say("the campaign is busy; it takes this up after the round it is at")
            return
        time.sleep(0.2)
    say("taken up: annotators see it when they load the page anew, which the page asks them to")


def _short(text: str, most: int = 100) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
