"""Real campaigns on small generated files, run by the real command."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from labeling.sample.generator import generate

PARITY = str(Path(sys.executable).with_name("parity"))
CATEGORIES = ["cancel_order", "get_refund", "payment_issue", "recover_password", "track_order"]


def write_inquiries(path: Path, rows: int = 320) -> pd.DataFrame:
    """A labelled CSV of `rows` inquiries in five categories."""
    table = generate(1200, seed=5)
    table = table[table["category"].isin(CATEGORIES)].head(rows)
    table.to_csv(path, index=False)
    return table


def run(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `parity` to its end."""
    return subprocess.run(
        [PARITY, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def start(*arguments: object, log: Path, **environment: str) -> subprocess.Popen[bytes]:
    """Start `parity` in a process group of its own, as a terminal does."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [PARITY, *map(str, arguments)],
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def family(home: Path) -> list[int]:
    """The processes that work on the campaign in `home`, by their command lines."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if any(f"{word}/".startswith(f"{home}/") for word in command.split("\0")):
            found.append(int(entry.name))
    return found


def kill_everything(home: Path) -> None:
    """SIGKILL whatever works on the campaign in `home`."""
    while processes := family(home):
        for process in processes:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.05)


class Answer(NamedTuple):
    """What an annotator says of an inquiry."""

    inquiry: str
    annotator: str
    category: str


@dataclass(frozen=True)
class Seen:
    """What the files of a campaign say, read without disturbing it."""

    home: Path

    @property
    def database(self) -> Path:
        """Argilla's database; there is none until it is complete."""
        return self.home / "argilla" / "argilla.db"

    def journal(self, query: str) -> list[tuple]:
        """What the journal answers to `query`; nothing while it cannot be read."""
        return self._ask(self.home / "journal.sqlite", query)

    def submitted(self) -> list[Answer]:
        """Every answer that Argilla has acknowledged."""
        rows = self._ask(
            self.database,
            "SELECT records.external_id, users.username, "
            "json_extract(responses.\"values\", '$.category.value') "
            "FROM responses JOIN records ON records.id = responses.record_id "
            "JOIN users ON users.id = responses.user_id WHERE responses.status = 'submitted'",
        )
        return [Answer(*row) for row in rows]

    def records(self) -> list[str]:
        """The inquiry of each record in Argilla."""
        return [row[0] for row in self._ask(self.database, "SELECT external_id FROM records")]

    def withdrawn(self) -> list[str]:
        """The inquiry of each record that nobody is shown any more."""
        priority = "json_extract(metadata, '$.priority')"
        query = f"SELECT external_id FROM records WHERE {priority} < 0"
        return [row[0] for row in self._ask(self.database, query)]

    def drafted(self) -> list[str]:
        """The inquiry of each draft in Argilla."""
        rows = self._ask(
            self.database,
            "SELECT records.external_id FROM responses "
            "JOIN records ON records.id = responses.record_id WHERE responses.status = 'draft'",
        )
        return [row[0] for row in rows]

    def _ask(self, database: Path, query: str) -> list[tuple]:
        if not database.exists():
            return []
        connection = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError:  # no table yet, or locked for a moment
            return []
        finally:
            connection.close()
