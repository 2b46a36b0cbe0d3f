"""A private Redis for tests: on a free port of this machine, gone when they end."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

START_SECONDS = 10


@contextmanager
def redis_server(folder: Path) -> Iterator[int]:
    """Run a Redis whose files lie in `folder`; its port. Skipped where none is installed."""
    if shutil.which("redis-server") is None:
        reason = "Redis is not installed"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    with (folder / "redis.log").open("wb") as log:
        server = subprocess.Popen(["redis-server", *options], stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert time.monotonic() < deadline, (folder / "redis.log").read_text()
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(START_SECONDS)
