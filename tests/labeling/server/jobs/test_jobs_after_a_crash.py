"""No job of an acknowledged request is lost to `kill -9`, on either database."""

import json
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import argilla as rg
import httpx
import pytest
from people import new_dataset, person
from postgresql import new_database, query, start_on
from receiver import Receiver, receiver
from waiting import wait_until

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow

RECORDS = 30


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """A fresh PostgreSQL database, or None for SQLite in the home folder."""
    if request.param == "sqlite":
        return None
    return new_database(request.getfixturevalue("postgresql"))


@pytest.fixture
def listener() -> Iterator[Receiver]:
    with receiver() as state:
        yield state


def client_of(server: Embedded) -> rg.Argilla:
    return rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)


def add_webhook(server: Embedded, listener: Receiver, *events: str) -> None:
    http = client_of(server).api.http_client
    made = http.post("/api/v1/webhooks", json={"url": listener.url, "events": list(events)})
    assert made.status_code == 201, made.text


def ask_for(server: Embedded, dataset: rg.Dataset, answers: int) -> None:
    change = {"distribution": {"strategy": "overlap", "min_submitted": answers}}
    http = client_of(server).api.http_client
    assert http.patch(f"/api/v1/datasets/{dataset.id}", json=change).status_code == 200


def answer_all(server: Embedded, dataset: rg.Dataset) -> dict[str, str]:
    """Have the first annotator answer every record: the id of each answer -> that of its record."""
    somebody = person(server.url, server.credentials.annotators[0])
    answers = {}
    while page := somebody.queue(dataset):
        for record in page:
            answer = somebody.answer(record)
            assert answer.status_code == 201
            answers[answer.json()["id"]] = record["id"]
    return answers


def kept(home: Path, database_url: str | None, sql: str) -> list[str]:
    """Rows of one column, read from the database while no server runs."""
    if database_url is not None:
        return query(database_url, sql)
    with closing(sqlite3.connect(home / "argilla" / "argilla.db")) as connection:
        return [str(value) for (value,) in connection.execute(sql)]


def status_counts(home: Path, database_url: str | None) -> Counter[str]:
    return Counter(kept(home, database_url, "SELECT status FROM records"))


def test_statuses_and_events_are_completed_by_the_next_start(
    tmp_path: Path, database_url: str | None, listener: Receiver
) -> None:
    listener.seconds = 0.5  # so that most events are still to be sent when the server is killed
    server = start_on(database_url, tmp_path)
    add_webhook(server, listener, "response.created", "record.completed")
    dataset = new_dataset(client_of(server), [0.5] * RECORDS, min_submitted=2)
    answers = answer_all(server, dataset)
    ask_for(server, dataset, 1)
    server.process.kill()
    server.process.wait()

    told = listener.ids("response.created")
    assert len(answers) == RECORDS
    assert len(set(told)) < RECORDS
    assert status_counts(tmp_path, database_url)["pending"] > 0

    listener.seconds = 0
    with start_on(database_url, tmp_path):
        wait_until(
            lambda: (
                set(listener.ids("response.created")) == set(answers)
                and set(listener.ids("record.completed")) == set(answers.values())
            )
        )
        assert set(listener.ids("response.created")) == set(answers)
        assert set(listener.ids("record.completed")) == set(answers.values())
        wait_until(lambda: not kept(tmp_path, database_url, "SELECT id FROM parity_jobs"))
        assert status_counts(tmp_path, database_url) == {"completed": RECORDS}
        assert kept(tmp_path, database_url, "SELECT id FROM parity_jobs") == []


def test_records_are_reopened_by_the_next_start(tmp_path: Path, database_url: str | None) -> None:
    server = start_on(database_url, tmp_path)
    dataset = new_dataset(client_of(server), [0.5] * RECORDS, min_submitted=1)
    answer_all(server, dataset)
    ask_for(server, dataset, 2)
    server.process.kill()
    server.process.wait()
    assert status_counts(tmp_path, database_url)["completed"] > 0

    with start_on(database_url, tmp_path):
        wait_until(lambda: status_counts(tmp_path, database_url) == {"pending": RECORDS})
        assert status_counts(tmp_path, database_url) == {"pending": RECORDS}


