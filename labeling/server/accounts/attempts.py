"""Wrong passwords are slowed down: whoever gave a few in a row has to wait, longer each time."""

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

from starlette.exceptions import HTTPException

FREE = 5  # wrong passwords in a row before the first wait
FIRST_SECONDS, LONGEST_SECONDS = 1.0, 60.0  # short enough that nobody can lock a colleague out
REMEMBERED = 10_000  # names


class Attempts:
    """Wrong passwords in a row, by the name they were given for, known or not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()  # how many, until when

    def check(self, name: str) -> None:
        """Raise HTTPException (429, with Retry-After) while the name has to wait."""
        _, until = self._wrong.get(name, (0, 0.0))
        seconds = until - self._clock()
        if seconds > 0:
            wait = ceil(seconds)
            raise HTTPException(
                429,
                f"Too many wrong passwords: try again in {wait} seconds.",
                {"Retry-After": str(wait)},
            )

    def note(self, name: str, is_right: bool) -> None:
        """Remember how an attempt ended."""
        wrong, _ = self._wrong.pop(name, (0, 0.0))
        if is_right:
            return
        wrong += 1
        wait = 0.0
        if wrong >= FREE:
            wait = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(wrong - FREE, 30))
        self._wrong[name] = wrong, self._clock() + wait
        if len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)
