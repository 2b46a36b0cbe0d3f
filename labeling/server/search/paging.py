"""How many records pass a search, and which of them are on a page.

The web UI wants both. Counting has to look at all that pass, but can do so within indexes; a page
is read from an index that has the order, where there is one, and then the rest is neither read nor
sorted.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from argilla_server.models import Record
from argilla_server.search_engine.base import Order
from argilla_server.settings import settings
from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from labeling.server.search.filters import along_index, ordered
from labeling.server.search.layout import Layout

_FEW = 2000  # records that are named one by one in a query

Conditions = Sequence[ColumnElement[bool]]  # the first one: of which data set


async def narrowed(session: AsyncSession, conditions: Conditions) -> tuple[int, Conditions]:
    """How many records there are, and the conditions, or the few records that they stand for.

    What takes long to find is then found once, however many looks at it choosing a page takes.
    """
    found = select(Record.id).where(*conditions).cte("found")
    counted = select(func.count().label("total")).select_from(found).subquery()
    few = select(counted.c.total, found.c.id).select_from(counted)
    rows = (await session.execute(few.outerjoin(found, counted.c.total <= _FEW))).all()
    total = rows[0].total
    return total, conditions if total > _FEW else [
        Record.id.in_([row.id for row in rows if row.id])
    ]


async def in_order(
    session: AsyncSession,
    conditions: Conditions,
    sort: Sequence[Order],
    layout: Layout,
    offset: int,
    limit: int,
) -> tuple[int, list[UUID]]:
    """How many records there are, and the ids of a page of them, in the order of `sort`."""
    along = along_index(conditions, sort, layout)
    if along is not None:
        total, conditions = await narrowed(session, conditions)
        if total > _FEW:
            page = await _read_along_index(session, along, offset, limit)
            if len(page) == limit:
                return total, page
            # The page is among those without a value, or behind them.
    return await in_one_pass(
        session, conditions, ordered(select(Record.id), sort, layout), offset, limit
    )


async def in_one_pass(
    session: AsyncSession, conditions: Conditions, found: Any, offset: int, limit: int
) -> tuple[int, list[UUID]]:
    """How many records there are, and the ids of a page of them, in the order of `found`.

    They are counted while they are sorted: finding them is what takes the time.
    """
    page = found.where(*conditions).order_by(Record.id).offset(offset).limit(limit)
    rows = (await session.execute(page.add_columns(func.count().over()))).all()
    if offset and not rows:  # behind the last page
        return await _count(session, conditions), []
    return rows[0][1] if rows else 0, [id for id, _ in rows]


async def _read_along_index(
    session: AsyncSession, found: Any, offset: int, limit: int
) -> list[UUID]:
    # Looking up one after the other, which ends with the page, is what is wanted here. Until
    # PostgreSQL has counted how many records there are, it would rather sort them all.
    await _set_on_postgresql(session, enable_nestloop="on", enable_sort="off")
    page = await session.scalars(found.order_by(Record.id).offset(offset).limit(limit))
    await _set_on_postgresql(session, enable_nestloop="off", enable_sort="on")
    return list(page.all())


async def _set_on_postgresql(session: AsyncSession, **values: str) -> None:
    if settings.database_is_postgresql:
        for name, value in values.items():
            await session.execute(text(f"SET LOCAL {name} = {value}"))


async def _count(session: AsyncSession, conditions: Conditions) -> int:
    return await session.scalar(select(func.count()).select_from(Record).where(*conditions)) or 0
