"""What campaigns survive: kills, a bad network, lost databases, full disks and damaged files."""

import os
import shutil
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from random import Random
from time import sleep
from typing import get_args, get_type_hints

import httpx
import pandas as pd
import pytest
from postgresql import new_database, query, stoppable_cluster
from receiver import receiver
from redis_server import killable_redis
from small_disk import fill, small_disk
from stock_proxy import Network, behind_proxy
from waiting import wait_until

from labeling.embedded import read_credentials, start_embedded
from learner.fitting import fit
from scripts.benches.faults import Rehearsal, tiny_base
from scripts.rehearsals import Seen, run, start, write_inquiries

pytestmark = pytest.mark.end_to_end

TROUBLES = [each for each in get_args(get_type_hints(Network)["trouble"]) if isinstance(each, str)]


def rehearsal(tmp_path: Path, home: Path, labels: int, model: str = "head") -> tuple[object, ...]:
    if not (tmp_path / "inquiries.csv").exists():
        write_inquiries(tmp_path / "inquiries.csv")
    return (
        *("up", "--data", tmp_path / "inquiries.csv", "--home", home, "--model", model),
        *("--annotators", "simulated", "--until", labels),
    )


def survives(killed: Rehearsal, kills: int) -> list[str]:
    """What was wrong after so many kills, or at the end."""
    try:
        breaches = [each for kill in islice(killed.kills(), kills) for each in kill.breaches]
        return breaches + killed.finish()
    finally:
        killed.stop()


def test_a_campaign_survives_kills_at_random_moments(tmp_path: Path) -> None:
    assert survives(Rehearsal(tmp_path / "one", "head", Random(3), labels=20), kills=3) == []


@pytest.mark.nightly
def test_a_campaign_with_fits_in_the_background_survives_many_kills(tmp_path: Path) -> None:
    for seed in range(3):
        base = tiny_base(tmp_path / f"tiny-{seed}")
        killed = Rehearsal(tmp_path / f"campaign-{seed}", base, Random(seed), labels=60)
        assert survives(killed, kills=12) == []


