"""With ARGILLA_REDIS_URL, jobs go through Argilla's own queues and worker on a real Redis."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import argilla as rg
import pytest
from people import new_dataset, person
from receiver import receiver
from redis_server import killable_redis, redis_server
from waiting import is_running, wait_until

from labeling.embedded import Embedded, start_embedded
from labeling.errors import ParityError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a private Redis; in continuous integration there must be one."""
    with redis_server(tmp_path_factory.mktemp("redis")) as port:
        yield port


@pytest.fixture(scope="module")
def server(redis: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ARGILLA_REDIS_URL", f"redis://127.0.0.1:{redis}/0")
        started = start_embedded(tmp_path_factory.mktemp("campaign"), None, print)
    with started:
        yield started


@pytest.fixture(scope="module")
def owner(server: Embedded) -> rg.Argilla:
    return rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)


def ask(port: int, *command: str) -> list[str]:
    done = subprocess.run(["redis-cli", "-p", str(port), *command], capture_output=True, text=True)
    return done.stdout.split()


def completed(dataset: rg.Dataset) -> int:
    return sum(record.status == "completed" for record in dataset.records())


def test_argillas_worker_reopens_and_completes_records(
    server: Embedded, owner: rg.Argilla, redis: int
) -> None:
    dataset = new_dataset(owner, [0.1, 0.2])
    somebody = person(server.url, server.credentials.annotators[0])
    somebody.answer(somebody.queue(dataset)[0])
    for needed, expected in ((2, 0), (1, 1)):
        change = {"distribution": {"strategy": "overlap", "min_submitted": needed}}
        url = f"/api/v1/datasets/{dataset.id}"
        assert owner.api.http_client.patch(url, json=change).status_code == 200
        wait_until(lambda expected=expected: completed(dataset) == expected)
        assert completed(dataset) == expected
    assert len(ask(redis, "SMEMBERS", "rq:workers")) == 2


def test_argillas_worker_sends_the_events_of_webhooks(server: Embedded, owner: rg.Argilla) -> None:
    dataset = new_dataset(owner, [0.1])
    somebody = person(server.url, server.credentials.annotators[0])
    with receiver() as listener:
        http = owner.api.http_client
        body = {"url": listener.url, "events": ["response.created"]}
        webhook = http.post("/api/v1/webhooks", json=body).json()
        answer = somebody.answer(somebody.queue(dataset)[0]).json()
        wait_until(lambda: bool(listener.deliveries))
        http.delete(f"/api/v1/webhooks/{webhook['id']}")

    assert listener.ids("response.created") == [answer["id"]]
    assert listener.deliveries[0].headers["webhook-signature"].startswith("v1,")


def test_the_jobs_endpoint_tells_how_a_job_of_redis_went(owner: rg.Argilla) -> None:
    dataset = new_dataset(owner, [0.1])
    http = owner.api.http_client
    body = {"name": "nobody/inquiries", "private": True, "token": "none"}
    answer = http.post(f"/api/v1/datasets/{dataset.id}/export", json=body)
    job = f"/api/v1/jobs/{answer.json()['id']}"

    assert answer.status_code == 202
    wait_until(lambda: http.get(job).json()["status"] == "failed", 90)
    assert http.get(job).json() == {"id": answer.json()["id"], "status": "failed"}
    assert http.get("/api/v1/jobs/none").status_code == 404


def test_the_worker_ends_with_the_server_even_when_that_is_killed(
    redis: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = 1  # of Redis, so that the other server's workers are not counted
    monkeypatch.setenv("ARGILLA_REDIS_URL", f"redis://127.0.0.1:{redis}/{database}")
    server = start_embedded(tmp_path, None, print)
    redis_cli = ("-n", str(database))
    wait_until(lambda: len(ask(redis, *redis_cli, "SMEMBERS", "rq:workers")) == 2)
    workers = ask(redis, *redis_cli, "SMEMBERS", "rq:workers")
    pids = [int(ask(redis, *redis_cli, "HGET", worker, "pid")[0]) for worker in workers]
    assert len(pids) == 2
    assert all(map(is_running, pids))
    server.process.kill()
    server.process.wait()

    # By their processes: one that had only just begun ends without leaving Redis's list.
    wait_until(lambda: not any(map(is_running, pids)))


def test_without_redis_an_answer_is_taken_and_later_events_are_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with killable_redis(tmp_path / "redis") as redis, receiver() as listener:
        monkeypatch.setenv("ARGILLA_REDIS_URL", redis.url)
        with start_embedded(tmp_path / "home", None, print) as server:
            client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
            dataset = new_dataset(client, [0.1, 0.2])
            body = {"url": listener.url, "events": ["response.created", "record.completed"]}
            assert client.api.http_client.post("/api/v1/webhooks", json=body).is_success
            somebody = person(server.url, server.credentials.annotators[0])

            redis.kill()
            assert somebody.answer(somebody.queue(dataset)[0]).status_code == 201
            redis.start()
            told = somebody.answer(somebody.queue(dataset)[0]).json()
            wait_until(lambda: len(listener.deliveries) == 2)

            assert listener.ids("response.created") == [told["id"]]
            assert completed(dataset) == 2
    log = (tmp_path / "home" / "argilla" / "server.log").read_text()
    assert "ERROR:argilla:no webhook hears" in log
    assert "Traceback" not in log


def test_a_redis_that_does_not_answer_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARGILLA_REDIS_URL", "redis://127.0.0.1:9/0")

    with pytest.raises(ParityError, match="ARGILLA_REDIS_URL: no Redis answers there"):
        start_embedded(tmp_path, None, print)
