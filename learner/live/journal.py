"""The campaign's durable record: what was asked, answered and measured, in one SQLite file.

A row is written before anything is shown, so that a crash at any point asks nothing twice.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from labeling.consensus import ANSWERS
from labeling.errors import InputError, ParityError
from labeling.files import is_damage, is_full_disk
from labeling.locks import take
from labeling.recoding import Change, change_from
from learner.live.damage import check_cells, check_pages, damaged, refused_if_damaged
from learner.live.lanes import deciding_lane

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS asked (
    inquiry TEXT PRIMARY KEY, round INTEGER NOT NULL, rank INTEGER NOT NULL,
    uncertainty REAL NOT NULL, why TEXT NOT NULL, guess TEXT, suggestion TEXT, score REAL,
    wanted INTEGER NOT NULL DEFAULT 1, again INTEGER NOT NULL DEFAULT 0,
    open INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS answers (
    inquiry TEXT NOT NULL, annotator TEXT NOT NULL, category TEXT, status TEXT NOT NULL,
    answered_at TEXT NOT NULL, PRIMARY KEY (inquiry, annotator)
);
CREATE TABLE IF NOT EXISTS history (
    inquiry TEXT NOT NULL, annotator TEXT NOT NULL, category TEXT, status TEXT NOT NULL,
    answered_at TEXT NOT NULL, PRIMARY KEY (inquiry, annotator, answered_at)
);
CREATE TABLE IF NOT EXISTS changes (
    number INTEGER PRIMARY KEY, change TEXT NOT NULL, taken_up INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS reopened (inquiry TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS rounds (
    round INTEGER PRIMARY KEY, labels INTEGER NOT NULL, seconds REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS watched (
    id INTEGER PRIMARY KEY, labels INTEGER NOT NULL, says BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS evaluations (
    id INTEGER PRIMARY KEY, lane TEXT NOT NULL, round INTEGER NOT NULL, labels INTEGER NOT NULL,
    accuracy REAL NOT NULL, accuracy_low REAL NOT NULL, accuracy_high REAL NOT NULL,
    macro_f1 REAL NOT NULL,
    full_accuracy REAL, gap REAL, gap_low REAL, gap_high REAL,
    forecast_low INTEGER, forecast INTEGER, forecast_high INTEGER, folder TEXT, differences BLOB
);
"""
ASKED = ["inquiry", "round", "rank", "uncertainty", "why", "guess", "suggestion", "score", "wanted"]
EVALUATED = ["lane", "round", "labels", "accuracy", "accuracy_low", "accuracy_high", "macro_f1"]
EVALUATED += ["full_accuracy", "gap", "gap_low", "gap_high"]
EVALUATED += ["forecast_low", "forecast", "forecast_high", "folder"]