def test_a_campaign_outlives_every_trouble_of_the_network(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, log, its_home = tmp_path / "home", tmp_path / "log", tmp_path_factory.mktemp("server")
    network, there = Network(), Seen(its_home)
    with start_embedded(its_home, None, print) as server, behind_proxy(server.url, network) as url:
        monkeypatch.setenv("ARGILLA_API_KEY", server.credentials.owner.api_key)
        command = start(*rehearsal(tmp_path, home, 45), "--argilla-url", url, log=log)
        for trouble in TROUBLES:
            so_far = len(there.submitted())
            wait_until(lambda more=so_far + 3: len(there.submitted()) >= more)
            network.trouble = trouble
            sleep(4)
            network.trouble = None
        assert command.wait(120) == 0, log.read_text()
        labels = pd.read_csv(home / "labels.csv")
        assert set(labels["id"]) == {answer.inquiry for answer in there.submitted()}
        assert len(there.records()) == len(set(there.records()))
    assert "Traceback" not in log.read_text()


@pytest.mark.nightly
def test_a_campaign_outlives_the_loss_of_its_postgresql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, log = tmp_path / "home", tmp_path / "log"
    submitted = "SELECT count(*) FROM responses WHERE status = 'submitted'"
    with stoppable_cluster(tmp_path / "log-of-postgresql") as postgresql:
        url = new_database(postgresql.base_url)
        monkeypatch.setenv("ARGILLA_DATABASE_URL", url)
        command = start(*rehearsal(tmp_path, home, 40), log=log)
        wait_until(lambda: len(Seen(home).journal("SELECT 1 FROM answers")) >= 10, seconds=300)
        postgresql.stop()
        sleep(8)
        postgresql.start()
        assert command.wait(180) == 0, log.read_text()
        labels = pd.read_csv(home / "labels.csv")
        assert [str(len(labels))] == query(url, submitted)
    assert len(labels) >= 40
    assert "Argilla does not answer" in log.read_text()
    assert "Traceback" not in log.read_text()


def owner(home: Path) -> httpx.Client:
    """The owner at the campaign's server, who is patient."""
    there = read_credentials(home)
    headers = {"X-Argilla-Api-Key": there.owner.api_key}
    return httpx.Client(base_url=there.url, headers=headers, timeout=60)


@pytest.mark.nightly
def test_a_campaign_outlives_the_loss_of_its_redis_and_of_all_that_was_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, log = tmp_path / "home", tmp_path / "log"
    seen = Seen(home)
    with killable_redis(tmp_path / "redis") as redis, receiver() as listener:
        monkeypatch.setenv("ARGILLA_REDIS_URL", redis.url)
        command = start(*rehearsal(tmp_path, home, 40), log=log)
        wait_until(seen.submitted)
        # Each answer and each batch is told to a webhook, by way of Redis.
        events = ["response.created", "record.created", "record.updated", "record.completed"]
        with owner(home) as http:
            body = {"url": listener.url, "events": events}
            assert http.post("/api/v1/webhooks", json=body).status_code == 201
        wait_until(lambda: "response.created" in listener.types())

        before = set(seen.submitted())
        redis.kill()
        sleep(8)
        meanwhile = set(seen.submitted())
        assert before < meanwhile, "nobody has to wait for Redis"
        redis.start()
        heard = len(listener.types())
        wait_until(lambda: len(listener.types()) > heard)

        assert command.wait(180) == 0, log.read_text()
    labels = pd.read_csv(home / "labels.csv")
    submitted = seen.submitted()
    assert meanwhile <= set(submitted)
    assert len(labels) >= 40
    assert sorted(labels["id"]) == sorted(answer.inquiry for answer in submitted)
    assert len(seen.records()) == len(set(seen.records()))
    for each in (log, home / "argilla" / "server.log"):
        assert "Traceback" not in each.read_text()


@pytest.mark.nightly
def test_a_full_disk_is_said_and_the_campaign_goes_on_once_there_is_space(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with small_disk(tmp_path / "disk", "320m") as disk:  # which three models fill
        seen, ballast = Seen(disk / "home"), disk / "ballast"
        command = start(*rehearsal(tmp_path, seen.home, 25), log=log)
        wait_until(lambda: len(seen.submitted()) >= 5)
        fill(ballast)
        # It waits for answers, or was about to write itself, and ends.
        wait_until(lambda: "is full" in log.read_text() or command.poll() is not None)
        acknowledged = set(seen.submitted())
        ballast.unlink()
        if command.wait(240) == 1:
            assert log.read_text().splitlines()[-1].startswith("parity: there is no space left")
            command = start(*rehearsal(tmp_path, seen.home, 25), log=log)
        assert command.wait(240) == 0, log.read_text()
        assert acknowledged <= set(seen.submitted())
        assert "Traceback" not in log.read_text()

        fill(ballast)
        refused = run(*rehearsal(tmp_path, seen.home, 30), cwd=tmp_path)
        assert refused.returncode == 1
        assert "parity: there is no space left to write to" in refused.stderr
        assert refused.stderr.count("\n") == 1
        ballast.unlink()
        again = run(*rehearsal(tmp_path, seen.home, 30), cwd=tmp_path)
        assert again.returncode == 0, again.stderr
        labels = pd.read_csv(seen.home / "labels.csv")
        assert {answer.inquiry for answer in acknowledged} <= set(labels["id"])


def overwrite_everything(file: Path) -> None:
    file.write_bytes(os.urandom(file.stat().st_size))


def overwrite_last_page(file: Path) -> None:
    with file.open("r+b") as content:
        content.seek(-4096, os.SEEK_END)
        content.write(os.urandom(4096))


def overwrite_middle_page(file: Path) -> None:
    with file.open("r+b") as content:
        content.seek(file.stat().st_size // 4096 // 2 * 4096)
        content.write(os.urandom(4096))


def test_a_damaged_journal_is_said_and_the_backup_goes_on(tmp_path: Path) -> None:
    home, again = tmp_path / "home", tmp_path / "again"
    assert run(*rehearsal(tmp_path, home, 12), cwd=tmp_path).returncode == 0
    assert run("backup", "--home", home, "--to", tmp_path / "backup", cwd=tmp_path).returncode == 0
    for damage in (overwrite_last_page, overwrite_everything):
        damage(home / "journal.sqlite")
        refused = run(*rehearsal(tmp_path, home, 16), cwd=tmp_path)
        assert refused.returncode == 2
        assert f"the journal {home / 'journal.sqlite'} is damaged" in refused.stderr
        assert "parity restore" in refused.stderr
        assert refused.stderr.count("\n") == 1
    assert run("restore", tmp_path / "backup", "--home", again, cwd=tmp_path).returncode == 0
    assert run(*rehearsal(tmp_path, again, 16), cwd=tmp_path).returncode == 0
    known = {answer.inquiry for answer in Seen(home).submitted()}
    assert known <= set(pd.read_csv(again / "labels.csv")["id"])


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a campaign that has reached its end."""
    folder = tmp_path_factory.mktemp("ended")
    assert run(*rehearsal(folder, folder / "home", 12), cwd=folder).returncode == 0
    return folder / "home"


@pytest.mark.parametrize("damage", [overwrite_middle_page, overwrite_everything])
def test_a_damaged_database_of_argilla_is_said_and_nothing_is_changed(
    tmp_path: Path, ended: Path, damage: Callable[[Path], None]
) -> None:
    home = tmp_path / "home"
    shutil.copytree(ended, home)
    database = home / "argilla" / "argilla.db"
    damage(database)
    before = {file: file.read_bytes() for file in home.rglob("*") if is_lasting(file)}

    refused = run(*rehearsal(tmp_path, home, 16), cwd=tmp_path)
    assert refused.returncode == 1
    assert f"Argilla's database {database} is damaged" in refused.stderr
    assert "parity restore" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert before == {file: file.read_bytes() for file in home.rglob("*") if is_lasting(file)}


def is_lasting(file: Path) -> bool:
    """Whether it holds something of the campaign, not of whoever has it open."""
    return file.is_file() and file.name != "lock" and not file.name.endswith(("-shm", "-wal"))


@pytest.mark.nightly
def test_damaged_caches_and_fits_are_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, cache = tmp_path / "home", tmp_path / "cache"
    monkeypatch.setenv("PARITY_CACHE", str(cache))
    command = rehearsal(tmp_path, home, 12, tiny_base(tmp_path / "tiny"))
    assert run(*command, cwd=tmp_path).returncode == 0
    (fitted,) = (home / "fits").iterdir()
    full = list((cache / "full-data").iterdir())  # of the head and of the model
    (embeddings,) = (cache / "embeddings").glob("*.sqlite")
    before = pd.read_csv(home / "labels.csv")
    damaged = [folder / "probabilities.npy" for folder in full]
    for file in [*damaged, fitted / "model" / "model.safetensors", embeddings]:
        overwrite_everything(file)
    shutil.rmtree(home / "model")

    again = run(*command, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "is damaged, and made again" in again.stdout
    assert len(full) == 2
    assert any(fit.is_done(folder) for folder in full), "the head's; the other is not needed again"
    assert (home / "model" / "model.safetensors").is_file()
    assert pd.read_csv(home / "labels.csv").equals(before)
