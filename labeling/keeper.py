"""The embedded server of a campaign, begun again at the same address whenever it dies."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals
from urllib.parse import urlsplit

from labeling.embedded import Embedded, start_embedded
from labeling.errors import ParityError
from labeling.server.listening import HOST

LOOK_SECONDS = 0.2
DEATHS = 5  # within PERIOD_SECONDS; one more, and something is wrong that no start mends
PERIOD_SECONDS = 600.0


@contextmanager
def keep_embedded(
    home: Path, port: int | None, say: Callable[[str], None], host: str = HOST
) -> Iterator[Embedded]:
    """Run the server as `start_embedded` does, and begin it again when it dies meanwhile.

    Whoever has asked a server that is away waits for it. Where it cannot be brought back, a
    ParityError of the block is replaced by one that says why.
    """
    keeper = _Keeper(start_embedded(home, port, say, host), home, host, say)
    thread = threading.Thread(target=keeper.watch, name="keeper", daemon=True)
    thread.start()
    try:
        yield keeper.server
    except ParityError as error:
        if keeper.failure is None:
            raise
        raise keeper.failure from error
    finally:
        keeper.over.set()
        thread.join()
        keeper.server.stop()


@dataclass
class _Keeper:
    server: Embedded
    home: Path
    host: str
    say: Callable[[str], None]
    failure: ParityError | None = None
    over: threading.Event = field(default_factory=threading.Event)
    _deaths: list[float] = field(default_factory=list)

    def watch(self) -> None:
        """Until `over` is set, or the server cannot be brought back."""
        while not self.over.wait(LOOK_SECONDS):
            code = self.server.process.poll()
            if code is None:
                continue
            try:
                self._begin_again(code)
            except ParityError as error:
                self.failure = error
                self.say(f"Argilla's server is gone for good: {error}")
                return

    def _begin_again(self, code: int) -> None:
        how = f"was killed by {Signals(-code).name}" if code < 0 else f"ended with code {code}"
        now = time.monotonic()
        self._deaths = [*(then for then in self._deaths if now - then < PERIOD_SECONDS), now]
        if len(self._deaths) > DEATHS:
            log = self.home / "argilla" / "server.log"
            raise ParityError(f"Argilla's server {how} once too often; its log is {log}")
        self.say(f"Argilla's server {how}; it is begun again, answers already given are kept")
        url = self.server.url
        again = start_embedded(self.home, urlsplit(url).port, self.say, self.host)
        if again.url != url:
            again.stop()
            raise ParityError(f"something else has taken {url}: give the same command again")
        self.server = again
