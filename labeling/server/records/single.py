"""One record by itself.

Argilla answers with an error (500) where the record has vectors. Its web UI asks for it whenever
similar records are looked for again: by another order, or on a page that was loaded anew. And it
tells annotators what colleagues answered, which it keeps from them in searches.
"""

from uuid import UUID

from argilla_server.api.policies.v1 import RecordPolicy, authorize
from argilla_server.api.schemas.v1.records import Record as RecordSchema
from argilla_server.models import Record, Response, Vector
from fastapi import APIRouter
from sqlalchemy.orm import selectinload

from labeling.server.routes import Session, SignedIn

router = APIRouter(include_in_schema=False)


@router.get("/records/{record_id}", response_model=RecordSchema)
async def get_record(record_id: UUID, db: Session, current_user: SignedIn) -> Record:
    """The record with all that belongs to it, to whom Argilla shows it; to annotators, own answers.

    Argilla's `list_records_with_all_responses` says the same of many records.
    """
    answers = selectinload(Record.responses)
    if current_user.is_annotator:
        answers = selectinload(Record.responses.and_(Response.user_id == current_user.id))
    record: Record = await Record.get_or_raise(
        db,
        record_id,
        options=[
            selectinload(Record.dataset),
            selectinload(Record.suggestions),
            answers,
            selectinload(Record.vectors).selectinload(Vector.vector_settings),
        ],
    )
    await authorize(current_user, RecordPolicy.get(record))
    return record
