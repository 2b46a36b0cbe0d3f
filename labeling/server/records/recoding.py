"""Change what a label question offers, and with it the answers that are there: all or nothing.

Argilla lets nobody change the options of a data set that has been published.
"""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from argilla_server.api.policies.v1 import DatasetPolicy, authorize
from argilla_server.api.schemas.v1.questions import LabelSelectionQuestionSettingsCreate
from argilla_server.enums import RecordStatus, ResponseStatus
from argilla_server.errors.future import UnprocessableEntityError
from argilla_server.models import Dataset, Question, Record, Response, Suggestion
from argilla_server.settings import settings
from fastapi import APIRouter
from pydantic import BaseModel, ValidationError
from sqlalchemy import bindparam, case, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from labeling.server.routes import Session, SignedIn
from labeling.server.storage.turns import turn_to_write
from labeling.server.wanted import wanted

REVISION = "parity_revision"
LAST = "parity_recoding"  # SHA-256 of the request that made that revision
_AT_ONCE = 500  # ids in one statement

router = APIRouter(include_in_schema=False)


class Recoding(BaseModel):
    """What a question offers from now on, and what becomes of the values it offered before.

    `visible_options` are shown at once (None: all), the others unfolded. `fates`: what a value
    stands for now, None where its answers go and the inquiries are asked again; values not named
    stay. `reopens_discards`: discarded records are asked again, too. `revision`: a number that the
    data set keeps, one more than it has; the very request that made the last one may be repeated,
    as by somebody whom the answer has not reached, and changes nothing.
    """

    question: str
    options: list[str]
    visible_options: int | None
    guidelines: str
    fates: dict[str, str | None]
    reopens_discards: bool
    revision: int

    @property
    def digest(self) -> str:
        """What tells this request from others."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


@router.get("/datasets/{dataset_id}/revision")
async def read_revision(dataset_id: UUID, db: Session, user: SignedIn) -> dict[str, int]:
    """How often the data set has been recoded: `revision`."""
    dataset = await Dataset.get_or_raise(db, dataset_id)
    await authorize(user, DatasetPolicy.get(dataset))
    return {"revision": _revision(dataset)}


@router.put("/datasets/{dataset_id}/recoding")
async def recode(
    dataset_id: UUID, recoding: Recoding, db: Session, user: SignedIn
) -> dict[str, int]:
    """Recode the data set; answers the `revision` it has then."""
    dataset = await Dataset.get_or_raise(db, dataset_id)
    await authorize(user, DatasetPolicy.update(dataset))
    async with turn_to_write():
        if settings.database_is_sqlite:
            await db.execute(text("BEGIN IMMEDIATE"))  # nobody writes between reading and writing
        await db.refresh(dataset, with_for_update=True)
        known = dataset.metadata_ or {}
        if (known.get(REVISION), known.get(LAST)) == (recoding.revision, recoding.digest):
            return {"revision": recoding.revision}
        if recoding.revision != _revision(dataset) + 1:
            raise UnprocessableEntityError(f"the data set has revision {_revision(dataset)}")
        mine = Question.dataset_id == dataset_id, Question.name == recoding.question
        question = await db.scalar(select(Question).where(*mine).with_for_update())
        if question is None:
            raise UnprocessableEntityError(f"there is no question {recoding.question!r}")
        question.settings = _settings(question, recoding)
        dataset.guidelines = recoding.guidelines
        dataset.metadata_ = known | {REVISION: recoding.revision, LAST: recoding.digest}
        reopened = await _recode_answers(db, dataset_id, recoding)
        await _recode_suggestions(db, question.id, recoding.fates)
        await _reopen(db, reopened, dataset.distribution["min_submitted"])
        await db.commit()
    return {"revision": recoding.revision}


def _revision(dataset: Dataset) -> int:
    return int((dataset.metadata_ or {}).get(REVISION, 0))


def _settings(question: Question, recoding: Recoding) -> dict[str, Any]:
    """The question's settings with the new options, checked as those of a new question are."""
    try:
        made = LabelSelectionQuestionSettingsCreate(
            type=question.settings["type"],
            options=[{"value": value, "text": value} for value in recoding.options],
            visible_options=recoding.visible_options,
        )
    except ValidationError as error:
        raise UnprocessableEntityError(str(error)) from None
    return {**question.settings, **made.model_dump()}


async def _recode_answers(db: AsyncSession, dataset_id: UUID, recoding: Recoding) -> list[UUID]:
    """Recode the answers; the records that have lost some."""
    found = await db.execute(
        select(Response.id, Response.status, Response.values, Record.id)
        .join(Record)
        .where(Record.dataset_id == dataset_id)
        .with_for_update(of=Response)
    )
    fates: dict[Any, str | None] = dict(recoding.fates)
    mapped: list[dict[str, Any]] = []
    gone: list[UUID] = []
    records: list[UUID] = []
    for answer, status, values, record in found:
        is_discarded = status == ResponseStatus.discarded
        value = ((values or {}).get(recoding.question) or {}).get("value")
        is_touched, fate = value in fates, fates.get(value)
        if recoding.reopens_discards if is_discarded else is_touched and fate is None:
            gone.append(answer)
            records.append(record)
        elif is_touched:
            others = {name: own for name, own in values.items() if name != recoding.question}
            own = {} if fate is None else {recoding.question: {"value": fate}}
            mapped.append({"answer": answer, "changed": others | own})
    if mapped:
        # The time of the answer stays: it says when somebody gave it.
        await db.execute(
            update(Response.__table__)
            .where(Response.__table__.c.id == bindparam("answer"))
            .values(values=bindparam("changed"), updated_at=Response.__table__.c.updated_at),
            mapped,
        )
    await _delete(db, Response, gone)
    return records


async def _recode_suggestions(
    db: AsyncSession, question_id: UUID, fates: dict[str, str | None]
) -> None:
    found = await db.execute(
        select(Suggestion.id, Suggestion.value).where(Suggestion.question_id == question_id)
    )
    touched = [(suggestion, fates[value]) for suggestion, value in found if value in fates]
    mapped = [{"suggestion": own, "changed": fate} for own, fate in touched if fate is not None]
    if mapped:
        table = Suggestion.__table__
        await db.execute(
            update(table)
            .where(table.c.id == bindparam("suggestion"))
            .values(value=bindparam("changed")),
            mapped,
        )
    await _delete(db, Suggestion, [own for own, fate in touched if fate is None])


async def _delete(db: AsyncSession, model: Any, ids: Sequence[UUID]) -> None:
    for start in range(0, len(ids), _AT_ONCE):
        await db.execute(delete(model.__table__).where(model.id.in_(ids[start : start + _AT_ONCE])))


async def _reopen(db: AsyncSession, records: Sequence[UUID], needed: int) -> None:
    """Records with too few answers left are pending again."""
    count = func.count(case((Response.status == ResponseStatus.submitted, 1)))
    left = select(count).where(Response.record_id == Record.id).correlate(Record).scalar_subquery()
    for start in range(0, len(records), _AT_ONCE):
        some = Record.id.in_(records[start : start + _AT_ONCE])
        await db.execute(
            update(Record.__table__)
            .where(some, left < wanted(needed))
            .values(status=RecordStatus.pending)
        )
