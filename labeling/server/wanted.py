"""How many people are to answer a record.

As many as its data set asks for, as in Argilla; a record whose metadata hold a number
`answers_wanted` goes by that one instead.
"""

from typing import Any

from argilla_server.contexts import distribution
from argilla_server.enums import RecordStatus
from argilla_server.models import Record
from sqlalchemy import ColumnElement, func
from sqlalchemy.ext.asyncio import AsyncSession

from labeling.server.storage.dialect import json_number

WANTED = "answers_wanted"


def mend() -> None:
    """Let Argilla's own ways of setting a status go by the record's number, too."""
    distribution._update_record_status_with_overlap_strategy = _update_record_status


def wanted(needed: Any) -> ColumnElement[float]:
    """The record's number, where its data set asks for `needed`, in SQL."""
    return func.coalesce(json_number(Record.metadata_, WANTED), needed)


def wanted_of(record: Record) -> float:
    """The record's number; its data set has to be loaded."""
    own = (record.metadata_ or {}).get(WANTED)
    if isinstance(own, int | float) and not isinstance(own, bool):
        return own
    return float(record.dataset.distribution["min_submitted"])


async def _update_record_status(db: AsyncSession, record: Record) -> Record:
    """As Argilla's function that this one replaces."""
    enough = len(record.responses_submitted) >= wanted_of(record)
    record.status = RecordStatus.completed if enough else RecordStatus.pending
    return await record.save(db, autocommit=False)