def test_a_status_that_was_not_written_after_its_answer_is_mended_by_the_next_start(
    tmp_path: Path, database_url: str | None
) -> None:
    server = start_on(database_url, tmp_path)
    dataset = new_dataset(client_of(server), [0.5, 0.6])
    answer_all(server, dataset)
    server.process.kill()
    server.process.wait()
    # As if the kill had come between the two transactions of an answer.
    forget = "UPDATE records SET status = 'pending' WHERE external_id = 'external-0'"
    if database_url is not None:
        query(database_url, forget)
    else:
        with closing(sqlite3.connect(tmp_path / "argilla" / "argilla.db")) as connection:
            connection.execute(forget)
            connection.commit()

    with start_on(database_url, tmp_path):
        wait_until(lambda: status_counts(tmp_path, database_url) == {"completed": 2})
        assert status_counts(tmp_path, database_url) == {"completed": 2}


def test_a_stop_does_not_wait_for_a_slow_receiver_and_the_next_start_sends_again(
    tmp_path: Path, listener: Receiver
) -> None:
    listener.seconds = 10
    server = start_on(None, tmp_path)
    add_webhook(server, listener, "response.created")
    answers = answer_all(server, new_dataset(client_of(server), [0.5]))
    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < 5
    assert server.process.returncode == 0

    listener.seconds = 0
    with start_on(None, tmp_path):
        wait_until(lambda: not kept(tmp_path, None, "SELECT id FROM parity_jobs"))
    assert listener.ids("response.created")[0] == next(iter(answers))
    assert kept(tmp_path, None, "SELECT id FROM parity_jobs") == []


@pytest.fixture
def two_servers(tmp_path: Path, postgresql: str) -> Iterator[list[Embedded]]:
    """On one PostgreSQL database: the second home holds a copy of the first one's credentials."""
    url = new_database(postgresql)
    with ExitStack() as stack:
        first = stack.enter_context(start_on(url, tmp_path / "first"))
        (tmp_path / "second").mkdir()
        shutil.copy(tmp_path / "first" / "credentials.json", tmp_path / "second")
        second = stack.enter_context(start_on(url, tmp_path / "second"))
        yield [first, second]


def test_two_servers_on_one_database_send_each_event_once(
    two_servers: list[Embedded], listener: Receiver
) -> None:
    first, second = two_servers
    listener.seconds = 0.1
    add_webhook(first, listener, "response.created")
    dataset = new_dataset(client_of(first), [0.5] * RECORDS)
    workers = [person(each.url, each.credentials.annotators[0]) for each in two_servers]
    records: list[dict[str, Any]] = []
    for offset in range(0, RECORDS, 10):
        records += workers[0].queue(dataset, offset)
    answers = []
    for number, record in enumerate(records):
        answer = workers[number % 2].answer(record)
        assert answer.status_code == 201
        answers.append(answer.json()["id"])

    wait_until(lambda: len(listener.deliveries) >= RECORDS)
    time.sleep(1)  # in which nothing may come twice
    assert sorted(listener.ids("response.created")) == sorted(answers)
    assert len(answers) == RECORDS
    assert httpx.get(f"{second.url}/").status_code == 200


def test_what_a_killed_server_left_is_done_by_another_one(
    two_servers: list[Embedded], listener: Receiver
) -> None:
    listener.seconds = 1
    add_webhook(two_servers[0], listener, "response.created")
    dataset = new_dataset(client_of(two_servers[0]), [0.5] * 10)
    answers = answer_all(two_servers[0], dataset)
    two_servers[0].process.kill()
    two_servers[0].process.wait()
    assert len(set(listener.ids("response.created"))) < len(answers)

    wait_until(lambda: set(listener.ids("response.created")) == set(answers))
    assert set(listener.ids("response.created")) == set(answers)
    assert json.loads(listener.deliveries[0].body)["version"] == 1
