"""Embedded servers to measure, each on its own copy of a seeded database."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from labeling.server.accounts.credentials import Credentials, read_credentials
from labeling.workspace import Connection, connect

REPOSITORY = Path(__file__).resolve().parents[2]
PYTHON = REPOSITORY / ".venv-argilla" / "bin" / "python"
START_SECONDS = 120


@dataclass(frozen=True)
class Server:
    """One that runs."""

    url: str
    credentials: Credentials
    process: "subprocess.Popen[str]"
    seconds_to_start: float
    connection: Connection  # the owner's

    @property
    def memory(self) -> int:
        """What the process holds of the machine's memory, in bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Place:
    """Where a server keeps its data."""

    home: Path
    database: str | None = None  # the URL of a PostgreSQL database; None: SQLite in the home

    @property
    def name(self) -> str:
        """For the table."""
        return "SQLite" if self.database is None else "PostgreSQL"


@contextmanager
def run(place: Place, mended: bool = True, synchronous: str = "FULL") -> Iterator[Server]:
    """Run a server; not `mended`: with Argilla's own way of doing things (see unmended.py)."""
    home = place.home
    here = ["-m", "labeling.server"] if mended else [str(Path(__file__).with_name("unmended.py"))]
    command = [str(PYTHON), "-P", *here, "--home", str(home)]
    environment = os.environ | {
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUNBUFFERED": "1",
        "PARITY_SQLITE_SYNCHRONOUS": synchronous,
    }
    if place.database is not None:
        environment["ARGILLA_DATABASE_URL"] = place.database
    start = time.perf_counter()
    with (home.parent / f"{home.name}.log").open("a") as errors:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "ready at" in line:
                break
        else:
            raise SystemExit(f"the server ended while starting: see {home}.log")
        seconds = time.perf_counter() - start
        credentials = read_credentials(home)
        owner = connect(credentials.url, credentials.owner.api_key)
        yield Server(credentials.url, credentials, process, seconds, owner)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
