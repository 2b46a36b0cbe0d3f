"""A record is completed when it has as many submitted answers as its data set asks for.

Argilla counts and writes in a SERIALIZABLE transaction, and waits a second or more before it tries
again where two answers met. Here the second waits for the first instead: for the write lock of
SQLite, for the record's row on PostgreSQL.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

import backoff
from argilla_server import database
from argilla_server.contexts import distribution
from argilla_server.enums import RecordStatus, ResponseStatus
from argilla_server.errors.future import NotFoundError
from argilla_server.jobs.dataset_jobs import update_dataset_records_status_job
from argilla_server.models import Dataset, Record, Response
from argilla_server.search_engine.base import SearchEngine
from argilla_server.settings import settings
from argilla_server.webhooks.v1.enums import RecordEvent
from sqlalchemy import ColumnElement, case, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from labeling.server.jobs import webhooks
from labeling.server.wanted import wanted

_SAVED_EVERY = 100  # records


def mend() -> None:
    """Put this module's way of setting a status in the place of Argilla's."""
    distribution.update_record_status = _update_record_status


async def queue_stale() -> None:
    """Queue a job for each data set with records whose status disagrees with their answers.

    A server that is killed between an answer and the record's status leaves such records behind.
    """
    async with database.AsyncSessionLocal() as session:
        found = await session.scalars(
            select(Record.dataset_id).join(Dataset).where(_stale()).distinct()
        )
        dataset_ids = found.all()
    for dataset_id in dataset_ids:
        update_dataset_records_status_job.delay(dataset_id)


async def update_statuses(dataset_id: UUID, save_events: Callable[[], Awaitable[None]]) -> None:
    """Complete or reopen the data set's records after another number of answers is asked for.

    Records whose status is right are left alone, unless a webhook hears of updated or completed
    records: then, as Argilla does, all with answers are gone through, so that a second run after a
    crash repeats every event. `save_events` is awaited now and then.
    """
    async with database.AsyncSessionLocal() as session:
        told = await webhooks.wanted(session) & {RecordEvent.updated, RecordEvent.completed}
        answered = select(Response.id).where(Response.record_id == Record.id).exists()
        records = await session.scalars(
            select(Record.id)
            .join(Dataset)
            .where(Record.dataset_id == dataset_id, answered if told else _stale())
            .order_by(Record.inserted_at)
        )
        record_ids = records.all()
    async with SearchEngine.get_by_name(settings.search_engine) as engine:
        for number, record_id in enumerate(record_ids, start=1):
            with suppress(NotFoundError):  # deleted meanwhile
                await distribution.update_record_status(engine, record_id)
            if number % _SAVED_EVERY == 0:
                await save_events()


@backoff.on_exception(backoff.expo, SQLAlchemyError, max_time=15)
async def _update_record_status(search_engine: SearchEngine, record_id: UUID) -> Record:
    """As Argilla's function of this name, which this one replaces."""
    async with database.AsyncSessionLocal() as session:
        await _lock(session, record_id)
        record = await Record.get_or_raise(
            session,
            record_id,
            options=[selectinload(Record.dataset), selectinload(Record.responses_submitted)],
        )
        await distribution._update_record_status(session, record)
        await session.commit()
        await search_engine.partial_record_update(record, status=record.status)
        await distribution.notify_record_event_v1(session, RecordEvent.updated, record)
        if record.is_completed():
            await distribution.notify_record_event_v1(session, RecordEvent.completed, record)
        return record


async def _lock(session: AsyncSession, record_id: UUID) -> None:
    """Let nobody else set this record's status until the session's transaction ends."""
    if settings.database_is_sqlite:
        await session.execute(text("BEGIN IMMEDIATE"))
    else:
        # key_share: answers that are being written refer to this row and need not wait.
        row = select(Record.id).where(Record.id == record_id).with_for_update(key_share=True)
        await session.execute(row)


def _stale() -> ColumnElement[bool]:
    """The record's status disagrees with its answers (a condition on Record joined to Dataset)."""
    # Counted so that each record's few answers are looked through, not all submitted ones.
    count = func.count(case((Response.status == ResponseStatus.submitted, 1)))
    answers = select(count).where(Response.record_id == Record.id)
    submitted = answers.correlate(Record).scalar_subquery()
    enough = submitted >= wanted(Dataset.distribution["min_submitted"].as_integer())
    return enough != (Record.status == RecordStatus.completed)
