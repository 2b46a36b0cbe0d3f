import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_disk import fill, small_disk

from labeling.consensus import ANSWERS
from labeling.errors import InputError
from labeling.files import is_full_disk
from learner.live.journal import ASKED, EVALUATED, hold, open_journal
from learner.live.status import read_status


def asked(inquiry: str, number: int, rank: int) -> tuple[object, ...]:
    return (inquiry, number, rank, 0.5, "random", None, None, None, 1)


def test_what_was_asked_and_answered_is_there_after_reopening(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    batch = pd.DataFrame([asked("a", 0, 1), asked("b", 0, 0)], columns=ASKED)
    journal.write_asked(batch)
    answer = ("a", "ann", "refund", "submitted", "2026-01-01")
    journal.write_answers(pd.DataFrame([answer], columns=ANSWERS))
    journal.close(["b"])
    journal.connection.close()

    again = open_journal(tmp_path)
    assert again.asked()["inquiry"].tolist() == ["b", "a"]
    assert again.open()["inquiry"].tolist() == ["a"]
    assert again.answers().to_numpy().tolist() == [list(answer)]


def test_asking_or_answering_again_replaces_what_was_there(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.write_asked(pd.DataFrame([asked("a", 0, 0)], columns=ASKED))
    journal.close(["a"])
    journal.write_asked(pd.DataFrame([asked("a", 3, 1)], columns=ASKED))
    assert journal.open()["round"].tolist() == [3]
    for category in ("refund", "cancel"):
        row = ("a", "ann", category, "submitted", "2026-01-01")
        journal.write_answers(pd.DataFrame([row], columns=ANSWERS))
    assert journal.answers()["category"].tolist() == ["cancel"]


def test_second_thoughts_are_kept_beside_what_counts(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    for second, category in enumerate(("refund", "cancel", "cancel")):
        row = ("a", "ann", category, "submitted", f"2026-01-01T00:00:0{min(second, 1)}")
        journal.write_answers(pd.DataFrame([row], columns=ANSWERS))
    assert journal.answers()["category"].tolist() == ["cancel"]
    assert journal.history()["category"].tolist() == ["refund", "cancel"]


def test_what_is_doubted_is_known_to_be_asked_again(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.write_asked(pd.DataFrame([asked("a", 0, 0), asked("b", 0, 1)], columns=ASKED))
    journal.ask_again(["b"], [2])
    assert journal.asked()["wanted"].tolist() == [1, 2]
    assert journal.asked_again()["inquiry"].tolist() == ["b"]


def test_a_held_folder_is_refused_to_others_and_free_when_its_holder_is_killed(
    tmp_path: Path,
) -> None:
    script = (
        "import sys, time, pathlib; from learner.live.journal import hold\n"
        "with hold(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, tmp_path], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(InputError, match=f"is held by process {holder.pid}"), hold(tmp_path):
        pass
    holder.kill()
    holder.wait()
    with hold(tmp_path):
        assert (tmp_path / "lock").exists()


def test_rounds_evaluations_and_settings_are_kept_in_order(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.write_settings({"seed": 0, "until": "parity"})
    journal.write_settings({"until": "300", "text_column": None})
    assert journal.settings() == {"seed": 0, "until": "300", "text_column": None}
    journal.write_round(1, 50, 0.2)
    journal.write_round(0, 40, 0.1)
    assert journal.rounds().to_numpy().tolist() == [[0, 40, 0.1], [1, 50, 0.2]]
    measured = dict.fromkeys(EVALUATED, 0.9) | {"round": 1, "gap": None, "folder": None}
    for lane, labels in (("fast", 50), ("slow", 44), ("fast", 40)):
        seen = np.array([0, 1, -1]) if lane == "fast" else np.array([labels % 2, 0])
        journal.write_evaluation({**measured, "lane": lane, "labels": labels}, seen)
    assert journal.evaluations("fast")["labels"].tolist() == [50, 40]
    assert journal.evaluations("slow")["labels"].tolist() == [44]
    assert journal.evaluations("slow")["gap"].isna().all()
    assert list(journal.evaluations("slow").columns) == EVALUATED
    assert [seen.tolist() for seen in journal.differences("fast")] == [[0, 1, -1]] * 2


def test_an_inquiry_asked_without_a_suggestion_has_none(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    with_one = ("b", 0, 1, 0.5, "random", "refund", "refund", 0.9, 1)
    journal.write_asked(pd.DataFrame([asked("a", 0, 0), with_one], columns=ASKED))
    query = "SELECT suggestion, score FROM asked ORDER BY inquiry"
    assert journal.connection.execute(query).fetchall() == [(None, None), ("refund", 0.9)]


def test_what_was_written_survives_the_death_of_its_writer(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys, pathlib, pandas as pd\n"
        "from learner.live.journal import ASKED, open_journal\n"
        "journal = open_journal(pathlib.Path(sys.argv[1]))\n"
        "rows = [(f'i{n}', 0, n, 0.5, 'random', None, None, None, 1) for n in range(50)]\n"
        "journal.write_asked(pd.DataFrame(rows, columns=ASKED))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    died = subprocess.run([sys.executable, "-c", script, tmp_path], check=False)
    assert died.returncode == -signal.SIGKILL
    assert len(open_journal(tmp_path).asked()) == 50


@pytest.mark.parametrize("place", ["first page", "last page", "everything"])
def test_a_damaged_journal_is_refused_and_left_as_it_is(place: str, tmp_path: Path) -> None:
    open_journal(tmp_path).connection.close()
    file = tmp_path / "journal.sqlite"
    content = bytearray(file.read_bytes())
    pages = {"first page": slice(0, 4096), "last page": slice(-4096, None)}
    part = pages.get(place, slice(None))
    content[part] = b"\x5a" * len(content[part])
    file.write_bytes(content)
    with pytest.raises(InputError, match="is damaged") as said:
        open_journal(tmp_path)
    assert str(file) in str(said.value)
    assert "parity restore" in str(said.value)
    assert file.read_bytes() == content


def test_a_journal_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").mkdir()
    with pytest.raises(InputError, match="unable to open"):
        open_journal(tmp_path)


def test_a_full_disk_is_no_damage(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "2m") as disk:
        open_journal(disk / "home").connection.close()
        fill(disk / "ballast")
        for look in (open_journal, read_status):
            with pytest.raises(sqlite3.OperationalError) as said:
                look(disk / "home")
            assert is_full_disk(said.value)
        (disk / "ballast").unlink()
        open_journal(disk / "home").connection.close()
