"""The two lanes of a campaign, and which of them decides when it ends."""

from collections.abc import Mapping
from typing import Any, Literal

Lane = Literal["fast", "slow"]
QUICK = ("head", "bow")  # models that are fitted in seconds


def deciding_lane(settings: Mapping[str, Any]) -> Lane:
    """The lane whose evaluations decide, by the settings in the journal; fast before they are."""
    is_slow = settings.get("has_reference", True) and settings.get("model") not in (None, *QUICK)
    return "slow" if is_slow else "fast"
