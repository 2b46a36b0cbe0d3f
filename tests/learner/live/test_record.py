"""A campaign looked at from outside, while its own process writes."""

from pathlib import Path

import pandas as pd
import pytest

from labeling.audit import AUDITED
from labeling.consensus import ANSWERS
from labeling.errors import InputError
from learner.live.journal import ASKED, open_journal, read_journal
from learner.live.labelled import LABELLED, as_csv, labelled
from learner.live.pool import keep_pool, kept_pool
from learner.live.record import read_record

SETTINGS = {"model": "head", "has_reference": False, "categories": ["a", "b"]}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    pool = pd.DataFrame({"id": ["x", "y"], "text": ["one", "two"], "category": ["a", None]})
    keep_pool(pool, tmp_path)
    return tmp_path


def test_what_is_committed_is_seen_and_what_was_read_does_not_change(home: Path) -> None:
    journal = open_journal(home)
    journal.write_settings(SETTINGS)
    rows = [("x", 0, 0, 0.5, "random"), ("y", 0, 1, 0.5, AUDITED)]
    unsaid = (None, None, None, 1)
    journal.write_asked(pd.DataFrame([(*row, *unsaid) for row in rows], columns=ASKED))
    with read_journal(home) as reading:
        assert reading.answers().empty
        given = [("x", "ann", "a", "submitted", "1"), ("y", "ann", "b", "submitted", "2")]
        journal.write_answers(pd.DataFrame(given, columns=ANSWERS))
        assert reading.answers().empty, "one moment"
    record = read_record(home)
    assert record.labelled["text"].tolist() == ["one", "two"]
    assert record.taught["inquiry"].tolist() == ["x"], "the audit sample teaches nothing"


def test_whoever_reads_cannot_write(home: Path) -> None:
    open_journal(home).write_settings(SETTINGS)
    with pytest.raises(InputError, match="cannot be read"), read_journal(home) as reading:
        reading.connection.execute("DELETE FROM settings")


def test_a_missing_or_damaged_journal_is_said(home: Path) -> None:
    with pytest.raises(InputError, match="no campaign in"):
        read_record(home)
    (home / "journal.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(InputError, match=r"journal\.sqlite cannot be read"):
        read_record(home)


def test_a_campaign_of_an_earlier_version_is_told_how_to_go_on(home: Path) -> None:
    open_journal(home).write_settings(SETTINGS)
    (home / "pool.parquet").unlink()
    with pytest.raises(InputError, match=r"pool\.parquet is missing: an earlier version"):
        read_record(home)


def test_the_pool_is_kept_once(home: Path) -> None:
    keep_pool(pd.DataFrame({"id": ["z"], "text": ["three"], "category": ["a"]}), home)
    assert kept_pool(home)["id"].tolist() == ["x", "y"]
    assert kept_pool(home)["category"].tolist()[0] == "a"
    assert kept_pool(home)["category"].isna().tolist() == [False, True]


def test_words_are_defused_in_csv_and_nowhere_else() -> None:
    labels = pd.DataFrame(
        {"inquiry": ["-1"], "category": ["@x"], "confidence": [0.5], "answers": [2]}
    )
    asked = pd.DataFrame({"inquiry": ["-1"], "round": [3]})
    pool = pd.DataFrame({"id": ["-1"], "text": ["+49 is my number"]})
    table = labelled(labels, asked, pool)
    assert table.to_numpy().tolist() == [["-1", "+49 is my number", "@x", 0.5, 2, 3]]
    assert as_csv(table) == f"{','.join(LABELLED)}\n'-1,'+49 is my number,'@x,0.5,2,3\n"