@dataclass(frozen=True)
class Journal:
    """An open journal. Tables go in and come out as pandas frames."""

    connection: sqlite3.Connection

    def settings(self) -> dict[str, Any]:
        """What the campaign was begun with; empty for a new one."""
        return {
            n: json.loads(v) for n, v in self.connection.execute("SELECT name, value FROM settings")
        }

    def write_settings(self, settings: dict[str, Any]) -> None:
        """Replace the settings named, keep the others."""
        rows = [(name, json.dumps(value)) for name, value in settings.items()]
        with self.connection:
            self.connection.executemany("INSERT OR REPLACE INTO settings VALUES (?, ?)", rows)

    def asked(self) -> pd.DataFrame:
        """Every inquiry ever put before annotators, in the order of asking (columns ASKED)."""
        return self._table(f"SELECT {', '.join(ASKED)} FROM asked ORDER BY round, rank", ASKED)

    def write_asked(self, batch: pd.DataFrame) -> None:
        """Record a batch (columns ASKED) before it is shown; an inquiry asked before is updated."""
        self._upsert("asked", ASKED, batch)

    def open(self) -> pd.DataFrame:
        """The part of `asked` that has not been withdrawn."""
        return self._table(
            f"SELECT {', '.join(ASKED)} FROM asked WHERE open ORDER BY round, rank", ASKED
        )

    def asked_again(self) -> pd.DataFrame:
        """The part of `asked` that was ever doubted and put before somebody else."""
        return self._table(f"SELECT {', '.join(ASKED)} FROM asked WHERE again", ASKED)

    def close(self, inquiries: Sequence[str]) -> None:
        """Record that these inquiries have been withdrawn."""
        with self.connection:
            self.connection.executemany(
                "UPDATE asked SET open = 0 WHERE inquiry = ?", [(inquiry,) for inquiry in inquiries]
            )

    def answers(self) -> pd.DataFrame:
        """The last answer of each annotator to each inquiry (columns ANSWERS)."""
        return self._table(
            "SELECT * FROM answers ORDER BY answered_at, inquiry, annotator", ANSWERS
        )

    def count_answers(self) -> int:
        """How many rows `answers` has."""
        return int(self.connection.execute("SELECT COUNT(*) FROM answers").fetchone()[0])

    def write_answers(self, answers: pd.DataFrame) -> None:
        """Record answers (columns ANSWERS); a changed answer replaces the one before."""
        self._insert("INSERT OR IGNORE", "history", ANSWERS, answers)
        self._upsert("answers", ANSWERS, answers)

    def forget_answers_but(self, answers: pd.DataFrame) -> None:
        """Forget all answers but these (columns ANSWERS): the others have been deleted."""
        known = self.answers()[["inquiry", "annotator"]].itertuples(index=False, name=None)
        kept = set(answers[["inquiry", "annotator"]].itertuples(index=False, name=None))
        with self.connection:
            self.connection.executemany(
                "DELETE FROM answers WHERE inquiry = ? AND annotator = ?", set(known) - kept
            )

    def history(self) -> pd.DataFrame:
        """Every answer that was ever read, as it was given (columns ANSWERS).

        Also what was changed later, or stands for another category by now.
        """
        return self._table("SELECT * FROM history ORDER BY answered_at, inquiry", ANSWERS)

    def changes(self) -> list[Change]:
        """The changes of the codebook, in their order, those to be taken up included."""
        found = self.connection.execute("SELECT change FROM changes ORDER BY number")
        return [change_from(json.loads(row[0])) for row in found]

    def changes_taken_up(self) -> int:
        """How many of the changes the campaign has gone on with."""
        return int(self.connection.execute("SELECT SUM(taken_up) FROM changes").fetchone()[0] or 0)

    def has_changes_to_come(self) -> bool:
        """Whether there is a change that the campaign has not taken up."""
        query = "SELECT EXISTS (SELECT * FROM changes WHERE NOT taken_up)"
        return bool(self.connection.execute(query).fetchone()[0])

    def write_changes(self, plan: Callable[[list[Change]], Sequence[Change]]) -> None:
        """Add what `plan` makes of the changes so far; nobody else adds any meanwhile."""
        with self.connection:
            self.connection.execute("BEGIN IMMEDIATE")
            before = self.changes()
            rows = [
                (number, json.dumps(asdict(change)))
                for number, change in enumerate(plan(before), start=len(before) + 1)
            ]
            self.connection.executemany("INSERT INTO changes (number, change) VALUES (?, ?)", rows)

    def take_up(self, number: int, change: Change) -> None:
        """Let all that is recorded follow the change of that number (from 1 on).

        What was measured before is set aside: it belongs to other categories.
        """
        touched = "category = ? AND status != 'discarded'"
        with self.connection as journal:
            if change.reopens_discards:
                self._reopen("status = 'discarded'", ())
            for name, fate in change.fates.items():
                journal.execute("UPDATE asked SET guess = ? WHERE guess = ?", (fate, name))
                journal.execute(
                    "UPDATE asked SET suggestion = ?, score = CASE WHEN ? THEN score END "
                    "WHERE suggestion = ?",
                    (fate, fate is not None, name),
                )
                if fate is None:
                    self._reopen(touched, (name,))
                journal.execute("UPDATE answers SET category = ? WHERE category = ?", (fate, name))
            journal.execute(
                "UPDATE evaluations SET lane = lane || ? WHERE lane IN ('fast', 'slow')",
                (f" before change {number}",),
            )
            journal.execute("DELETE FROM watched")
            journal.execute("UPDATE changes SET taken_up = 1 WHERE number = ?", (number,))

    def reopened(self) -> set[str]:
        """The inquiries that are asked again, whatever is asked otherwise."""
        return {row[0] for row in self.connection.execute("SELECT inquiry FROM reopened")}

    def ask_again(self, inquiries: Sequence[str], answers: Sequence[int]) -> None:
        """Record that so many answers to each of these inquiries, now doubted, are wanted."""
        with self.connection:
            self.connection.executemany(
                "UPDATE asked SET wanted = ?, again = 1 WHERE inquiry = ?",
                list(zip(answers, inquiries, strict=True)),
            )

    def write_round(self, number: int, labels: int, seconds: float) -> None:
        """Record that a round was played with so many labels, in so many seconds."""
        with self.connection:
            self.connection.execute(
                "INSERT OR REPLACE INTO rounds VALUES (?, ?, ?)", (number, labels, seconds)
            )

    def rounds(self) -> pd.DataFrame:
        """Columns round, labels, seconds."""
        return self._table("SELECT * FROM rounds ORDER BY round", ["round", "labels", "seconds"])

    def write_watched(self, labels: int, says: np.ndarray) -> None:
        """Record the category numbers (S,) that a head on so many labels gives the stop set."""
        with self.connection:
            self.connection.execute(
                "INSERT INTO watched (labels, says) VALUES (?, ?)",
                (labels, says.astype(np.int16).tobytes()),
            )

    def watched(self) -> tuple[np.ndarray, np.ndarray]:
        """Labels (L,) and predictions (L, S) of `write_watched`, oldest first."""
        found = self.connection.execute("SELECT labels, says FROM watched ORDER BY id").fetchall()
        says = [np.frombuffer(row[1], dtype=np.int16) for row in found]
        return np.array([row[0] for row in found], dtype=int), np.array(says)

    def write_evaluation(self, row: dict[str, Any], differences: np.ndarray | None) -> None:
        """Record one evaluation; `row` has the columns EVALUATED.

        `differences` (M,), for each test inquiry: 1 where only the full-data model is right, -1
        where only the model is, 0 otherwise. None without a reference.
        """
        names = ", ".join([*EVALUATED, "differences"])
        marks = ", ".join("?" * (len(EVALUATED) + 1))
        values = [row[name] for name in EVALUATED]
        with self.connection:
            self.connection.execute(
                f"INSERT INTO evaluations ({names}) VALUES ({marks})",
                [*values, differences if differences is None else _packed(differences)],
            )

    def evaluations(self, lane: str) -> pd.DataFrame:
        """All evaluations of one lane ("fast" or "slow"), oldest first, columns EVALUATED."""
        return pd.read_sql_query(
            f"SELECT {', '.join(EVALUATED)} FROM evaluations WHERE lane = ? ORDER BY id",
            self.connection,
            params=(lane,),
        )

    def deciding_evaluations(self) -> pd.DataFrame:
        """The evaluations of the lane that decides when the campaign ends; none before it began."""
        return self.evaluations(deciding_lane(self.settings()))

    def differences(self, lane: str) -> list[np.ndarray]:
        """What `write_evaluation` was given for each of the lane's evaluations, oldest first."""
        found = self.connection.execute(
            "SELECT differences FROM evaluations WHERE lane = ? AND differences IS NOT NULL "
            "ORDER BY id",
            (lane,),
        )
        return [np.frombuffer(row[0], dtype=np.int8) for row in found]

    def check(self) -> None:
        """Raise sqlite3.DatabaseError or ValueError for what is damaged in any part of the file."""
        check_pages(self.connection)
        self.settings()

    def _table(self, query: str, columns: Sequence[str]) -> pd.DataFrame:
        return pd.DataFrame(self.connection.execute(query).fetchall(), columns=list(columns))

    def _reopen(self, which: str, values: tuple[str, ...]) -> None:
        """Delete answers of the journal, and have their inquiries asked again."""
        these = f"SELECT inquiry FROM answers WHERE {which}"
        self.connection.execute(f"INSERT OR IGNORE INTO reopened {these}", values)
        self.connection.execute(f"UPDATE asked SET open = 1 WHERE inquiry IN ({these})", values)
        self.connection.execute(f"DELETE FROM answers WHERE {which}", values)

    def _upsert(self, table: str, columns: Sequence[str], rows: pd.DataFrame) -> None:
        self._insert("INSERT OR REPLACE", table, columns, rows)

    def _insert(self, verb: str, table: str, columns: Sequence[str], rows: pd.DataFrame) -> None:
        values = rows[list(columns)].astype(object).where(rows[list(columns)].notna(), None)
        marks = ", ".join("?" * len(columns))
        with self.connection:
            self.connection.executemany(
                f"{verb} INTO {table} ({', '.join(columns)}) VALUES ({marks})",
                [tuple(_plain(cell) for cell in row) for row in values.itertuples(index=False)],
            )


