"""The codebook changes while a campaign goes on: the fate of everything that was said before."""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from labeling.codebook import codebook_from_labels
from labeling.consensus import ANSWERS
from labeling.errors import InputError
from labeling.recoding import Change
from learner.fitting.recipe import Recipe
from learner.live.campaign import Campaign, Settings
from learner.live.codebook import change_codebook, codebook_lines
from learner.live.journal import ASKED, EVALUATED, Journal, open_journal
from learner.live.pool import keep_pool
from learner.live.record import read_record
from learner.stopping.parity import measure_gap

CATEGORIES = ["cancel", "refund", "track"]
RENAME = Change("rename", "cancel", into="stop")
MERGE = Change("merge", "refund", into="track")
RETIRE = Change("retire", "track")
ADD = Change("add", "invoice", out_of=("refund",))
GIVEN = [
    ("i0", "ann", "cancel", "submitted", "2026-01-01T00:00:00"),
    ("i1", "ann", "refund", "submitted", "2026-01-01T00:00:01"),
    ("i2", "ann", "track", "submitted", "2026-01-01T00:00:02"),
    ("i3", "ann", "track", "draft", "2026-01-01T00:00:03"),
    ("i4", "ann", None, "discarded", "2026-01-01T00:00:04"),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A campaign of six inquiries on its own server, five of them answered."""
    home = tmp_path / "home"
    journal = open_journal(home)
    settings = {"model": "head", "has_reference": True, "keeps_order": True}
    journal.write_settings({**settings, "categories": CATEGORIES})
    ids = [f"i{n}" for n in range(6)]
    names = [*CATEGORIES, *CATEGORIES]
    keep_pool(
        pd.DataFrame({"id": ids, "text": [f"text {i}" for i in ids], "category": names}), home
    )
    asked = [
        (inquiry, 0, rank, 0.5, "random", name, name, 0.5, 1)
        for rank, (inquiry, name) in enumerate(zip(ids, names, strict=True))
    ]
    journal.write_asked(pd.DataFrame(asked, columns=ASKED))
    journal.write_answers(pd.DataFrame(GIVEN, columns=ANSWERS))
    journal.close(["i5"])
    journal.connection.close()
    return home


def taken_up(home: Path, *changes: Change) -> Journal:
    journal = open_journal(home)
    journal.write_changes(lambda before: changes[len(before) :])
    for number, change in enumerate(changes, start=1):
        journal.take_up(number, change)
    return journal


def answers(journal: Journal) -> dict[str, str | None]:
    return {row[0]: row[2] for row in rows(journal.answers())}


def rows(answers: pd.DataFrame) -> list[tuple[Any, ...]]:
    plain = answers.astype(object).where(answers.notna(), None)
    return list(plain.itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("change", "left", "reopened"),
    [
        (RENAME, {"i0": "stop", "i1": "refund", "i2": "track", "i3": "track", "i4": None}, set()),
        (MERGE, {"i0": "cancel", "i1": "track", "i2": "track", "i3": "track", "i4": None}, set()),
        (RETIRE, {"i0": "cancel", "i1": "refund", "i4": None}, {"i2", "i3"}),
        (ADD, {"i0": "cancel", "i2": "track", "i3": "track"}, {"i1", "i4"}),
    ],
)
def test_every_answer_has_a_fate(
    home: Path, change: Change, left: dict[str, str | None], reopened: set[str]
) -> None:
    journal = taken_up(home, change)
    assert answers(journal) == left
    assert journal.reopened() == reopened
    assert reopened <= set(journal.open()["inquiry"])


def test_what_was_said_before_stays_in_the_history(home: Path) -> None:
    journal = taken_up(home, RENAME, RETIRE)
    assert rows(journal.history()) == GIVEN
    mapped = journal.answers()
    journal.write_answers(mapped)  # as the next start reads them once more
    assert rows(journal.history()) == GIVEN


def test_guesses_and_suggestions_follow(home: Path) -> None:
    asked = taken_up(home, RENAME, RETIRE).asked().set_index("inquiry")
    assert asked.loc["i0", ["guess", "suggestion", "score"]].tolist() == ["stop", "stop", 0.5]
    assert asked.loc["i2", ["guess", "suggestion", "score"]].isna().all()
    assert asked.loc["i1", "guess"] == "refund"


def test_what_was_measured_on_other_categories_is_set_aside(home: Path) -> None:
    journal = open_journal(home)
    predicted, truth = np.zeros(9, dtype=int), np.arange(9) % 3
    row = dict.fromkeys(EVALUATED, 0) | {"lane": "fast", "folder": None}
    assert measure_gap(predicted, truth, truth).gap > 0
    journal.write_evaluation(row, truth - predicted)
    journal.write_watched(5, predicted)
    journal = taken_up(home, RENAME)
    assert journal.evaluations("fast").empty
    assert journal.differences("fast") == []
    assert len(journal.watched()[0]) == 0
    kept = journal.connection.execute("SELECT lane FROM evaluations").fetchall()
    assert kept == [("fast before change 1",)]


def test_the_campaigns_truth_follows_and_test_inquiries_without_one_are_left_out() -> None:
    table = pd.DataFrame({"id": list("abc"), "text": list("abc"), "category": CATEGORIES})
    campaign = Campaign(
        settings=Settings("file.csv"),
        codebook=codebook_from_labels(CATEGORIES),
        pool=table,
        test=table,
        recipe=Recipe("head", "none", name="head"),
        fingerprint="f",
    )
    after = campaign.recoded([RENAME, RETIRE])
    assert after.categories == ("stop", "refund")
    assert after.pool["category"].tolist() == ["stop", "refund", None]
    assert len(after.reference) == 2
    assert after.test["category"].tolist() == ["stop", "refund"]
    assert after.truth.tolist() == [0, 1]
    assert campaign.recoded([]).pool["category"].tolist() == CATEGORIES


def test_a_change_waits_for_a_campaign_that_is_not_running(home: Path) -> None:
    said: list[str] = []
    change_codebook(home, [RENAME, MERGE], said.append)
    assert said == [
        "cancel renamed stop: 1 answer cancel now stop",
        "refund merged into track: 1 answer refund now track",
        "the campaign is not running; it takes this up when `parity up` goes on",
    ]
    with closing(open_journal(home).connection) as connection:
        journal = Journal(connection)
        assert [asdict(change) for change in journal.changes()] == [asdict(RENAME), asdict(MERGE)]
        assert journal.changes_taken_up() == 0
        assert answers(journal)["i0"] == "cancel"
    change_codebook(home, [Change("rename", "stop", into="end")], said.append)
    assert said[3].startswith("stop renamed end: ")


def test_changes_are_made_together_or_not_at_all(home: Path) -> None:
    with pytest.raises(InputError, match=r"no category 'cancle' .did you mean 'cancel'"):
        change_codebook(home, [MERGE, Change("retire", "cancle")], print)
    assert open_journal(home).changes() == []


def test_on_somebody_elses_server_nothing_is_changed(home: Path) -> None:
    open_journal(home).write_settings({"keeps_order": False})
    with pytest.raises(InputError, match="somebody else's Argilla server"):
        change_codebook(home, [RENAME], print)
    assert open_journal(home).changes() == []


def test_where_there_is_no_campaign_it_is_said_and_nothing_made(tmp_path: Path) -> None:
    for call in (
        lambda: change_codebook(tmp_path, [RENAME], print),
        lambda: codebook_lines(tmp_path),
    ):
        with pytest.raises(InputError, match="no campaign in"):
            call()
    assert list(tmp_path.iterdir()) == []


def test_who_looks_from_outside_sees_the_codebook_as_taken_up(home: Path) -> None:
    taken_up(home, RENAME)
    record = read_record(home)
    assert record.begun_with.names == ("cancel", "refund", "track")
    assert record.codebook.names == ("stop", "refund", "track")
    assert record.pool["category"].tolist() == ["stop", "refund", "track"] * 2
    assert record.labels["category"].tolist() == ["stop", "refund", "track"]


def test_the_owner_sees_labels_by_category_and_what_fitted_none(home: Path) -> None:
    assert codebook_lines(home) == [
        "cancel  1 label",
        "refund  1 label",
        "track   1 label",
        "1 inquiry discarded, asked no more:",
        "i4  text i4",
    ]
