"""Start the embedded Argilla server: `python -m labeling.server --home HOME`."""

import argparse
import os
import signal
import socket
import sys
from pathlib import Path
from typing import IO, Any

from labeling.errors import InputError, ParityError
from labeling.files import is_denied
from labeling.locks import take
from labeling.processes import exit_with_parent
from labeling.secret import from_environment
from labeling.server import listening, logs, settings
from labeling.server.accounts.credentials import (
    Credentials,
    credentials_file,
    make_credentials,
    read_credentials,
    write_credentials,
    write_url,
)
from labeling.server.assembly import assemble

OWNER_KEY = "PARITY_OWNER_API_KEY"  # or _FILE: what the owner's key is to be, at the first start
SHORTEST_KEY = 32

_PREDECESSOR_SECONDS = 5
_FINISH_SECONDS = 8  # for the requests under way when the server is asked to stop


def main() -> int:
    """Serve the campaign in --home until SIGTERM, or until the parent is gone; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m labeling.server", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the campaign's folder")
    parser.add_argument("--port", type=int, help="a taken one is replaced by a free one")
    parser.add_argument(
        "--host", default=listening.HOST, help="the address to listen on; this machine only"
    )
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="end when standard input closes"
    )
    arguments = parser.parse_args()
    if arguments.exit_with_parent:
        exit_with_parent()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(arguments.home.absolute(), arguments.host, arguments.port)
    except SystemExit:
        return 0
    except ParityError as error:
        say(str(error))
        return error.exit_code
    except Exception as error:
        if not is_denied(error):
            raise
        say(f"{error}: this user may not do that; start it as the user whom {arguments.home} is of")
        return 1
    return 1  # a server that stopped by itself


def serve(home: Path, host: str, port: int | None) -> None:
    """Run the server; the credentials file holds its address once it answers."""
    warning = listening.warning(host)
    settings.configure(home)
    lock = _lock(home)
    credentials = _ensure_credentials(home)
    listener = listening.listen(host, port)
    url = listening.url_of(listener)
    used = listener.getsockname()[1]
    if port not in (None, used):
        say(f"port {port} is taken; using {used} instead")
    if warning is not None:
        say(warning)

    assembled = assemble(home, credentials, say)
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                await assembled.begin()
                write_url(home, url)
                say(f"ready at {url}")
                logs.bound(settings.data_folder(home) / "server.log")

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await super().shutdown(sockets)
            await assembled.end()

    config: Any = uvicorn.Config(
        assembled.app,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=_FINISH_SECONDS,
    )
    try:
        Server(config).run(sockets=[listener])  # raises SystemExit after a SIGTERM
    finally:
        assembled.end_processes()
        lock.close()


def say(line: str) -> None:
    """One line for whoever started this."""
    print(f"argilla: {line}", flush=True)


def _lock(home: Path) -> IO[str]:
    """Hold the home folder; a predecessor that is about to end gets a moment to do so."""
    lock = (settings.data_folder(home) / "lock").open("w")
    if not take(lock, _PREDECESSOR_SECONDS):
        raise ParityError(f"{home}: another Argilla server is running here")
    return lock


def _ensure_credentials(home: Path) -> Credentials:
    """The accounts of the home folder, made where there are none."""
    if not credentials_file(home).exists():
        write_credentials(home, make_credentials(_owner_key()))
    return read_credentials(home)


def _owner_key() -> str | None:
    key = from_environment(OWNER_KEY)
    if key is not None and (len(key) < SHORTEST_KEY or key.split() != [key]):
        raise InputError(f"{OWNER_KEY}: at least {SHORTEST_KEY} characters, and no spaces")
    return key


if __name__ == "__main__":
    exit_code = main()
    # The thread that watches standard input would make an orderly interpreter shutdown abort.
    sys.stdout.flush()
    os._exit(exit_code)
