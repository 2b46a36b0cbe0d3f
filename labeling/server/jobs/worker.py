"""What Argilla hands to Redis workers, done in the server's own process.

A job (record statuses after another number of answers is asked for, a webhook's event, an import
from the Hugging Face hub or an export to it) is a row of a table in Argilla's database. It is there
before the request that queued it is answered, and goes when it is done, so that a crash at any
point leaves no acknowledged job undone; one that was under way is done again. Several server
processes may share the table (PostgreSQL): a job under way is a locked row.
"""

import asyncio
import inspect
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from argilla_server import _app, database
from argilla_server.api.handlers.v1 import jobs as jobs_handler
from argilla_server.api.handlers.v1 import webhooks as webhooks_handler
from argilla_server.errors.future import NotFoundError
from argilla_server.jobs.dataset_jobs import update_dataset_records_status_job
from argilla_server.jobs.hub_jobs import export_dataset_to_hub_job, import_dataset_from_hub_job
from argilla_server.jobs.webhook_jobs import notify_event_job
from fastapi.encoders import jsonable_encoder
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Executable,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from labeling.server.jobs import hub, statuses, webhooks

STOP_SECONDS = 2.0
POLL_SECONDS = 5.0  # how long what a crashed process left behind may wait for another one
REMEMBERED_SECONDS = 7 * 24 * 3600.0

_LOG = logging.getLogger("argilla")

