"""Argilla's own worker for its own queues on Redis, as a child of the server.

The server starts it when ARGILLA_REDIS_URL is set. Only the search engine, the database's settings
and the mends are this project's; queueing, retries and bookkeeping are RQ's.
"""

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labeling.errors import InputError
from labeling.processes import start_child

_LOG = logging.getLogger("argilla")
_REPOSITORY = Path(__file__).resolve().parents[3]
_PROCESSES = 2


def start(log: Path) -> subprocess.Popen[bytes]:
    """Start the worker, which ends with this process; InputError when no Redis answers."""
    from argilla_server.jobs.queues import REDIS_CONNECTION
    from argilla_server.webhooks.v1 import event
    from redis.exceptions import RedisError

    event.enqueue_notify_events = _enqueue_or_drop
    try:
        REDIS_CONNECTION.ping()
    except RedisError as error:
        raise InputError(f"ARGILLA_REDIS_URL: no Redis answers there: {error}") from None
    command = [sys.executable, "-P", "-m", "labeling.server.jobs.redis_worker"]
    return start_child(command, log, {"PYTHONPATH": str(_REPOSITORY)})


async def _enqueue_or_drop(db: Any, event: str, **rest: Any) -> list[Any]:
    """As Argilla's `enqueue_notify_events`; without Redis the event is lost, and only that.

    What it tells of is written already: an error would say that an answer was not taken, and could
    not be mended by giving it again.
    """
    from argilla_server.jobs.webhook_jobs import enqueue_notify_events
    from redis.exceptions import RedisError

    try:
        queued: list[Any] = await enqueue_notify_events(db, event, **rest)
    except RedisError as error:
        _LOG.error("no webhook hears of %s: Redis does not take the event (%s)", event, error)
        return []
    return queued


def main() -> None:
    """Work until standard input closes; the environment and folder are the server's."""
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    logging.disable(logging.INFO)  # else each job writes three lines
    # Importing Argilla copies its pages, which nobody is served here.
    with TemporaryDirectory() as pages:
        tempfile.tempdir = pages
        import argilla_server  # noqa: F401
    tempfile.tempdir = None
    from argilla_server.cli.worker import worker
    from argilla_server.jobs.queues import DEFAULT_QUEUE, HIGH_QUEUE

    from labeling.server import speed, wanted
    from labeling.server.jobs import statuses, webhooks
    from labeling.server.search import engine
    from labeling.server.storage import database

    assert engine  # importing it registers the engine
    database.configure_connections()
    for module in (wanted, statuses, webhooks, speed):
        module.mend()
    worker(queues=[DEFAULT_QUEUE.name, HIGH_QUEUE.name], num_workers=_PROCESSES)


def _stop_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)  # on which Argilla's worker stops its processes


if __name__ == "__main__":
    main()
