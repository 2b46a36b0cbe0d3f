"""A private PostgreSQL for tests: on a free port of this machine, gone when they end."""

import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import pytest

from labeling.embedded import Embedded, start_embedded
from tests.ports import free_port  # named in full for scripts/bench, which uses this file, too

START_SECONDS = 30
# Debian keeps the server's commands out of PATH, one folder a version.
_DEBIAN = Path("/usr/lib/postgresql")
# PostgreSQL refuses to run as root.
_AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


@dataclass
class Cluster:
    """A PostgreSQL server that can be taken away and given back, on the same data and port."""

    command: list[str]
    port: int
    log: int
    _server: "subprocess.Popen[bytes] | None" = None

    @property
    def base_url(self) -> str:
        """What the URLs of its databases begin with."""
        return f"postgresql+asyncpg://parity@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Run it until it answers."""
        self._server = subprocess.Popen(self.command, stdout=self.log, stderr=self.log, cwd="/")
        _wait_until_ready(self._server, self.port)

    def stop(self) -> None:
        """End it without waiting for its clients."""
        assert self._server is not None
        self._server.send_signal(signal.SIGINT)
        self._server.wait(START_SECONDS)


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """As `stoppable_cluster`; yields the base of its databases' URLs."""
    with stoppable_cluster(folder) as server:
        yield server.base_url


@contextmanager
def stoppable_cluster(folder: Path) -> Iterator[Cluster]:
    """Run a PostgreSQL server.

    Its log lies in `folder`. Where PostgreSQL is not installed, the test is skipped; in continuous
    integration it fails.
    """
    initdb = _command("initdb")
    if initdb is None:
        reason = "PostgreSQL is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    root = os.geteuid() == 0
    prefix = _AS_POSTGRES if root else []
    with TemporaryDirectory(prefix="postgresql-") as private, _log(folder) as log:
        data = Path(private) / "data"
        if root:
            shutil.chown(private, "postgres", "postgres")
        options = ["--username=parity", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(
            [*prefix, str(initdb), *options, "--no-sync", "--pgdata", str(data)],
            check=True,
            stdout=log,
            stderr=log,
            cwd="/",
        )
        port = free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "max_connections": "200",
        }
        server = Cluster(
            [
                *(prefix and [*prefix, "--pdeathsig=INT"]),
                str(initdb.with_name("postgres")),
                *("-D", str(data)),
                *[word for name, value in settings.items() for word in ("-c", f"{name}={value}")],
            ],
            port,
            log,
        )
        try:
            server.start()
            yield server
        finally:
            server.stop()


def new_database(base_url: str) -> str:
    """Make a fresh database in the cluster of `base_url`; its URL."""
    url = f"{base_url}/test_{uuid.uuid4().hex}"
    query(f"{base_url}/postgres", f"CREATE DATABASE {urlsplit(url).path[1:]}")
    return url


def query(url: str, sql: str) -> list[str]:
    """Run one statement in the database of `url`; its rows, with `|` between the columns."""
    psql = _command("psql")
    assert psql is not None
    plain = url.replace("postgresql+asyncpg", "postgresql")
    done = subprocess.run(
        [str(psql), "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", plain, "-c", sql],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def start_on(database_url: str | None, home: Path) -> Embedded:
    """Start the embedded server on this database, or on SQLite where there is no URL."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("ARGILLA_DATABASE_URL", raising=False)
        if database_url is not None:
            environment.setenv("ARGILLA_DATABASE_URL", database_url)
        return start_embedded(home, None, print)


def _command(name: str) -> Path | None:
    installed = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    elsewhere = shutil.which(name)
    return installed[-1] if installed else Path(elsewhere) if elsewhere else None


@contextmanager
def _log(folder: Path) -> Iterator[int]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "postgresql.log").open("ab") as log:
        yield log.fileno()


def _wait_until_ready(server: "subprocess.Popen[bytes]", port: int) -> None:
    ready = _command("pg_isready")
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(
        [str(ready), "-q", "-h", "127.0.0.1", "-p", str(port), "-d", "postgres"]
    ).returncode:
        assert server.poll() is None, "PostgreSQL ended while starting"
        assert time.monotonic() < deadline, "PostgreSQL did not start"
        time.sleep(0.1)
