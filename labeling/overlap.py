"""Which inquiries several people are asked, so that it is known how far people agree."""

import hashlib
from collections.abc import Iterable

SHARE = 0.05  # of the inquiries, where one answer each is asked for


def is_shared(inquiry: str, seed: int) -> bool:
    """Whether this inquiry is of the share drawn at random, whenever it may come to be asked.

    It is asked without a suggestion, so that agreement is people's own.
    """
    digest = hashlib.sha256(f"{seed}/shared/{inquiry}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < SHARE * 2**64


def answers_wanted(inquiries: Iterable[str], per_inquiry: int, seed: int) -> list[int]:
    """How many people are to answer each: `per_inquiry`, and two of the share where that is one."""
    return [max(per_inquiry, 2 if is_shared(inquiry, seed) else 1) for inquiry in inquiries]
