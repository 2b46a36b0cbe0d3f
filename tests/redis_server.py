"""A private Redis for tests: on a free port of this machine, gone when they end."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from ports import free_port
from waiting import wait_until

START_SECONDS = 10


@dataclass
class Redis:
    """A Redis that can be taken away and given back on the same port; its data are lost by that."""

    folder: Path
    port: int
    _server: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Run it until it answers."""
        place = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        with (self.folder / "redis.log").open("ab") as output:
            command = ["redis-server", *place, "--save", ""]
            self._server = subprocess.Popen(command, stdout=output, stderr=output)
        wait_until(self._answers, START_SECONDS)

    def kill(self) -> None:
        """End it at once, as a crash does."""
        assert self._server is not None
        self._server.kill()
        self._server.wait(START_SECONDS)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


@contextmanager
def redis_server(folder: Path) -> Iterator[int]:
    """As `killable_redis`; yields its port."""
    with killable_redis(folder) as redis:
        yield redis.port


@contextmanager
def killable_redis(folder: Path) -> Iterator[Redis]:
    """Run a Redis whose files lie in `folder`. Skipped where none is installed."""
    if shutil.which("redis-server") is None:
        reason = "Redis is not installed"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    folder.mkdir(parents=True, exist_ok=True)
    redis = Redis(folder, free_port())
    try:
        redis.start()
        yield redis
    finally:
        redis.kill()
