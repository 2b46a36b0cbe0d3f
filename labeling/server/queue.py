"""Who is asked what next, in data sets whose records carry a `priority`.

The queue of an annotator is an order, not a pile: the highest priority first, ties spread over the
annotators, records below zero withdrawn. A page of records that was shown to one annotator is held
for them for a while: others are served it only when nothing else is left, and the record on the
screen, whose answer is most likely on its way, not at all in the first minute.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from argilla_server.enums import MetadataPropertyType, RecordStatus, ResponseStatus
from argilla_server.models import Dataset, MetadataProperty, Record, Response
from sqlalchemy import ColumnElement, Float, Integer, and_, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

PRIORITY = "priority"
HOLD_SECONDS = 15 * 60
ALONE_SECONDS = 60  # the part of it in which nobody else is served what is on the screen

# (data set, annotator) -> record -> until when it is held, in the order in which they were served.
_held: dict[tuple[UUID, UUID], dict[UUID, float]] = {}
_one_at_a_time = asyncio.Lock()

_priority = func.coalesce(cast(func.json_extract(Record.metadata_, f"$.{PRIORITY}"), Float), 0.0)


async def has_queue(session: AsyncSession, dataset_id: UUID) -> bool:
    """Whether the data set's records carry a priority; others are served in Argilla's own way."""
    settings = await session.scalar(
        select(MetadataProperty.settings).where(
            MetadataProperty.dataset_id == dataset_id, MetadataProperty.name == PRIORITY
        )
    )
    return settings is not None and settings["type"] == MetadataPropertyType.float


def worth_asking() -> ColumnElement[bool]:
    """The record still needs answers and is not withdrawn."""
    return and_(Record.status == RecordStatus.pending, _priority >= 0)


def unanswered_by(user_id: UUID) -> ColumnElement[bool]:
    """The user has neither answered, nor drafted, nor discarded the record."""
    return ~(
        select(Response.id)
        .where(Response.record_id == Record.id, Response.user_id == user_id)
        .correlate(Record)
        .exists()
    )


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
    async with _one_at_a_time:
        mine = _held.setdefault((dataset.id, user_id), {})
        if offset == 0:
            mine.clear()
        _forget_expired()
        shown = list(mine)
        again = await session.scalars(
            select(Record.id).where(*conditions, Record.id.in_(shown[offset : offset + limit]))
        )
        still_open = set(again.all())
        page = [record for record in shown[offset : offset + limit] if record in still_open]
        following = await session.scalars(
            select(Record.id)
            .where(*conditions, Record.id.not_in([*shown, *_on_screen(dataset, user_id)]))
            .order_by(_taken(dataset, user_id), _priority.desc(), spread_over(user_id))
            .offset(max(0, offset - len(shown)))
            .limit(limit - len(page))
        )
        page.extend(following.all())
        until = time.monotonic() + HOLD_SECONDS
        mine.update(dict.fromkeys([*shown, *page], until))
        return page


def release(user_id: UUID, record_id: UUID) -> None:
    """The user has answered, drafted or discarded the record: it is held for them no longer."""
    for (_, holder), records in _held.items():
        if holder == user_id:
            records.pop(record_id, None)


def spread_over(user_id: UUID) -> ColumnElement[str]:
    """An order that is random, different for each user, and the same at every request."""
    return func.md5(func.concat(Record.id, user_id.hex))


def _taken(dataset: Dataset, user_id: UUID) -> ColumnElement[int]:
    """0: the record needs somebody; 1: enough others hold it; 2: they have begun answers."""
    needed = dataset.distribution["min_submitted"]
    answers = (
        select(func.count())
        .where(
            Response.record_id == Record.id,
            Response.user_id != user_id,
            Response.status.in_([ResponseStatus.submitted, ResponseStatus.draft]),
        )
        .correlate(Record)
        .scalar_subquery()
    )
    holders = Counter(
        record
        for (dataset_id, holder), records in _held.items()
        if dataset_id == dataset.id and holder != user_id
        for record in records
    )
    held: Any = 0
    for number in set(holders.values()):
        records = [record for record, count in holders.items() if count == number]
        held = held + case((Record.id.in_(records), number), else_=0)
    return cast(answers + held >= needed, Integer) + cast(answers >= needed, Integer)


def _on_screen(dataset: Dataset, user_id: UUID) -> list[UUID]:
    """Records that as many others as are asked have before their eyes: answers are on their way.

    That is the first that each of them was shown and has not answered yet.
    """
    recently = time.monotonic() + HOLD_SECONDS - ALONE_SECONDS
    looking = Counter(
        next(iter(records))
        for (dataset_id, holder), records in _held.items()
        if dataset_id == dataset.id and holder != user_id
        if records and next(iter(records.values())) > recently
    )
    needed = dataset.distribution["min_submitted"]
    return [record for record, count in looking.items() if count >= needed]


def _forget_expired() -> None:
    now = time.monotonic()
    for records in _held.values():
        for record in [record for record, until in records.items() if until < now]:
            del records[record]
