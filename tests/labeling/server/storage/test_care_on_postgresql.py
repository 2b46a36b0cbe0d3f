"""Backups and health where the data lies in PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import argilla as rg
import httpx
import pytest
from people import new_dataset, person
from postgresql import cluster, new_database

from labeling.backup import DATABASE_URL, back_up, restore
from labeling.embedded import start_embedded
from labeling.errors import InputError, ParityError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cluster(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


def test_a_campaign_on_postgresql_is_backed_up_while_it_runs_and_goes_on_elsewhere(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE_URL, new_database(base))
    with start_embedded(tmp_path / "home", None, print) as server:
        client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
        dataset = new_dataset(client, [0.3, 0.2, 0.1])
        worker = person(server.url, server.credentials.annotators[0])
        assert worker.answer(worker.queue(dataset)[0]).status_code == 201

        back_up(tmp_path / "home", tmp_path / "backup.tar.gz")

    monkeypatch.setenv(DATABASE_URL, new_database(base))
    restore(tmp_path / "backup.tar.gz", tmp_path / "again")
    with start_embedded(tmp_path / "again", None, print) as server:
        client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
        kept = client.datasets(name=dataset.name, workspace="parity")
        assert kept is not None
        records = {record.id: record for record in kept.records(with_responses=True)}
        assert sorted(records) == ["external-0", "external-1", "external-2"]
        assert [response.value for response in records["external-0"].responses] == ["cancel_order"]
        worker = person(server.url, server.credentials.annotators[0])
        assert worker.texts(kept) == ["inquiry 1", "inquiry 2"]

    with pytest.raises(ParityError, match=r"pg_restore failed: .* already exists"):
        restore(tmp_path / "backup.tar.gz", tmp_path / "twice")
    assert not (tmp_path / "twice").exists()
    monkeypatch.delenv(DATABASE_URL)
    with pytest.raises(
        InputError, match="a campaign on PostgreSQL: set ARGILLA_DATABASE_URL to an"
    ):
        restore(tmp_path / "backup.tar.gz", tmp_path / "twice")


def test_without_postgresqls_programs_a_backup_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home" / "argilla").mkdir(parents=True)
    monkeypatch.setenv(DATABASE_URL, "postgresql+asyncpg://parity@127.0.0.1:1/parity")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ParityError, match=r"pg_dump is missing: .*Debian: postgresql-client"):
        back_up(tmp_path / "home", tmp_path / "backup.tar.gz")


def test_a_password_is_not_shown_to_everybody_on_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stand-in for pg_dump writes down what it was given."""
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$PGPASSWORD $@" > {tmp_path}/given\nexit 1\n')
    program.chmod(0o755)
    (tmp_path / "home" / "argilla").mkdir(parents=True)
    monkeypatch.setenv(DATABASE_URL, "postgresql+asyncpg://anna:s%40cret@db.example:5433/parity")
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")

    with pytest.raises(ParityError, match="pg_dump failed: exit code 1"):
        back_up(tmp_path / "home", tmp_path / "backup.tar.gz")

    password, *arguments = (tmp_path / "given").read_text().split()
    assert password == "s@cret"
    assert arguments[:2] == ["--dbname", "postgresql://anna@db.example:5433/parity"]


def test_a_database_that_does_not_answer_is_no_good_health(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cluster(tmp_path / "postgresql") as base:
        monkeypatch.setenv(DATABASE_URL, new_database(base))
        server = start_embedded(tmp_path / "home", None, print)
        healthy = httpx.get(f"{server.url}/health")
    with server:
        ill = httpx.get(f"{server.url}/health", timeout=30)

    assert (healthy.status_code, ill.status_code) == (200, 503)
    assert ill.text == "the database does not answer"
