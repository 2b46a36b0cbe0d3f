"""The embedded server as it is, but with Argilla's own way of doing things wherever ours is faster.

Runs in the server's environment, for comparison only. Same database, same search engine.
"""

import os
import sys
from pathlib import Path
from typing import Any

from labeling.server import __main__ as server
from labeling.server import pages

_load_app = pages.load_app


def _load_unmended(folder: Path) -> Any:
    app = _load_app(folder)
    from labeling.server import speed
    from labeling.server.jobs import webhooks

    speed.mend = webhooks.mend = lambda: None
    return app


if __name__ == "__main__":
    pages.load_app = _load_unmended
    exit_code = server.main()
    sys.stdout.flush()
    os._exit(exit_code)
