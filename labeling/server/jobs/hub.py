"""Data sets from and to the Hugging Face hub, in threads: Argilla's jobs block while they download.

Such a thread has an event loop of its own, so its database connections are its own, too.
"""

import asyncio
from typing import Any
from uuid import UUID

from argilla_server.jobs import hub_jobs
from argilla_server.settings import settings
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from labeling.server.jobs.threads import in_thread


async def import_dataset(dataset_id: str, **arguments: Any) -> None:
    """Do Argilla's `import_dataset_from_hub_job`, whose arguments these are, as JSON values."""
    await _run(hub_jobs.import_dataset_from_hub_job, dataset_id, arguments)


async def export_dataset(dataset_id: str, **arguments: Any) -> None:
    """Do Argilla's `export_dataset_to_hub_job`, whose arguments these are, as JSON values."""
    await _run(hub_jobs.export_dataset_to_hub_job, dataset_id, arguments)


async def _run(job: Any, dataset_id: str, arguments: dict[str, Any]) -> None:
    await in_thread(lambda: asyncio.run(job(dataset_id=UUID(dataset_id), **arguments)))


def mend() -> None:
    """Give Argilla's hub jobs sessions that keep no connection for another event loop."""
    connect_args = settings.database_engine_args.get("connect_args", {})
    engine = create_async_engine(
        settings.database_url, poolclass=NullPool, connect_args=connect_args
    )
    hub_jobs.AsyncSessionLocal = async_sessionmaker(bind=engine, expire_on_commit=False)
