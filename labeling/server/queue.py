"""Who is asked what next, in data sets whose records carry a `priority`.

The queue of an annotator is an order, not a pile: the highest priority first, ties spread over the
annotators, records below zero withdrawn. A page of records that was shown to one annotator is held
for them for a while. What is on somebody's screen, or held by somebody who is answering right now,
is served to nobody else; what others merely hold, only to those for whom nothing else is left.
Towards the end the pages grow shorter, so that everybody at work gets their share.

A hold ends with its holder's answer, draft or discard. Holds are rows beside Argilla's tables, so
that several server processes may serve one data set, and a restart changes nobody's page.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from argilla_server.enums import MetadataPropertyType, RecordStatus, ResponseStatus
from argilla_server.models import Dataset, MetadataProperty, Record, Response
from argilla_server.settings import settings
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Uuid,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal_column,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from labeling.server.storage.dialect import json_number, json_text, shuffled
from labeling.server.storage.turns import turn_to_write
from labeling.server.wanted import wanted

PRIORITY = "priority"
HOLD_SECONDS = 15 * 60
WORKING_SECONDS = 60  # whoever answered in the last so many seconds is at work

_holds = Table(
    "parity_holds",
    MetaData(),
    Column("user_id", Uuid, primary_key=True),
    Column("record_id", Uuid, primary_key=True),
    Column("dataset_id", Uuid, nullable=False, index=True),
    Column("place", Integer, nullable=False),  # in the order in which they were served
    Column("shown", Float(53), nullable=False),  # seconds since 1970
)
_one_at_a_time = asyncio.Lock()


def priority(metadata: Any) -> ColumnElement[float]:
    """The priority in a record's metadata: zero unless it is given."""
    return func.coalesce(json_number(metadata, PRIORITY), literal_column("0.0"))


_priority = priority(Record.metadata_)


def create_tables(connection: Connection) -> None:
    """Make the table of holds, and the index that finds the answers of the last minute."""
    _holds.create(connection, checkfirst=True)
    responses = Response.__table__.to_metadata(MetaData())
    Index("parity_news", responses.c.updated_at).create(connection, checkfirst=True)


def is_queued(dataset_id: UUID) -> ColumnElement[bool]:
    """The data set's records carry a priority; others are served in Argilla's own way."""
    is_number = json_text(MetadataProperty.settings, "type") == MetadataPropertyType.float
    return exists().where(
        MetadataProperty.dataset_id == dataset_id, MetadataProperty.name == PRIORITY, is_number
    )


async def has_queue(session: AsyncSession, dataset_id: UUID) -> bool:
    """Whether `is_queued` holds."""
    return bool(await session.scalar(select(is_queued(dataset_id))))


def worth_asking() -> ColumnElement[bool]:
    """The record still needs answers and is not withdrawn."""
    return is_asked(Record.status, Record.metadata_)


def is_asked(status: Any, metadata: Any) -> ColumnElement[bool]:
    """`worth_asking` of a record with these; in literals, so that an index on the like is used."""
    pending = literal_column(f"'{RecordStatus.pending}'")
    return and_(status == pending, priority(metadata) >= literal_column("0"))


async def next_page(
    session: AsyncSession,
    dataset: Dataset,
    user_id: UUID,
    conditions: Sequence[ColumnElement[bool]],
    offset: int,
    limit: int,
) -> list[UUID]:
    """The ids of the records that this user is to see at `offset`, which are then held for them.

    A first page (offset 0) is chosen anew. Later ones go on behind what the user holds: the web UI
    counts its offset over records shown and not yet answered, so nothing moves while they drop out.
    """
    async with _alone(session, dataset):
        mine, others = await _held(session, dataset.id, user_id)
        shown = mine if offset else []
        page = shown[offset : offset + limit]
        if page:
            # Looked up by their ids: a condition must not tempt the database to look elsewhere.
            looked_up = select(Record.id, and_(*conditions)).where(Record.id.in_(page))
            passes = dict((await session.execute(looked_up)).tuples().all())
            page = [record for record in page if passes.get(record)]
        room = limit - len(page)
        skipped = max(0, offset - len(shown))
        if room:
            choices = _Choices(
                dataset, user_id, others, await _at_work(session, dataset.id, user_id)
            )
            new = [*conditions, Record.id.not_in(shown)]
            page += await choices.best(session, new, skipped, room, begun_too=not offset)
        await _hold(session, dataset.id, user_id, list(dict.fromkeys([*shown, *page])))
    return page


def spread_over(user_id: UUID) -> ColumnElement[int]:
    """An order that is random, different for each user, and the same at every request."""
    return shuffled(Record.id, user_id)


