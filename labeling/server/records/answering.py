"""An annotator's new answer: the answer and what follows from it, in one transaction.

Argilla reads and writes the record in a second one, so that a crash between the two leaves a record
pending that has its answers, and every answer waits for the disk twice.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from argilla_server.api.policies.v1 import RecordPolicy, authorize
from argilla_server.api.schemas.v1.responses import Response as ResponseSchema
from argilla_server.api.schemas.v1.responses import ResponseCreate
from argilla_server.contexts import datasets
from argilla_server.enums import RecordStatus, ResponseStatus
from argilla_server.errors.future import NotFoundError, NotUniqueError
from argilla_server.models import Dataset, DatasetUser, Question, Record, Response, User
from argilla_server.settings import settings
from argilla_server.validators.responses import ResponseCreateValidator
from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from sqlalchemy import case, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from labeling.server.jobs import webhooks
from labeling.server.routes import Engine, Session, SignedIn
from labeling.server.storage.turns import turn_to_write
from labeling.server.wanted import wanted

router = APIRouter(include_in_schema=False)


@router.post("/records/{record_id}/responses", status_code=201, response_model=ResponseSchema)
async def create_response(
    record_id: UUID,
    response_create: ResponseCreate,
    db: Session,
    search_engine: Engine,
    user: SignedIn,
) -> Any:
    """As Argilla's route of this path."""
    record = await Record.get_or_raise(db, record_id, options=[joinedload(Record.dataset)])
    await authorize(user, RecordPolicy.create_response(record))
    if await webhooks.wanted(db):
        await db.refresh(record.dataset, ["questions"])
        return await datasets.create_response(db, search_engine, record, user, response_create)
    async with turn_to_write():
        await _hold_questions(db, record.dataset)
        ResponseCreateValidator.validate(response_create, record)
        return await _write(db, record, user, response_create)


async def _write(
    db: AsyncSession, record: Record, user: User, response_create: ResponseCreate
) -> dict[str, Any]:
    now = datetime.utcnow()
    row = {
        "id": uuid4(),
        "values": jsonable_encoder(response_create.values),
        "status": response_create.status,
        "record_id": record.id,
        "user_id": user.id,
        "inserted_at": now,
        "updated_at": now,
    }
    dataset_id, needed = record.dataset_id, record.dataset.distribution["min_submitted"]
    try:
        await _lock(db, record.id)
        await db.execute(insert(Response.__table__), row)
        if response_create.status == ResponseStatus.submitted:
            await _complete(db, record.id, needed)
        if await db.get(DatasetUser, (dataset_id, user.id)) is None:
            await DatasetUser.upsert(
                db,
                {"dataset_id": dataset_id, "user_id": user.id},
                [DatasetUser.dataset_id, DatasetUser.user_id],
                autocommit=False,
            )
        # Last, as everybody who answers waits for this row.
        await datasets._touch_dataset_last_activity_at(db, record.dataset)
        await db.commit()
    except IntegrityError:
        await db.rollback()
        raise await _refusal(db, row["record_id"], row["user_id"]) from None
    return row


async def _hold_questions(db: AsyncSession, dataset: Dataset) -> None:
    """Load what the data set asks, which nobody recodes before the answer is written."""
    if settings.database_is_postgresql:
        asked = select(Question.id).where(Question.dataset_id == dataset.id)
        await db.execute(asked.with_for_update(read=True))
    await db.refresh(dataset, ["questions"])


async def _lock(db: AsyncSession, record_id: UUID) -> None:
    """Count the record's answers one writer after another; on SQLite there is only one anyway."""
    row = select(Record.id).where(Record.id == record_id)
    if settings.database_is_postgresql:
        # key_share: answers that are being written refer to this row and need not wait.
        await db.execute(row.with_for_update(key_share=True))


async def _complete(db: AsyncSession, record_id: UUID, needed: int) -> None:
    # Counted so that the record's few answers are looked through, not all submitted ones.
    count = func.count(case((Response.status == ResponseStatus.submitted, 1)))
    enough = select(count).where(Response.record_id == record_id).scalar_subquery() >= wanted(
        needed
    )
    await db.execute(
        update(Record.__table__)
        .where(Record.id == record_id, Record.status == RecordStatus.pending, enough)
        .values(status=RecordStatus.completed)
    )


async def _refusal(db: AsyncSession, record_id: UUID, user_id: UUID) -> Exception:
    if await Response.get_by(db, record_id=record_id, user_id=user_id):
        place = f"record with id `{record_id}` and by user with id `{user_id}`"
        return NotUniqueError(f"Response already exists for {place}")
    return NotFoundError(f"Record with id `{record_id}` not found")  # deleted in this moment