_jobs = Table(
    "parity_jobs",
    MetaData(),
    Column("id", String(36), primary_key=True),
    Column("kind", String(100), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("status", String(20), nullable=False),  # a word of RQ's: queued, finished or failed
    Column("failures", Integer, nullable=False),
    Column("due", Float(53), nullable=False, index=True),  # seconds since 1970
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Queued:
    """What Argilla wants to know of a job: the small part of `rq.job.Job` that it uses."""

    id: str
    status: str

    def get_status(self, refresh: bool = True) -> str:  # noqa: ARG002
        """One of RQ's words for where a job stands."""
        return self.status


@dataclass(frozen=True)
class _Kind:
    """One of Argilla's jobs: how it is done here, how often at a time, and when tried again."""

    do: Callable[..., Awaitable[None]]  # its arguments as JSON values
    at_once: int
    patience: tuple[float, ...]  # seconds to wait after the first failure, the second, ...
    asked_for: bool  # whether a client knows its id, and may ask how it went


def create_table(connection: Connection) -> None:
    """Make the table of jobs where there is none, and forget what ended long ago."""
    _jobs.create(connection, checkfirst=True)
    connection.execute(
        delete(_jobs).where(
            _jobs.c.status != "queued", _jobs.c.due < time.time() - REMEMBERED_SECONDS
        )
    )


# The jobs that the request or the job under way has queued, and that are not in the table yet.
_unsaved: ContextVar[list[Row]] = ContextVar("unsaved")


class SavesJobs:
    """Answers a request only when the jobs that it queued are in the table."""

    def __init__(self, app: ASGIApp, worker: "Worker") -> None:
        self.app = app
        self.worker = worker

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        _unsaved.set([])

        async def send_when_saved(message: Message) -> None:
            await self.worker.save()
            await send(message)

        try:
            await self.app(scope, receive, send_when_saved)
        finally:
            await self.worker.save()


class Worker:
    """Does the jobs of the table, on the event loop of the server."""

    def __init__(self) -> None:
        self._kinds = {
            notify_event_job: _Kind(webhooks.deliver, 4, (10, 60, 180), asked_for=False),
            update_dataset_records_status_job: _Kind(
                self._update_statuses, 1, (1, 10, 60), asked_for=False
            ),
            import_dataset_from_hub_job: _Kind(hub.import_dataset, 1, (0, 0, 0), asked_for=True),
            export_dataset_to_hub_job: _Kind(hub.export_dataset, 1, (0, 0, 0), asked_for=True),
        }
        self._by_name = {job.__name__: kind for job, kind in self._kinds.items()}
        self._under_way: dict[str, str] = {}  # a job's id -> its kind
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()

    def take_over(self) -> None:
        """Put this worker in the place of Argilla's queue."""
        _app.configure_redis = lambda: None
        for job in self._kinds:
            job.delay = _delay(job)
        jobs_handler._get_job = self.find
        webhooks_handler.notify_ping_event = webhooks.queue_ping

    async def save(self) -> None:
        """Write what has been queued in this context into the table."""
        unsaved = _unsaved.get()
        if unsaved:
            rows, unsaved[:] = list(unsaved), []
            async with database.AsyncSessionLocal.begin() as session:
                await session.execute(insert(_jobs), rows)
            self._news.set()

    def find(self, job_id: str) -> Queued:
        """Where a job stands; NotFoundError when there is none of this id."""
        with database.sync_engine.connect() as connection:  # a read, which waits for nobody
            status = connection.scalar(select(_jobs.c.status).where(_jobs.c.id == job_id))
        if status is None:
            raise NotFoundError(f"Job with id `{job_id}` not found")
        return Queued(job_id, "started" if job_id in self._under_way else status)

    def start(self) -> None:
        """Begin to work, on the event loop that runs now."""
        self._work = asyncio.create_task(self._keep_working())

    async def stop(self) -> None:
        """Begin no other job, and give those under way a moment; the next start does the rest."""
        self._work.cancel()
        await asyncio.wait([self._work, *self._tasks], timeout=STOP_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(self._work, *self._tasks, return_exceptions=True)

    async def _keep_working(self) -> None:
        """Do what a predecessor left undone, then each job as it comes, until cancelled."""
        _unsaved.set([])
        try:
            await statuses.queue_stale()
            await self.save()
        except Exception as error:
            _LOG.error("statuses that a crash left behind cannot be looked for: %s", error)
        while True:
            self._news.clear()
            try:
                await self._start_due()
                pause = await self._until_next()
            except Exception as error:
                _LOG.error("the table of jobs cannot be read: %s", error)
                pause = POLL_SECONDS
            try:
                await asyncio.wait_for(self._news.wait(), pause)
            except TimeoutError:
                continue

    async def _start_due(self) -> None:
        busy = Counter(self._under_way.values())
        due: dict[str, str] = {}
        async with database.AsyncSessionLocal() as session:
            for name, kind in self._by_name.items():
                if busy[name] < kind.at_once:
                    ids = await session.scalars(
                        select(_jobs.c.id)
                        .where(
                            _jobs.c.status == "queued",
                            _jobs.c.kind == name,
                            _jobs.c.due <= time.time(),
                            _jobs.c.id.not_in(list(self._under_way)),
                        )
                        .order_by(_jobs.c.due)
                        .limit(kind.at_once - busy[name])
                        .with_for_update(skip_locked=True)  # those under way in another process
                    )
                    due.update(dict.fromkeys(ids.all(), name))
        for job_id, name in due.items():
            self._under_way[job_id] = name
            task = asyncio.create_task(self._attempt(job_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _until_next(self) -> float:
        async with database.AsyncSessionLocal() as session:
            next_due = await session.scalar(
                select(func.min(_jobs.c.due)).where(
                    _jobs.c.status == "queued", _jobs.c.due > time.time()
                )
            )
        return POLL_SECONDS if next_due is None else min(POLL_SECONDS, next_due - time.time())

    async def _attempt(self, job_id: str) -> None:
        try:
            await self._do(job_id)
        except Exception as error:
            _LOG.error("how job %s ended cannot be recorded: %s", job_id, error)
            await asyncio.sleep(POLL_SECONDS)
        finally:
            del self._under_way[job_id]
            self._news.set()

    async def _do(self, job_id: str) -> None:
        """Do the job once; its row stays locked meanwhile, where the database has such locks."""
        unsaved: list[Row] = []
        _unsaved.set(unsaved)
        this = _jobs.c.id == job_id
        async with database.AsyncSessionLocal() as session:
            found = await session.execute(
                select(_jobs)
                .where(this, _jobs.c.status == "queued")
                .with_for_update(skip_locked=True)
            )
            job = found.first()
            if job is None:
                return  # another process is at it, or has done it
            kind = self._by_name[job.kind]
            try:
                await kind.do(**job.arguments)
                outcome: Row = {"status": "finished"}
            except Exception as error:
                outcome = _after_failure(job, kind, error)
            if "status" not in outcome:
                end: Executable = update(_jobs).where(this).values(outcome)
            elif kind.asked_for:
                # The arguments may hold somebody's token.
                end = update(_jobs).where(this).values(**outcome, arguments={}, due=time.time())
            else:
                end = delete(_jobs).where(this)
            await session.execute(end)
            if unsaved:
                await session.execute(insert(_jobs), unsaved)
            await session.commit()

    async def _update_statuses(self, dataset_id: str) -> None:
        await statuses.update_statuses(UUID(dataset_id), self.save)


def _after_failure(job: Any, kind: _Kind, error: Exception) -> Row:
    """What changes in the job's row: it is due again, or has failed for good."""
    _LOG.error("job %s (%s) failed: %s: %s", job.id, job.kind, type(error).__name__, error)
    if job.failures == len(kind.patience):
        return {"status": "failed"}
    return {"failures": job.failures + 1, "due": time.time() + kind.patience[job.failures]}


def _delay(job: Callable[..., Any]) -> Callable[..., Queued]:
    """What stands in for RQ's `job.delay`: the job waits in this context until it is saved."""
    signature = inspect.signature(job)

    def delay(*arguments: Any, **named: Any) -> Queued:
        bound = signature.bind(*arguments, **named).arguments
        row = {
            "id": str(uuid4()),
            "kind": job.__name__,
            "arguments": jsonable_encoder(bound),
            "status": "queued",
            "failures": 0,
            "due": time.time(),
        }
        _unsaved.get().append(row)
        return Queued(row["id"], "queued")

    return delay
