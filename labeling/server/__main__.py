"""Start the embedded Argilla server: `python -m labeling.server --home HOME [--port N]`."""

import argparse
import asyncio
import fcntl
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import IO, Any

from labeling.errors import ParityError
from labeling.processes import exit_with_parent
from labeling.server import pages, settings
from labeling.server.credentials import (
    Credentials,
    credentials_file,
    make_credentials,
    read_credentials,
    write_credentials,
    write_url,
)

HOST = "127.0.0.1"
FIRST_PORT = 6900
_PREDECESSOR_SECONDS = 5


def main() -> int:
    """Serve the campaign in --home until SIGTERM, or until the parent is gone; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m labeling.server", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the campaign's folder")
    parser.add_argument("--port", type=int, help="a taken one is replaced by a free one")
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="end when standard input closes"
    )
    arguments = parser.parse_args()
    if arguments.exit_with_parent:
        exit_with_parent()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(arguments.home.absolute(), arguments.port)
    except SystemExit:
        return 0
    except ParityError as error:
        say(str(error))
        return error.exit_code
    return 1  # a server that stopped by itself


def serve(home: Path, port: int | None) -> None:
    """Run the server; the credentials file holds its address once it answers."""
    settings.configure(home)
    lock = _lock(home)
    credentials = _ensure_credentials(home)
    listener = _listen(port)
    url = f"http://{HOST}:{listener.getsockname()[1]}"

    say("loading Argilla")
    app = pages.load_app(settings.data_folder(home) / "pages")
    import uvicorn

    from labeling.server import accounts, database, jobs, search, speed

    say("setting up the database")
    database.set_up()
    asyncio.run(accounts.ensure_accounts(credentials))
    speed.mend()
    search.count_what_is_queued()
    jobs.run_in_process()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                await jobs.finish_interrupted()
                write_url(home, url)
                say(f"ready at {url}")

    config: Any = uvicorn.Config(
        app, access_log=False, log_level="warning", timeout_graceful_shutdown=2
    )
    Server(config).run(sockets=[listener])
    lock.close()


def say(line: str) -> None:
    """One line for whoever started this."""
    print(f"argilla: {line}", flush=True)


def _lock(home: Path) -> IO[str]:
    """Hold the home folder; a predecessor that is about to end gets a moment to do so."""
    lock = (settings.data_folder(home) / "lock").open("w")
    deadline = time.monotonic() + _PREDECESSOR_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise ParityError(f"{home}: another Argilla server is running here") from None
            time.sleep(0.1)


def _ensure_credentials(home: Path) -> Credentials:
    if not credentials_file(home).exists():
        write_credentials(home, make_credentials())
    return read_credentials(home)


def _listen(port: int | None) -> socket.socket:
    """A listening socket on `port`, or else on the first free one from 6900 on."""
    wanted = [] if port is None else [port]
    for candidate in [*wanted, *range(FIRST_PORT, FIRST_PORT + 100), 0]:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, candidate))
            listener.listen()  # two sockets may bind the same port, but only one can listen
        except OSError:
            listener.close()
            continue
        if port not in (None, candidate):
            say(f"port {port} is taken; using {listener.getsockname()[1]} instead")
        return listener
    raise ParityError("no free port on this machine")


if __name__ == "__main__":
    exit_code = main()
    # The thread that watches standard input would make an orderly interpreter shutdown abort.
    sys.stdout.flush()
    os._exit(exit_code)
