"""A database that an older Argilla made is brought up at the next start, with what it holds."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import argilla as rg
import pytest
from people import new_dataset, person

from labeling.embedded import _server_python, start_embedded

pytestmark = pytest.mark.slow

DOWNGRADE = """
import sys
from pathlib import Path
from alembic import command
from alembic.config import Config
from argilla_server import database
config = Config()
scripts = Path(database.ALEMBIC_CONFIG_FILE).with_name("alembic")
config.set_main_option("script_location", str(scripts))
database.database_url_sync = lambda: f"sqlite:///{sys.argv[1]}"
command.downgrade(config, sys.argv[2])
"""
# Before data sets had metadata and webhooks existed.
OLDER = "237f7c674d74"


def schema(database: Path) -> tuple[str, set[str]]:
    """The revision, and the tables."""
    with closing(sqlite3.connect(database)) as connection:
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return revision, {name for (name,) in names}


def test_an_older_schema_is_brought_up_with_its_data(tmp_path: Path) -> None:
    database = tmp_path / "argilla" / "argilla.db"
    with start_embedded(tmp_path, None, print) as server:
        client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
        dataset = new_dataset(client, [0.3, 0.2, 0.1])
        worker = person(server.url, server.credentials.annotators[0])
        assert worker.answer(worker.queue(dataset)[0]).status_code == 201
        name = dataset.name
    newest = schema(database)
    subprocess.run(
        [str(_server_python()), "-c", DOWNGRADE, str(database), OLDER],
        env={**os.environ, "ARGILLA_HOME_PATH": str(tmp_path / "elsewhere")},
        check=True,
    )
    older = schema(database)
    assert older[0] == OLDER
    assert older != newest

    with start_embedded(tmp_path, None, print) as server:
        client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
        kept = client.datasets(name=name, workspace="parity")
        assert kept is not None
        records = {record.id: record for record in kept.records(with_responses=True)}
        assert sorted(records) == ["external-0", "external-1", "external-2"]
        assert [response.value for response in records["external-0"].responses] == ["cancel_order"]
        assert records["external-1"].metadata["priority"] == 0.2
    assert schema(database) == newest
