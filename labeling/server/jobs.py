"""What Argilla hands to Redis workers, done in the server's own process.

The one job that annotating needs (records are completed or reopened when the number of answers
asked for changes) runs on the event loop of the server. What needs the outside world is refused.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from argilla_server import _app
from argilla_server.api.handlers.v1 import jobs as jobs_handler
from argilla_server.api.handlers.v1 import webhooks as webhooks_handler
from argilla_server.database import AsyncSessionLocal
from argilla_server.enums import RecordStatus, ResponseStatus
from argilla_server.errors.future import NotFoundError, UnprocessableEntityError
from argilla_server.jobs.dataset_jobs import update_dataset_records_status_job
from argilla_server.jobs.hub_jobs import export_dataset_to_hub_job, import_dataset_from_hub_job
from argilla_server.models import Dataset, Record, Response
from sqlalchemy import func, select

_LOG = logging.getLogger("argilla")
_running: set[asyncio.Task[None]] = set()


def run_in_process() -> None:
    """Put this module in the place of Argilla's queue."""
    _app.configure_redis = lambda: None
    update_dataset_records_status_job.delay = _start(update_dataset_records_status_job)
    import_dataset_from_hub_job.delay = _refuse("Importing a data set from the Hugging Face hub")
    export_dataset_to_hub_job.delay = _refuse("Exporting a data set to the Hugging Face hub")
    webhooks_handler.webhooks.create_webhook = _refuse("A webhook")
    jobs_handler._get_job = _no_such_job


async def finish_interrupted() -> None:
    """Start again what a killed server left undone: statuses that disagree with the answers."""
    submitted = (
        select(func.count())
        .where(Response.record_id == Record.id, Response.status == ResponseStatus.submitted)
        .scalar_subquery()
    )
    enough = submitted >= func.json_extract(Dataset.distribution, "$.min_submitted")
    completed = Record.status == RecordStatus.completed
    async with AsyncSessionLocal() as session:
        stale = await session.scalars(
            select(Record.dataset_id).join(Dataset).where(enough != completed).distinct()
        )
        for dataset_id in stale.all():
            update_dataset_records_status_job.delay(dataset_id)


def _start(job: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    def delay(*arguments: Any) -> None:
        task = asyncio.get_running_loop().create_task(job(*arguments))
        _running.add(task)
        task.add_done_callback(_finished)

    return delay


def _finished(task: asyncio.Task[None]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()):
        _LOG.error("a background job failed: %s", error, exc_info=error)


def _refuse(what: str) -> Callable[..., NoReturn]:
    def refuse(*_arguments: Any, **_keywords: Any) -> NoReturn:
        raise UnprocessableEntityError(f"{what} is not supported by the embedded Argilla server")

    return refuse


def _no_such_job(job_id: str) -> NoReturn:
    raise NotFoundError(f"Job with id `{job_id}` not found")
