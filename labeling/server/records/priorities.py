"""Change what is asked next for many records at once; nothing but their priority is touched."""

from typing import Annotated, Any
from uuid import UUID

from argilla_server.api.policies.v1 import DatasetPolicy, authorize
from argilla_server.models import Dataset, Record
from argilla_server.settings import settings
from fastapi import APIRouter, Body
from pydantic import FiniteFloat
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from labeling.server.queue import PRIORITY
from labeling.server.routes import Session, SignedIn

_AT_ONCE = 500  # ids in one statement

router = APIRouter(include_in_schema=False)


@router.put("/datasets/{dataset_id}/priorities")
async def set_priorities(
    dataset_id: UUID,
    priorities: Annotated[dict[str, FiniteFloat], Body()],
    db: Session,
    user: SignedIn,
) -> dict[str, int]:
    """Set the priority of records, given by external id; those that are not there are left out.

    Answers `updated`, how many records there are. No webhook hears of it.
    """
    dataset = await Dataset.get_or_raise(db, dataset_id)
    await authorize(user, DatasetPolicy.upsert_records(dataset))
    if settings.database_is_sqlite:
        await db.execute(text("BEGIN IMMEDIATE"))  # nobody writes between reading and writing
    rows: list[dict[str, Any]] = []
    names = list(priorities)
    for start in range(0, len(names), _AT_ONCE):
        rows += await _changed(db, dataset_id, names[start : start + _AT_ONCE], priorities)
    table = Record.__table__
    if rows:
        await db.execute(
            update(table)
            .where(table.c.id == bindparam("record"))
            .values(metadata=bindparam("changed")),
            rows,
        )
    await db.commit()
    return {"updated": len(rows)}


async def _changed(
    db: AsyncSession, dataset_id: UUID, external_ids: list[str], priorities: dict[str, float]
) -> list[dict[str, Any]]:
    found = await db.execute(
        select(Record.id, Record.external_id, Record.metadata_)
        .where(Record.dataset_id == dataset_id, Record.external_id.in_(external_ids))
        .with_for_update(key_share=True)
    )
    return [
        {"record": record, "changed": {**(metadata or {}), PRIORITY: priorities[external_id]}}
        for record, external_id, metadata in found
    ]