class _Choices:
    """What one annotator may be shown, given what all others hold and have answered."""

    def __init__(
        self,
        dataset: Dataset,
        user_id: UUID,
        held: dict[UUID, list[tuple[UUID, float]]],
        at_work: set[UUID],
    ) -> None:
        self.user_id = user_id
        self.people = 1 + len(at_work & held.keys())
        self.needed = wanted(dataset.distribution["min_submitted"])
        recently = time.time() - WORKING_SECONDS
        coming: Counter[UUID] = Counter()  # record -> how many answers are surely on their way
        waiting: Counter[UUID] = Counter()  # record -> how many others hold it
        for holder, records in held.items():
            waiting.update(record for record, _ in records)
            if holder in at_work:
                coming.update(record for record, _ in records)
            elif records[0][1] > recently:
                coming[records[0][0]] += 1
        self.coming, self.waiting = coming, waiting
        self.submitted = self._others([ResponseStatus.submitted])
        self.begun = self._others([ResponseStatus.submitted, ResponseStatus.draft])

    async def best(
        self,
        session: AsyncSession,
        conditions: Sequence[ColumnElement[bool]],
        skipped: int,
        room: int,
        begun_too: bool,
    ) -> list[UUID]:
        """Free records, this annotator's share of them; where there are none, those of others."""
        order = [_priority.desc(), spread_over(self.user_id)]
        # What others hold is left out here: in the statement, long lists of it took most of the
        # time that a page takes. There are no more records to leave out than are held.
        is_lacking = self.begun < self.needed
        free = (
            select(Record.id, self.needed - self.submitted, self.needed - self.begun)
            .where(*conditions, is_lacking)
            .order_by(*order)
            .limit(skipped + room * self.people + len(self.waiting))
        )
        records = [
            record
            for record, unsaid, unbegun in (await session.execute(free)).tuples()
            if self.coming[record] < unsaid and self.waiting[record] < unbegun
        ][skipped : skipped + room * self.people]
        share = -(-len(records) // self.people)
        if share >= room or not begun_too:
            return records[: min(share, room)]
        left = (
            select(Record.id)
            .where(
                *conditions,
                self.submitted + _number_of(self.coming) < self.needed,
                self.begun + _number_of(self.waiting) >= self.needed,
            )
            .order_by(cast(~is_lacking, Integer), *order)
            .offset(skipped)
            .limit(room - share)
        )
        return [*records[:share], *(await session.scalars(left)).all()]

    def _others(self, statuses: list[ResponseStatus]) -> ColumnElement[int]:
        """How many others have given answers of these statuses."""
        # Counted so that the few answers to the record are looked through, and no others.
        theirs = and_(Response.user_id != self.user_id, Response.status.in_(statuses))
        count = func.count(case((theirs, 1)))
        answers = select(count).where(Response.record_id == Record.id)
        return answers.correlate(Record).scalar_subquery()


@asynccontextmanager
async def _alone(session: AsyncSession, dataset: Dataset) -> AsyncIterator[None]:
    """Pages of a data set are chosen one after another, or two people would be shown the same."""
    async with _one_at_a_time:
        if settings.database_is_postgresql:
            await session.execute(select(func.pg_advisory_xact_lock(dataset.id.int % 2**63)))
            # The index keeps the order. Until the database has counted, some time after they came,
            # how many records there are, it would rather sort them all at every page.
            await session.execute(text("SET LOCAL enable_sort = off"))
        else:
            # A page is worth no wait for the disk: if it is forgotten, another is chosen.
            await session.execute(text("PRAGMA synchronous = NORMAL"))
        yield


async def _held(
    session: AsyncSession, dataset_id: UUID, user_id: UUID
) -> tuple[list[UUID], dict[UUID, list[tuple[UUID, float]]]]:
    """What the user holds, and what each other holds and since when, in the order of serving."""
    found = await session.execute(
        select(_holds.c.user_id, _holds.c.record_id, _holds.c.shown)
        .where(
            _holds.c.dataset_id == dataset_id,
            _holds.c.shown > time.time() - HOLD_SECONDS,
            ~_answered(_holds.c.record_id, _holds.c.user_id),
        )
        .order_by(_holds.c.user_id, _holds.c.place)
    )
    held: dict[UUID, list[tuple[UUID, float]]] = {}
    for holder, record, shown in found:
        held.setdefault(holder, []).append((record, shown))
    return [record for record, _ in held.pop(user_id, [])], held


async def _hold(
    session: AsyncSession, dataset_id: UUID, user_id: UUID, records: Iterable[UUID]
) -> None:
    """Hold these records, and no others, for the user."""
    own = delete(_holds).where(_holds.c.dataset_id == dataset_id, _holds.c.user_id == user_id)
    now = {"dataset_id": dataset_id, "user_id": user_id, "shown": time.time()}
    rows: list[dict[str, Any]] = [
        {**now, "record_id": record, "place": place} for place, record in enumerate(records)
    ]
    async with turn_to_write():
        await session.execute(own)
        if rows:
            await session.execute(insert(_holds), rows)
        await session.commit()


async def _at_work(session: AsyncSession, dataset_id: UUID, user_id: UUID) -> set[UUID]:
    """The others who have answered something of the data set a moment ago."""
    recently = datetime.utcnow() - timedelta(seconds=WORKING_SECONDS)
    # The few answers of this minute are looked through, not the many records.
    their_dataset = select(Record.dataset_id).where(Record.id == Response.record_id)
    found = select(Response.user_id).where(
        Response.updated_at > recently,
        Response.user_id != user_id,
        their_dataset.scalar_subquery() == dataset_id,
    )
    return set((await session.scalars(found)).all())


def _answered(record_id: Any, user_id: Any) -> ColumnElement[bool]:
    """There is an answer, draft or discard of the user's to the record."""
    return (
        select(Response.id)
        .where(Response.record_id == record_id, Response.user_id == user_id)
        .correlate(Record, _holds)
        .exists()
    )


def _number_of(counts: Counter[UUID]) -> Any:
    """The record's count, as an SQL expression."""
    number: Any = 0
    for count in set(counts.values()):
        records = [record for record, own in counts.items() if own == count]
        number = number + case((Record.id.in_(records), count), else_=0)
    return number
