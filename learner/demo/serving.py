"""Start the page, keep it up until Ctrl-C, leave nothing behind."""

import gc
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from labeling.errors import InputError
from labeling.server import listening
from learner.demo.curve import read_curve
from learner.progress import Say
from learner.routing.router import load_router


def serve(
    model: Path, rules: Path | None, home: Path | None, host: str, port: int | None, say: Say
) -> None:
    """Serve the page until Ctrl-C or SIGTERM.

    Raises InputError for an address that is not this machine's, a port that is taken, and a wrong
    model, file of rules or home folder.
    """
    if not listening.is_private(host):
        say(
            f"--host {host}: every machine that reaches this one can use the page, and inquiries "
            "travel unencrypted; on a network that is not yours alone, put a proxy with HTTPS and "
            "a login before it"
        )
    _check_port(host, port)
    if home is not None:
        read_curve(home)
    gc.disable()  # what imports make stays: to look for garbage in it is a fifth of the start
    router = load_router(model, rules, say)
    router.route([(1, "Where is my parcel?")])  # the first call is the slowest: not a visitor's
    with TemporaryDirectory(prefix="parity-demo-") as files:  # what visitors upload goes with it
        os.environ.update(GRADIO_ANALYTICS_ENABLED="False", GRADIO_TEMP_DIR=files)  # before import
        from learner.demo.page import build, launch

        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        page = build(router, home)
        url = launch(page, host, port)
        gc.freeze()
        gc.enable()
        say(f"demo page {url} (Ctrl-C stops it)")
        try:
            threading.Event().wait()
        finally:
            page.close(verbose=False)


def _check_port(host: str, port: int | None) -> None:
    if port is None:
        return
    if not 1 <= port <= 65535:
        raise InputError(f"--port {port}: a number from 1 to 65535")
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise InputError(
                f"--port {port}: {error.strerror}; name another, or leave it out"
            ) from None
