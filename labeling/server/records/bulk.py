"""New records in bulk: checked as Argilla checks them, written by three statements.

Argilla builds an object for every row, reads it back with all that belongs to it, and checks and
encodes the answer, vectors included, once more. A request that brings a record that is there
already, or answers, or whose records a webhook wants to hear of, is left to Argilla.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from argilla_server.api.policies.v1 import DatasetPolicy, authorize
from argilla_server.api.schemas.v1.records import RecordCreate, RecordUpsert
from argilla_server.api.schemas.v1.records_bulk import (
    RecordsBulkCreate,
    RecordsBulkUpsert,
)
from argilla_server.bulk.records_bulk import CreateRecordsBulk, UpsertRecordsBulk
from argilla_server.enums import RecordStatus
from argilla_server.errors.future import UnprocessableEntityError
from argilla_server.models import Dataset, Record, Suggestion, Vector
from argilla_server.validators.records import RecordsBulkCreateValidator, RecordUpsertValidator
from argilla_server.webhooks.v1.enums import RecordEvent
from fastapi import APIRouter, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json
from sqlalchemy import insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from labeling.server.jobs import webhooks
from labeling.server.routes import Engine, Session, SignedIn

router = APIRouter(include_in_schema=False)


@router.post("/datasets/{dataset_id}/records/bulk")
async def create_records(
    dataset_id: UUID,
    request: Request,
    db: Session,
    search_engine: Engine,
    user: SignedIn,
) -> Response:
    """As Argilla's route of this path."""
    body: RecordsBulkCreate = _parse(RecordsBulkCreate, await request.body())
    dataset = await _dataset(db, dataset_id)
    await authorize(user, DatasetPolicy.create_records(dataset))
    if await _is_simple(db, body.items):
        await RecordsBulkCreateValidator.validate(db, body, dataset)
        return _answer(await _insert(db, dataset, body.items), 201)
    made = await CreateRecordsBulk(db, search_engine).create_records_bulk(dataset, body)
    return _answer(made.items, 201)


@router.put("/datasets/{dataset_id}/records/bulk")
async def upsert_records(
    dataset_id: UUID,
    request: Request,
    db: Session,
    search_engine: Engine,
    user: SignedIn,
) -> Response:
    """As Argilla's route of this path."""
    body: RecordsBulkUpsert = _parse(RecordsBulkUpsert, await request.body())
    dataset = await _dataset(db, dataset_id)
    await authorize(user, DatasetPolicy.upsert_records(dataset))
    if await _is_simple(db, body.items) and not await _any_is_known(db, dataset, body.items):
        for position, item in enumerate(body.items):
            try:
                await RecordUpsertValidator.validate(item, dataset, None)
            except Exception as error:
                message = f"Record at position {position} is not valid because {error}"
                raise UnprocessableEntityError(message) from error
        return _answer(await _insert(db, dataset, body.items), 200)
    made = await UpsertRecordsBulk(db, search_engine).upsert_records_bulk(dataset, body)
    return _answer(made.items, 200)


def _parse(schema: type[BaseModel], body: bytes) -> Any:
    try:
        return schema.model_validate_json(body)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        for one in errors:
            one["loc"] = ("body", *one["loc"])
        raise RequestValidationError(errors) from None


async def _dataset(db: AsyncSession, dataset_id: UUID) -> Dataset:
    parts = [Dataset.fields, Dataset.questions, Dataset.metadata_properties]
    options = [selectinload(part) for part in [*parts, Dataset.vectors_settings]]
    return await Dataset.get_or_raise(db, dataset_id, options=options)


async def _is_simple(db: AsyncSession, items: Sequence[RecordCreate]) -> bool:
    return not (
        any(item.responses for item in items) or RecordEvent.created in await webhooks.wanted(db)
    )


async def _any_is_known(db: AsyncSession, dataset: Dataset, items: Sequence[RecordUpsert]) -> bool:
    known = or_(
        Record.external_id.in_([item.external_id for item in items if item.external_id]),
        Record.id.in_([item.id for item in items if item.id]),
    )
    found = select(Record.id).where(Record.dataset_id == dataset.id, known).limit(1)
    return await db.scalar(found) is not None


async def _insert(
    db: AsyncSession, dataset: Dataset, items: Sequence[RecordCreate]
) -> list[dict[str, Any]]:
    """Write the records; they are returned as Argilla's record schema would show them."""
    records: list[dict[str, Any]] = []
    suggestions: list[dict[str, Any]] = []
    vectors: list[dict[str, Any]] = []
    shown: list[dict[str, Any]] = []
    settings = {one.name: one.id for one in dataset.vectors_settings}
    now = datetime.utcnow()
    for number, item in enumerate(items):
        written = now + timedelta(microseconds=number)
        stamps = _stamps(written, 0)
        record_id = uuid4()
        own_suggestions = [
            {"id": uuid4(), **suggestion.model_dump(), **_stamps(written, place)}
            for place, suggestion in enumerate(item.suggestions or ())
        ]
        record = {
            "id": record_id,
            "status": RecordStatus.pending,
            "fields": jsonable_encoder(item.fields),
            "metadata": item.metadata,
            "external_id": item.external_id,
            "dataset_id": dataset.id,
            **stamps,
        }
        records.append(record)
        suggestions += [{**suggestion, "record_id": record_id} for suggestion in own_suggestions]
        vectors += [
            {
                "id": uuid4(),
                "value": value,
                "record_id": record_id,
                "vector_settings_id": settings[name],
                **stamps,
            }
            for name, value in (item.vectors or {}).items()
        ]
        shown.append(
            {
                **record,
                "responses": [],
                "suggestions": own_suggestions,
                "vectors": item.vectors or {},
            }
        )
    for model, rows in ((Record, records), (Suggestion, suggestions), (Vector, vectors)):
        if rows:
            await db.execute(insert(model.__table__), rows)
    await db.commit()
    return shown


def _stamps(written: datetime, place: int) -> dict[str, datetime]:
    """No two at once, as records and suggestions are listed by when they were inserted."""
    moment = written + timedelta(microseconds=place)
    return {"inserted_at": moment, "updated_at": moment}


def _answer(items: Sequence[Any], status: int) -> Response:
    return Response(to_json({"items": items}), status, media_type="application/json")
