"""Argilla's application with every part of ours in its place."""

import asyncio
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labeling.processes import stop_child
from labeling.server import pages, settings
from labeling.server.accounts.credentials import Credentials


@dataclass(frozen=True)
class Assembled:
    """The application, and what has to begin and end with it."""

    app: Any
    _worker: Any  # does the jobs in this process; None where Argilla's own does them on Redis
    _redis_worker: subprocess.Popen[bytes] | None

    async def begin(self) -> None:
        """Begin to do jobs, on the event loop that runs now."""
        from labeling.server.jobs import statuses

        if self._worker:
            self._worker.start()
        else:
            await statuses.queue_stale()

    async def end(self) -> None:
        """Leave the jobs for the next start, and a database that is whole by itself."""
        from labeling.server.storage import database

        if self._worker:
            await self._worker.stop()
        await database.close()

    def end_processes(self) -> None:
        """End what runs beside this process."""
        if self._redis_worker:
            stop_child(self._redis_worker)


def assemble(home: Path, credentials: Credentials, say: Callable[[str], None]) -> Assembled:
    """Load Argilla, bring database and accounts up to date, and put our parts into place.

    `settings.configure` comes before.
    """
    say("loading Argilla")
    app = pages.load_app(settings.data_folder(home) / "pages")
    from argilla_server._app import app as argilla
    from argilla_server.api.routes import api_v1

    from labeling.server import mistakes, progress, routes, speed, wanted
    from labeling.server.accounts import doors, initial, passwords, team
    from labeling.server.jobs import hub, redis_worker, statuses, webhooks, worker
    from labeling.server.records import about, answers, priorities, recoding, single
    from labeling.server.search import engine
    from labeling.server.storage import database

    say(f"setting up the database ({database.described()})")
    with database.set_up(credentials.owner.api_key):
        asyncio.run(initial.ensure_accounts(credentials))
    for part in (wanted, statuses, webhooks, speed, mistakes, progress):
        part.mend()
    for room in (about, answers, priorities, recoding, single):
        routes.put_first(room.router)
    engine.drop_what_indexed_a_property()
    own_worker = child = None
    if settings.redis_is_used():
        child = redis_worker.start(settings.data_folder(home) / "worker.log")
    else:
        hub.mend()
        own_worker = worker.Worker()
        own_worker.take_over()
        app = worker.SavesJobs(app, own_worker)
    passwords.guard()
    routes.put_first(team.router(home))
    doors.close(argilla, api_v1)
    return Assembled(app, own_worker, child)
