"""Which database the server uses, and whose."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import argilla as rg
import pytest
from people import new_dataset, person
from postgresql import new_database, query, start_on

from labeling.embedded import start_embedded
from labeling.errors import InputError, ParityError
from labeling.server import settings
from labeling.server.accounts.credentials import make_credentials, write_credentials

REPOSITORY = Path(settings.__file__).parent.parent.parent


@pytest.mark.slow
def test_the_database_in_use_is_named_at_start_without_its_password(
    tmp_path: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_database(postgresql)
    monkeypatch.setenv("ARGILLA_DATABASE_URL", url.replace("parity@", "parity:s%40cret@"))
    said: list[str] = []
    with start_embedded(tmp_path, None, said.append):
        pass

    place = url.removeprefix("postgresql+asyncpg://").replace("parity@", "parity:***@")
    assert f"Argilla: setting up the database (PostgreSQL, {place})" in said
    assert not any("cret" in line for line in said)
    assert not (tmp_path / "argilla" / "argilla.db").exists()


@pytest.mark.slow
def test_postgresql_keeps_the_data_over_a_restart(tmp_path: Path, postgresql: str) -> None:
    url = new_database(postgresql)
    with start_on(url, tmp_path) as server:
        key = server.credentials.owner.api_key
        dataset = new_dataset(rg.Argilla(api_url=server.url, api_key=key), [0.1, 0.2])
        somebody = person(server.url, server.credentials.annotators[0])
        assert somebody.answer(somebody.queue(dataset)[0]).status_code == 201

    with start_on(url, tmp_path) as server:
        somebody = person(server.url, server.credentials.annotators[0])
        assert len(somebody.queue(dataset)) == 1
        assert query(url, "SELECT status FROM responses") == ["submitted"]


@pytest.mark.slow
def test_a_database_with_the_accounts_of_another_home_is_refused_and_left_alone(
    tmp_path: Path, postgresql: str
) -> None:
    url = new_database(postgresql)
    query(url, "CREATE TABLE users (username text, api_key text)")
    query(url, "INSERT INTO users VALUES ('argilla', 'argilla.apikey')")

    with pytest.raises(ParityError, match="holds the accounts of another server; name an empty"):
        start_on(url, tmp_path)
    assert query(
        url, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    ) == ["users"]
    assert query(url, "SELECT * FROM users") == ["argilla|argilla.apikey"]


@pytest.mark.slow
def test_a_database_that_does_not_answer_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARGILLA_DATABASE_URL", "postgresql://anna:secret@127.0.0.1:9/parity")

    with pytest.raises(
        ParityError, match=r"no database at anna:\*\*\*@127\.0\.0\.1:9/parity:"
    ) as raised:
        start_embedded(tmp_path, None, print)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("url", ["sqlite:///mine.db", "mysql://x@y/z", "postgresql://", "nonsense"])
def test_a_url_of_another_kind_of_database_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("ARGILLA_DATABASE_URL", url)

    with pytest.raises(InputError, match="ARGILLA_DATABASE_URL: only postgresql"):
        settings.configure(tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_a_campaign_kept_in_postgresql_is_not_begun_anew_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARGILLA_DATABASE_URL", raising=False)
    write_credentials(tmp_path, replace(make_credentials(), url="http://127.0.0.1:6900"))

    with pytest.raises(InputError, match=r"argilla\.db is missing: where the campaign keeps"):
        settings.configure(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["credentials.json"]


def test_a_wrong_durability_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARITY_SQLITE_SYNCHRONOUS", "off")

    with pytest.raises(InputError, match="PARITY_SQLITE_SYNCHRONOUS: 'OFF' is neither FULL nor"):
        settings.configure(tmp_path / "home")
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("asked", "level"), [(None, "2"), ("normal", "1")])
def test_sqlite_syncs_each_commit_unless_told_otherwise(
    tmp_path: Path, asked: str | None, level: str
) -> None:
    """The numbers are SQLite's for FULL and NORMAL."""
    script = (
        "from pathlib import Path; from labeling.server import settings;"
        f"settings.configure(Path({str(tmp_path)!r}));"
        "from labeling.server.storage import database; database.configure_connections();"
        "from argilla_server.database import sync_engine; connection = sync_engine.connect();"
        "ask = connection.exec_driver_sql;"
        "print(ask('PRAGMA synchronous').scalar(), ask('PRAGMA journal_mode').scalar())"
    )
    python = os.environ.get("PARITY_ARGILLA_PYTHON", REPOSITORY / ".venv-argilla/bin/python")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(tmp_path)}
    environment.pop("PARITY_SQLITE_SYNCHRONOUS", None)
    if asked is not None:
        environment["PARITY_SQLITE_SYNCHRONOUS"] = asked
    done = subprocess.run(
        [str(python), "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == [level, "wal"]
