"""Tests neither read nor fill the caches of whoever runs them, and ask no hub."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

os.environ["HF_HUB_OFFLINE"] = "1"  # read when the hub's client is imported
os.environ["OMP_NUM_THREADS"] = "1"  # read when torch is: tests run two at a time

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
