import time
from collections.abc import Callable

import argilla as rg
import pytest
from people import Person

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow

MakeDataset = Callable[..., rg.Dataset]


def statuses(dataset: rg.Dataset) -> list[str]:
    return sorted(str(record.status) for record in dataset.records())


def test_records_are_completed_when_fewer_answers_are_asked_for(
    make_dataset: MakeDataset, people: list[Person], owner: rg.Argilla
) -> None:
    dataset = make_dataset([0.1, 0.2], min_submitted=2)
    people[0].answer(people[0].queue(dataset)[0])
    assert statuses(dataset) == ["pending", "pending"]

    for needed, expected in ((1, ["completed", "pending"]), (3, ["pending", "pending"])):
        change = {"distribution": {"strategy": "overlap", "min_submitted": needed}}
        url = f"/api/v1/datasets/{dataset.id}"
        assert owner.api.http_client.patch(url, json=change).status_code == 200
        deadline = time.monotonic() + 10
        while statuses(dataset) != expected and time.monotonic() < deadline:
            time.sleep(0.1)
        assert statuses(dataset) == expected


def test_what_needs_the_outside_world_is_refused_in_words(
    make_dataset: MakeDataset, owner: rg.Argilla, server: Embedded
) -> None:
    dataset = make_dataset([0.1])
    http = owner.api.http_client
    hub = {"name": "someone/inquiries", "subset": "default", "split": "train"}
    export = http.post(
        f"/api/v1/datasets/{dataset.id}/export", json={**hub, "private": True, "token": "none"}
    )
    webhook = http.post(
        "/api/v1/webhooks", json={"url": "http://127.0.0.1:9/", "events": ["record.created"]}
    )

    assert (export.status_code, webhook.status_code) == (422, 422)
    assert "not supported by the embedded Argilla server" in export.text
    assert "not supported by the embedded Argilla server" in webhook.text
    assert http.get("/api/v1/jobs/none").status_code == 404
    assert server.process.poll() is None
