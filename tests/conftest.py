"""Tests neither read nor fill the caches of whoever runs them, and ask no hub."""

import os
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"  # read when the hub's client is imported


@pytest.fixture(scope="session", autouse=True)
def private_caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    os.environ["PARITY_CACHE"] = str(folder)
    return folder
