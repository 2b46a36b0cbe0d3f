"""Read what people answered since the last look, without reading all the rest."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from argilla_server.api.policies.v1 import DatasetPolicy, authorize
from argilla_server.models import Dataset, Record, User
from argilla_server.models import Response as Answer
from fastapi import APIRouter, Response
from pydantic import NaiveDatetime
from pydantic_core import to_json
from sqlalchemy import func, select

from labeling.server.routes import Session, SignedIn

# An answer bears the time at which it is written, which is before others can see it.
OVERLAP = timedelta(seconds=5)

router = APIRouter(include_in_schema=False)


@router.get("/datasets/{dataset_id}/answers")
async def read_answers(
    dataset_id: UUID, db: Session, user: SignedIn, since: NaiveDatetime | None = None
) -> Response:
    """The data set's answers that were given or changed from `since` on (or all of them).

    `items`: external_id, username, values, status and updated_at of each; `total`: how many answers
    the data set has, which tells a reader who counts whether any were deleted; `until`: what to
    give as `since` (UTC) the next time. A few of the answers before it then come once more.
    """
    dataset = await Dataset.get_or_raise(db, dataset_id)
    await authorize(user, DatasetPolicy.list_records_with_all_responses(dataset))
    until = datetime.utcnow() - OVERLAP
    of_dataset = Record.dataset_id == dataset_id
    columns = (Record.external_id, User.username, Answer.values, Answer.status, Answer.updated_at)
    news = select(*columns).select_from(Answer).join(Record).join(User).where(of_dataset)
    if since is not None:
        # Found by when they were given: the few new ones, not the many records, come first.
        their_dataset = select(Record.dataset_id).where(Record.id == Answer.record_id)
        recent = select(Answer.id).where(
            Answer.updated_at >= since, their_dataset.scalar_subquery() == dataset_id
        )
        news = news.where(Answer.id.in_((await db.scalars(recent)).all()))
    found = (await db.execute(news.order_by(Answer.updated_at))).mappings().all()
    total = await db.scalar(select(func.count()).select_from(Answer).join(Record).where(of_dataset))
    body: dict[str, Any] = {"items": [dict(row) for row in found], "total": total, "until": until}
    return Response(to_json(body), media_type="application/json")
