"""How far a data set has come, and an annotator in it: the web UI asks for both after each answer.

Where the data set has a queue, an annotator's pending records are the length of that: Argilla's
number, all records minus the user's answers, goes wrong (below zero, even) once records that
somebody answered are withdrawn. Each is one statement of the request's own session, in place of a
second connection and of everybody who has answered as an object.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from argilla_server.contexts import datasets
from argilla_server.enums import RecordStatus, ResponseStatus
from argilla_server.models import Dataset, DatasetUser, Record, Response, User
from sqlalchemy import ScalarSelect, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from labeling.server.queue import is_queued, worth_asking


def mend() -> None:
    """Let Argilla count so."""
    datasets.get_dataset_progress = progress
    datasets.get_user_dataset_metrics = metrics


async def progress(db: AsyncSession, _engine: Any, dataset: Dataset) -> dict[str, Any]:
    """As Argilla's function of the data set; withdrawn records do not count."""
    completed = _count(dataset.id, Record.status == RecordStatus.completed)
    open_ = case(
        (is_queued(dataset.id), _count(dataset.id, worth_asking())),
        else_=_count(dataset.id, Record.status == RecordStatus.pending),
    )
    done, left = (await db.execute(select(completed, open_))).one()
    who = select(User.username).join(DatasetUser).where(DatasetUser.dataset_id == dataset.id)
    names = await db.scalars(who.order_by(DatasetUser.inserted_at))
    users = [{"username": name} for name in names]
    return {"total": done + left, "completed": done, "pending": left, "users": users}


async def metrics(db: AsyncSession, _engine: Any, user: User, dataset: Dataset) -> dict[str, int]:
    """As Argilla's function of the user and the data set."""
    found = await _standing(db, dataset.id, user.id)
    given = {name: found[name] for name in ("submitted", "discarded", "draft")}
    answers = sum(given.values())
    pending = found["open"] - (found["answered"] if found["queued"] else answers)
    return {"total": pending + answers, **given, "pending": pending}


async def count_pending(session: AsyncSession, dataset_id: UUID, user_id: UUID) -> int:
    """How many records of a queue the user may still be asked."""
    found = await _standing(session, dataset_id, user_id)
    return int(found["open"] - found["answered"])


async def _standing(session: AsyncSession, dataset_id: UUID, user_id: UUID) -> Mapping[str, Any]:
    """What is open (without a queue: all there are), and the user's answers.

    `answered` are those to what is open, of which somebody else is to answer as well.
    """
    statuses = (ResponseStatus.submitted, ResponseStatus.discarded, ResponseStatus.draft)
    # Looked up for each of the user's few answers: joined, PostgreSQL might read all the records.
    their_record = Record.id == Response.record_id
    dataset = select(Record.dataset_id).where(their_record).scalar_subquery()
    is_open = select(worth_asking()).where(their_record).scalar_subquery()
    given = (
        select(
            *(_count_if(Response.status == status, status.value) for status in statuses),
            _count_if(is_open, "answered"),
        )
        .where(Response.user_id == user_id, dataset == dataset_id)
        .subquery()
    )
    queued = is_queued(dataset_id)
    open_ = case((queued, _count(dataset_id, worth_asking())), else_=_count(dataset_id))
    found = await session.execute(select(queued.label("queued"), open_.label("open"), given))
    return found.mappings().one()


def _count(dataset_id: UUID, *conditions: Any) -> ScalarSelect[int]:
    records = select(func.count()).select_from(Record).where(Record.dataset_id == dataset_id)
    return records.where(*conditions).scalar_subquery()


def _count_if(condition: Any, name: str) -> Any:
    return func.count(case((condition, 1))).label(name)
