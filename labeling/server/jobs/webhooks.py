"""Webhooks: events are built only where an enabled webhook wants them, and delivered in a thread.

Argilla builds an event for each record, dataset and response that changes (seven statements and a
schema dump) before it looks whether there is a webhook at all.
"""

import functools
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from argilla_server import database
from argilla_server.bulk import records_bulk
from argilla_server.contexts import datasets, distribution, info, records
from argilla_server.jobs.webhook_jobs import notify_event_job
from argilla_server.models import Webhook
from argilla_server.webhooks.v1.commons import notify_event
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from labeling.server.jobs.threads import in_thread

_WANTED = "wanted webhook events"


def mend() -> None:
    """Have Argilla ask first, wherever it builds an event."""
    for module in (datasets, distribution, records, records_bulk):
        for name in [name for name in vars(module) if name.endswith("_event_v1")]:
            setattr(module, name, _if_wanted(getattr(module, name)))


async def wanted(session: AsyncSession) -> frozenset[str]:
    """The events that enabled webhooks want, such as "record.created"; looked up once a session."""
    if _WANTED not in session.info:
        lists = await session.scalars(select(Webhook.events).where(Webhook.enabled))
        session.info[_WANTED] = frozenset(event for events in lists for event in events)
    known: frozenset[str] = session.info[_WANTED]
    return known


async def deliver(webhook_id: str, event: str, timestamp: str, data: dict[str, Any]) -> None:
    """Send one event, signed, to a webhook; httpx.HTTPError unless it answers with success.

    The arguments are those of Argilla's `notify_event_job`, as JSON values.
    """
    async with database.AsyncSessionLocal() as session:
        webhook = await session.get(Webhook, UUID(webhook_id))
    if webhook is not None:  # else it was deleted meanwhile
        moment = datetime.fromisoformat(timestamp)
        response = await in_thread(notify_event, webhook, event, moment, data)
        response.raise_for_status()


def queue_ping(webhook: Webhook) -> None:
    """Have a ping go the way of every event; Argilla would send it here, and all would wait."""
    data = {"agent": "argilla-server", "version": info.argilla_version()}
    notify_event_job.delay(webhook.id, "ping", datetime.utcnow(), data)


class _NoEvent:
    async def notify(self, _session: AsyncSession) -> None:
        pass


def _if_wanted(build: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(build)
    async def build_if_wanted(session: AsyncSession, event: str, subject: Any) -> Any:
        if event in await wanted(session):
            return await build(session, event, subject)
        return _NoEvent()

    return build_if_wanted
