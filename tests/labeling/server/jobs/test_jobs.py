"""What Argilla queues is done with no Redis, on both databases."""

import json
from pathlib import Path

import argilla as rg
import httpx
import pytest
from people import Person, new_dataset, person
from waiting import wait_until

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow


@pytest.fixture
def owner_on_each(server_on_each: Embedded) -> rg.Argilla:
    server = server_on_each
    return rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)


@pytest.fixture
def people_on_each(server_on_each: Embedded) -> list[Person]:
    server = server_on_each
    return [person(server.url, account) for account in server.credentials.annotators]


def statuses(dataset: rg.Dataset) -> list[str]:
    return sorted(str(record.status) for record in dataset.records())


def ask_for(dataset: rg.Dataset, answers: int, http: httpx.Client) -> None:
    change = {"distribution": {"strategy": "overlap", "min_submitted": answers}}
    assert http.patch(f"/api/v1/datasets/{dataset.id}", json=change).status_code == 200


def test_records_are_completed_and_reopened_with_the_number_of_answers_asked_for(
    people_on_each: list[Person], owner_on_each: rg.Argilla
) -> None:
    dataset = new_dataset(owner_on_each, [0.1, 0.2], min_submitted=1)
    people_on_each[0].answer(people_on_each[0].queue(dataset)[0])
    assert statuses(dataset) == ["completed", "pending"]

    for needed, expected in ((2, ["pending", "pending"]), (1, ["completed", "pending"])):
        ask_for(dataset, needed, owner_on_each.api.http_client)
        wait_until(lambda expected=expected: statuses(dataset) == expected)
        assert statuses(dataset) == expected


def test_a_hub_that_cannot_be_reached_fails_the_job_and_not_the_server(
    owner_on_each: rg.Argilla, server_on_each: Embedded
) -> None:
    dataset = new_dataset(owner_on_each, [0.1])
    http = owner_on_each.api.http_client
    hub = {"name": "nobody/no-such-inquiries", "subset": "default", "split": "train"}
    mapping = {"fields": [{"source": "text", "target": "text"}]}
    asked = {
        "export": {**hub, "private": True, "token": "hf_secret"},
        "import": {**hub, "mapping": mapping},
    }
    for what, body in asked.items():
        answer = http.post(f"/api/v1/datasets/{dataset.id}/{what}", json=body)
        assert answer.status_code == 202, answer.text
        assert answer.json()["status"] == "queued"
        job = f"/api/v1/jobs/{answer.json()['id']}"
        wait_until(lambda job=job: http.get(job).json()["status"] == "failed", 60)
        assert http.get(job).json() == {"id": answer.json()["id"], "status": "failed"}
    assert server_on_each.process.poll() is None
    assert len(statuses(dataset)) == 1


def test_an_import_writes_its_records_and_says_that_it_is_finished(
    owner_on_each: rg.Argilla, tmp_path: Path
) -> None:
    """From a folder in the place of a data set on the hub: the same job, and no hub is needed."""
    (tmp_path / "train.jsonl").write_text(
        "".join(json.dumps({"text": f"imported {n}", "number": f"n-{n}"}) + "\n" for n in range(3))
    )
    dataset = new_dataset(owner_on_each, [0.5])
    body = {
        "name": str(tmp_path),
        "subset": "default",
        "split": "train",
        "mapping": {"fields": [{"source": "text", "target": "text"}], "external_id": "number"},
    }
    http = owner_on_each.api.http_client
    answer = http.post(f"/api/v1/datasets/{dataset.id}/import", json=body)
    assert answer.status_code == 202, answer.text
    job = f"/api/v1/jobs/{answer.json()['id']}"

    wait_until(lambda: http.get(job).json()["status"] in ("finished", "failed"), 60)
    assert http.get(job).json()["status"] == "finished"
    texts = {record.id: record.fields["text"] for record in dataset.records()}
    imported = {f"n-{n}": f"imported {n}" for n in range(3)}
    assert texts == {"external-0": "inquiry 0", **imported}


def test_a_job_that_nobody_queued_is_not_found(owner_on_each: rg.Argilla) -> None:
    answer = owner_on_each.api.http_client.get("/api/v1/jobs/none")

    assert answer.status_code == 404
    assert "Job with id `none` not found" in answer.text
