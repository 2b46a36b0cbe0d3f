"""A journal of which any bytes have changed is read, or refused in one line; nothing is written."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest
from damage import damaged, few, made_or_refused
from hypothesis import given
from hypothesis import strategies as st

from labeling.consensus import ANSWERS
from labeling.errors import InputError
from labeling.recoding import Change
from learner.live.journal import ASKED, EVALUATED, open_journal
from learner.live.people_report import read_people
from learner.live.pool import keep_pool
from learner.live.record import read_record
from learner.live.status import read_status, spoken

pytestmark = pytest.mark.generated

IDS = [f"inquiry-{number}" for number in range(40)]
SETTINGS = {
    **{"model": "head", "has_reference": False, "categories": ["a", "b"], "fingerprint": "f"},
    **{"data": "file.csv", "until": "parity", "margin": 0.005, "keeps_order": True},
}
PAGE = 4_096


def made(home: Path) -> bytes:
    """The journal of a small campaign in `home`, as one file."""
    keep_pool(pd.DataFrame({"id": IDS, "text": "where is it", "category": None}), home)
    journal = open_journal(home)
    journal.write_settings(SETTINGS)
    asked = [(inquiry, 0, n, 0.5, "random", "a", "b", 0.5, 1) for n, inquiry in enumerate(IDS)]
    journal.write_asked(pd.DataFrame(asked, columns=ASKED))
    answers = [
        (inquiry, name, "ab"[n % 2], "submitted", f"2026-01-01T00:{n:02d}:00")
        for n, inquiry in enumerate(IDS)
        for name in ("ann", "bob")
    ]
    journal.write_answers(pd.DataFrame(answers, columns=ANSWERS))
    journal.write_round(0, 40, 1.0)
    journal.write_changes(lambda _: [Change("rename", "a", into="c")])
    journal.take_up(1, Change("rename", "a", into="c"))
    row = dict.fromkeys(EVALUATED, 0.5) | {"lane": "fast", "round": 0, "labels": 40}
    journal.write_evaluation(row | {"folder": None}, None)
    journal.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    journal.connection.close()
    return (home / "journal.sqlite").read_bytes()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def whole(home: Path) -> bytes:
    return made(home)


def look(home: Path, content: bytes) -> list[bool]:
    """Whether each way to look at the journal finds something; all others refuse it."""
    path = home / "journal.sqlite"
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    path.write_bytes(content)
    found = [
        made_or_refused(lambda: spoken(read_status(home))),
        made_or_refused(lambda: read_record(home).labels),
        made_or_refused(lambda: read_record(home).codebook),
    ]
    assert digest(path) == hashlib.sha256(content).hexdigest()
    opened = made_or_refused(lambda: open_journal(home))
    if opened is None:
        assert digest(path) == hashlib.sha256(content).hexdigest()
    else:
        opened.connection.close()
        found.append(made_or_refused(lambda: read_people(home)))
    return [each is not None for each in found]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_whole_journal_is_read_in_every_way(home: Path, whole: bytes) -> None:
    assert look(home, whole) == [True] * 4


@few
@given(st.data())
def test_a_damaged_journal(home: Path, whole: bytes, data: st.DataObject) -> None:
    look(home, data.draw(damaged(whole)))


@few
@given(st.data())
def test_single_bytes_that_have_changed(home: Path, whole: bytes, data: st.DataObject) -> None:
    changed = bytearray(whole)
    used = [at for at, byte in enumerate(whole) if byte]
    for at in data.draw(st.lists(st.sampled_from(used), min_size=1, max_size=3)):
        changed[at] = data.draw(st.integers(0, 255))
    look(home, bytes(changed))


@few
@given(st.integers(0, 40), st.integers(0, 40))
def test_pages_that_were_lost_or_swapped(home: Path, whole: bytes, one: int, other: int) -> None:
    pages = [whole[at : at + PAGE] for at in range(0, len(whole), PAGE)]
    one, other = one % len(pages), other % len(pages)
    swapped = list(pages)
    swapped[one], swapped[other] = pages[other], pages[one]
    look(home, b"".join(swapped))
    look(home, b"".join([*pages[:one], bytes(PAGE), *pages[one + 1 :]]))


def test_what_is_refused_says_which_file_and_why(home: Path, whole: bytes) -> None:
    path = home / "journal.sqlite"
    assert look(home, b"no database at all" * 100) == [False] * 3
    path.write_bytes(whole.replace(b'["a", "b"]', b'["a", "b"['))
    with pytest.raises(InputError, match=r"journal\.sqlite is damaged \(Expecting"):
        open_journal(home)
