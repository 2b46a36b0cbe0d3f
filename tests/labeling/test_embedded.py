import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import argilla as rg
import httpx
import pytest
from waiting import is_running, wait_until

from labeling.embedded import Account, Embedded, read_credentials, start_embedded
from labeling.errors import ParityError

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[2]
SERVER_PYTHON = str(REPOSITORY / ".venv-argilla" / "bin" / "python")


def sign_in(url: str, account: Account) -> str:
    form = {"username": account.username, "password": account.password}
    token: str = httpx.post(f"{url}/api/v1/token", data=form).json()["access_token"]
    return token


def me(url: str, **headers: str) -> str:
    answer = httpx.get(f"{url}/api/v1/me", headers=headers)
    username: str = answer.raise_for_status().json()["username"]
    return username


def log_inquiries(server: Embedded, count: int) -> rg.Dataset:
    client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
    dataset = rg.Dataset(
        name="inquiries",
        workspace=server.credentials.workspace,
        client=client,
        settings=rg.Settings(
            fields=[rg.TextField("text")],
            questions=[rg.LabelQuestion("category", labels=["cancel_order", "track_order"])],
            metadata=[rg.FloatMetadataProperty("priority", visible_for_annotators=False)],
        ),
    )
    dataset.create()
    dataset.records.log(
        [
            rg.Record(
                id=str(n),
                fields={"text": f"Where is my order number {n}?"},
                metadata={"priority": float(count - n)},
                suggestions=[
                    rg.Suggestion("category", value="track_order", score=0.9, agent="head")
                ],
            )
            for n in range(count)
        ]
    )
    return dataset


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_the_first_start_makes_private_credentials_and_says_what_it_waits_for(
    tmp_path: Path,
) -> None:
    said: list[str] = []

    with start_embedded(tmp_path, None, said.append) as server:
        content = json.loads((tmp_path / "credentials.json").read_text())
        assert me(server.url, **{"X-Argilla-Api-Key": content["owner"]["api_key"]}) == "owner"

    assert stat.S_IMODE((tmp_path / "credentials.json").stat().st_mode) == 0o600
    for private in ("argilla.db", "secret"):
        assert stat.S_IMODE((tmp_path / "argilla" / private).stat().st_mode) == 0o600
    assert read_credentials(tmp_path) == server.credentials
    assert content["url"] == server.url
    assert content["workspace"] == "parity"
    assert [each["username"] for each in content["annotators"]] == [
        "annotator-1",
        "annotator-2",
        "annotator-3",
    ]
    assert said[0] == "Argilla: loading Argilla"
    assert said[-1] == f"Argilla: ready at {server.url}"


def test_accounts_and_browser_logins_survive_a_restart(tmp_path: Path) -> None:
    with start_embedded(tmp_path, None, print) as server:
        before = server.credentials
        token = sign_in(server.url, before.annotators[0])

    with start_embedded(tmp_path, None, print) as server:
        assert server.credentials.owner == before.owner
        assert server.credentials.annotators == before.annotators
        assert me(server.url, Authorization=f"Bearer {token}") == "annotator-1"
        assert me(server.url, **{"X-Argilla-Api-Key": before.owner.api_key}) == "owner"


def test_new_credentials_replace_deleted_ones(tmp_path: Path) -> None:
    with start_embedded(tmp_path, None, print) as server:
        before = server.credentials
        log_inquiries(server, 3)
    (tmp_path / "credentials.json").unlink()

    with start_embedded(tmp_path, None, print) as server:
        assert server.credentials.owner != before.owner
        assert sign_in(server.url, server.credentials.annotators[2])
        client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
        dataset = client.datasets(name="inquiries", workspace="parity")
        assert dataset is not None
        assert len(list(dataset.records())) == 3


def test_a_start_that_was_killed_at_any_moment_is_finished_by_the_next(tmp_path: Path) -> None:
    for fraction in (0.3, 0.6, 0.8, 1.0):
        log = (tmp_path / "killed.log").open("ab")
        process = subprocess.Popen(
            [SERVER_PYTHON, "-m", "labeling.server", "--home", str(tmp_path)],
            cwd=REPOSITORY,
            stdout=log,
            stderr=log,
        )
        time.sleep(4 * fraction)
        process.kill()
        process.wait()

    with start_embedded(tmp_path, None, print) as server:
        for account in (server.credentials.owner, *server.credentials.annotators):
            assert sign_in(server.url, account)


def test_two_servers_run_side_by_side(tmp_path: Path) -> None:
    with (
        start_embedded(tmp_path / "one", None, print) as one,
        start_embedded(tmp_path / "two", None, print) as two,
    ):
        assert one.url != two.url
        key = {"X-Argilla-Api-Key": one.credentials.owner.api_key}
        assert me(one.url, **key) == "owner"
        assert httpx.get(f"{two.url}/api/v1/me", headers=key).status_code == 401


def test_a_taken_port_is_replaced_by_a_free_one_and_said(tmp_path: Path) -> None:
    said: list[str] = []

    with taken_port() as port, start_embedded(tmp_path, port, said.append) as server:
        used = server.url.rpartition(":")[2]

    assert used != str(port)
    assert f"Argilla: port {port} is taken; using {used} instead" in said


