"""What a report is made of: what the home folder holds, and what can be found out from it again."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from labeling.errors import InputError
from learner.live.campaign import Campaign
from learner.live.people_report import read_people
from learner.live.pool import kept_test
from learner.live.record import Record, read_record
from learner.live.status import read_status
from learner.progress import Say
from learner.report.campaign.chance import at_random
from learner.report.campaign.measured import Measured, measure


@dataclass(frozen=True)
class Found:
    """All that a report shows.

    `status` and `people` are those of `parity status` and `parity annotators report`; `random` has
    the columns labels, seed, accuracy; `vectors` (N, D) embed the pool. What could not be had is
    None.
    """

    record: Record
    status: dict[str, Any]
    people: dict[str, Any]
    measured: Measured | None
    random: pd.DataFrame | None
    vectors: np.ndarray | None


def gather(home: Path, say: Say) -> Found:
    """Read the campaign in `home`. Raises InputError if there is none, or if it is damaged."""
    record, status = read_record(home), read_status(home)
    campaign = record.campaign(kept_test(home))
    vectors = _vectors(campaign, say) if len(record.asked) else None
    return Found(
        record=record,
        status=status,
        people=read_people(home),
        measured=measure(record, campaign, home, say),
        random=at_random(record, campaign, say) if vectors is not None else None,
        vectors=vectors,
    )


def _vectors(campaign: Campaign, say: Say) -> np.ndarray | None:
    try:
        return campaign.vectors
    except InputError as error:
        say(f"no map of the pool: {error}")
        return None