def open_journal(home: Path) -> Journal:
    """The journal of the campaign in `home`, made if there is none.

    Raises InputError, with nothing written, if it is damaged or cannot be opened.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / "journal.sqlite"
    if path.is_file():
        try:
            with read_journal(home) as there:
                there.check()
        except InputError as error:
            raise InputError(_damaged(path, error.__cause__ or error)) from error
    try:
        connection = sqlite3.connect(path, timeout=30)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(SCHEMA)
    except sqlite3.DatabaseError as error:
        if is_full_disk(error):
            raise
        raise InputError(_damaged(path, error)) from error
    return Journal(connection)


@contextmanager
def told_of_damage(home: Path) -> Iterator[None]:
    """Raise ParityError where the block finds the journal in `home` damaged."""
    try:
        yield
    except (sqlite3.DatabaseError, pd.errors.DatabaseError) as error:
        cause = error if isinstance(error, sqlite3.Error) else error.__cause__
        if cause is None or not is_damage(cause):
            raise
        raise ParityError(_damaged(home / "journal.sqlite", cause)) from error


def _damaged(path: Path, why: object) -> str:
    return damaged(f"the journal {path}", why, path.parent / "argilla")


@contextmanager
def read_journal(home: Path) -> Iterator[Journal]:
    """The journal of the campaign in `home` as it is now, for reading only; the campaign may go on.

    Raises InputError if there is none, or if it is damaged.
    """
    path = home / "journal.sqlite"
    if not path.is_file():
        raise InputError(f"no campaign in {home}: begin one with `parity up`, or name its --home")
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30)) as connection,
        refused_if_damaged(path),
    ):
        connection.execute("BEGIN")  # all that is read belongs to one moment
        check_cells(connection)
        yield Journal(connection)


@contextmanager
def hold(home: Path) -> Iterator[None]:
    """Keep every other process out of `home` while the block runs; the lock falls with the process.

    Raises InputError that says which process holds the folder.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("a+") as lock:
        if not take(lock, patience=0.5):  # `parity status` holds it while it looks
            lock.seek(0)
            holder = lock.read().strip() or "another process"
            raise InputError(
                f"the home folder {home} is held by process {holder}: wait for it, stop it, or "
                f"use another --home"
            )
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _packed(differences: np.ndarray) -> bytes:
    return differences.astype(np.int8).tobytes()


def _plain(cell: object) -> object:
    return cell.item() if hasattr(cell, "item") else cell
