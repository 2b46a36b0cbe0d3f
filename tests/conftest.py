"""Tests neither read nor fill the caches of whoever runs them, and ask no hub."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Page, sync_playwright

from labeling.embedded import Embedded, start_embedded

if TYPE_CHECKING:
    from labeling.workspace import Connection

os.environ["HF_HUB_OFFLINE"] = "1"  # read when the hub's client is imported
os.environ["OMP_NUM_THREADS"] = "1"  # read when torch is: tests run two at a time

# PARITY_NIGHTLY=1, which scripts/test --nightly sets, tries many more examples. No deadline: other
# processes slow one down at will.
slow_to_make = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile("everyday", deadline=None, suppress_health_check=slow_to_make)
settings.register_profile("nightly", settings.get_profile("everyday"), max_examples=10_000)
settings.load_profile("nightly" if os.environ.get("PARITY_NIGHTLY") else "everyday")

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session", autouse=True)
def private_caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    os.environ["PARITY_CACHE"] = str(folder)
    return folder


@pytest.fixture
def page() -> Iterator[Page]:
    """A page in a fresh headless Chromium; in continuous integration there must be one."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        reason = "Chromium is not installed"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield browser.new_page(viewport={"width": 1400, "height": 900})
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """An embedded Argilla server for the tests of one file."""
    with start_embedded(tmp_path_factory.mktemp("home"), None, print) as embedded:
        yield embedded


@pytest.fixture(scope="module")
def connection(server: Embedded) -> "Connection":
    """The owner at that server."""
    from labeling.workspace import connect  # its import takes a second

    return connect(server.url, server.credentials.owner.api_key)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Have the process that gathers the results know what this one has tried."""
    from damage import tried  # not before the profile is there, by which it counts examples

    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["tried"] = dict(tried)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Gather it."""
    from damage import tried

    tried.update(getattr(node, "workeroutput", {}).get("tried", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many generated inputs the readers were given."""
    from damage import tried

    if tried:
        line = f"{tried.total():,} readings of generated input, {tried['refused']:,} refused"
        terminalreporter.write_line(line)
