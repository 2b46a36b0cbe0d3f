"""From the command to a login page that can be used."""

import os
import subprocess
import time

import httpx

from scripts.benches.servers import PYTHON, Place, run

IMPORT = "from argilla_server._app import app"


def import_alone(place: Place) -> float:
    """Seconds that importing Argilla's server takes in a new process."""
    place.home.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"ARGILLA_HOME_PATH": str(place.home)}
    start = time.perf_counter()
    subprocess.run(
        [str(PYTHON), "-c", IMPORT], env=environment, check=True, stderr=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def cold_start(place: Place) -> float:
    """Seconds until a server with a new database shows its login page."""
    start = time.perf_counter()
    with run(place) as server:
        assert httpx.get(f"{server.url}/sign-in").status_code == 200
        return time.perf_counter() - start