def test_no_acknowledged_answer_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    with start_embedded(tmp_path, None, print) as server:
        dataset = log_inquiries(server, 40)
        key = {"X-Argilla-Api-Key": server.credentials.annotators[0].api_key}
        records = [str(record._server_id) for record in dataset.records()]
        answer = {"values": {"category": {"value": "cancel_order"}}, "status": "submitted"}
        acknowledged = set()
        with httpx.Client(base_url=server.url, headers=key) as http:
            for record in records[:25]:
                response = http.post(f"/api/v1/records/{record}/responses", json=answer)
                assert response.status_code == 201
                acknowledged.add(record)
            os.kill(server.process.pid, signal.SIGKILL)

    with start_embedded(tmp_path, None, print) as server:
        client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
        kept = client.datasets(name="inquiries", workspace="parity")
        assert kept is not None
        answered = [r for r in kept.records(with_responses=True) if list(r.responses)]
        assert {str(record._server_id) for record in answered} == acknowledged
        assert {record.status for record in answered} == {"completed"}


def test_an_answer_whose_record_was_not_completed_before_the_kill_completes_it_at_the_next_start(
    tmp_path: Path,
) -> None:
    with start_embedded(tmp_path, None, print) as server:
        dataset = log_inquiries(server, 2)
        record = next(iter(dataset.records()))
        httpx.post(
            f"{server.url}/api/v1/records/{record._server_id}/responses",
            json={"values": {"category": {"value": "cancel_order"}}, "status": "submitted"},
            headers={"X-Argilla-Api-Key": server.credentials.annotators[0].api_key},
        ).raise_for_status()
    with sqlite3.connect(tmp_path / "argilla" / "argilla.db") as database:
        database.execute("UPDATE records SET status = 'pending'")

    with start_embedded(tmp_path, None, print) as server:
        client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
        kept = client.datasets(name="inquiries", workspace="parity")
        assert kept is not None

        def statuses() -> list[str]:
            return sorted(str(each.status) for each in kept.records())

        wait_until(lambda: statuses() == ["completed", "pending"], seconds=5)


def test_the_server_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from labeling.embedded import start_embedded; "
        "server = start_embedded(Path(sys.argv[1]), None, lambda line: None); "
        "print(server.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, cwd=REPOSITORY
    )
    assert parent.stdout is not None
    server = int(parent.stdout.readline())
    assert is_running(server)

    parent.kill()
    parent.wait()

    wait_until(lambda: not is_running(server), seconds=5)


def test_the_server_ends_within_five_seconds_of_being_asked(tmp_path: Path) -> None:
    server = start_embedded(tmp_path, None, print)

    server.process.terminate()

    assert server.process.wait(5) == 0


def test_a_stopped_server_answers_what_was_asked_and_leaves_one_whole_file(tmp_path: Path) -> None:
    with start_embedded(tmp_path, None, print) as server:
        dataset = log_inquiries(server, 1)
        address = f"{server.url}/api/v1/datasets/{dataset.id}/records/bulk"
        items = [{"fields": {"text": f"another order, number {n}"}} for n in range(500)]
        key = {"X-Argilla-Api-Key": server.credentials.owner.api_key}
        answers: list[int] = []

        def push() -> None:
            answer = httpx.post(address, json={"items": items}, headers=key, timeout=60)
            answers.append(answer.status_code)

        pushing = threading.Thread(target=push)
        pushing.start()
        time.sleep(0.1)  # it is under way
        assert not answers
        server.process.terminate()
        assert server.process.wait(15) == 0
        pushing.join()

    assert answers == [201]
    database = tmp_path / "argilla" / "argilla.db"
    log = database.with_name("argilla.db-wal")
    assert not log.exists() or log.stat().st_size == 0, "all is in the database file itself"
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM records").fetchone() == (501,)


def test_a_log_that_grew_too_long_is_put_aside_at_the_next_start(tmp_path: Path) -> None:
    log = tmp_path / "argilla" / "server.log"
    log.parent.mkdir()
    log.write_bytes(b"of another time\n" * 400_000)

    with start_embedded(tmp_path, None, print) as server:
        assert f"argilla: ready at {server.url}" in log.read_text()

    assert log.stat().st_size < 10_000
    assert log.with_name("server.log.1").stat().st_size == 6_400_000


def test_a_server_for_other_machines_says_what_that_means(tmp_path: Path) -> None:
    said: list[str] = []

    with start_embedded(tmp_path, None, said.append, host="0.0.0.0") as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{server.url}/health").status_code == 200
        port = int(server.url.rpartition(":")[2])
        with socket.create_connection((socket.gethostbyname(socket.gethostname()), port)):
            pass

    assert any("--host 0.0.0.0: every machine that reaches this one" in line for line in said)


def test_a_second_server_on_the_same_home_says_so_and_ends(tmp_path: Path) -> None:
    with (
        start_embedded(tmp_path, None, print),
        pytest.raises(ParityError, match=r"another Argilla server is running here \(see .*\.log\)"),
    ):
        start_embedded(tmp_path, None, print)


def test_a_server_that_ends_while_starting_is_reported_with_its_last_line(tmp_path: Path) -> None:
    (tmp_path / "credentials.json").write_text("not json")

    with pytest.raises(ParityError, match=r"ended while starting: .*not a credentials file; .*see"):
        start_embedded(tmp_path, None, print)


def test_a_missing_environment_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARITY_ARGILLA_PYTHON", str(tmp_path / "python"))

    with pytest.raises(ParityError, match=r"python: Argilla's environment is missing; run scripts"):
        start_embedded(tmp_path / "campaign", None, print)

    assert not (tmp_path / "campaign").exists()


def test_argilla_settings_of_the_callers_shell_are_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARGILLA_SEARCH_ENGINE", "elasticsearch")
    monkeypatch.setenv("ARGILLA_BASE_URL", "/elsewhere")

    with start_embedded(tmp_path / "a home % with ? odd # name", None, print) as server:
        key = {"X-Argilla-Api-Key": server.credentials.owner.api_key}
        assert me(server.url, **key) == "owner"
