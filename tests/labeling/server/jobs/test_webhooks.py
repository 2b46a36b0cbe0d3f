"""Webhooks with no Redis, on both databases."""

import base64
import hashlib
import hmac
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import argilla as rg
import httpx
import pytest
from people import CATEGORIES, Person, new_dataset, person
from receiver import Delivery, Receiver, receiver
from waiting import wait_until

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow

EVENTS = ["record.completed", "response.created", "response.updated", "response.deleted"]


@pytest.fixture
def listener() -> Iterator[Receiver]:
    with receiver() as state:
        yield state


@pytest.fixture
def webhook(server_on_each: Embedded, listener: Receiver) -> Iterator[dict[str, Any]]:
    """A webhook for answers and completed records, deleted after the test."""
    http = owner(server_on_each)
    made = http.post("/api/v1/webhooks", json={"url": listener.url, "events": EVENTS})
    assert made.status_code == 201, made.text
    yield made.json()
    http.delete(f"/api/v1/webhooks/{made.json()['id']}")


@pytest.fixture
def dataset(server_on_each: Embedded) -> rg.Dataset:
    server = server_on_each
    client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
    return new_dataset(client, [0.3, 0.2, 0.1])


@pytest.fixture
def anna(server_on_each: Embedded) -> Person:
    return person(server_on_each.url, server_on_each.credentials.annotators[0])


def owner(server: Embedded) -> httpx.Client:
    headers = {"X-Argilla-Api-Key": server.credentials.owner.api_key}
    return httpx.Client(base_url=server.url, headers=headers, timeout=60)


def types(listener: Receiver) -> Counter[str]:
    return Counter(delivery.type for delivery in list(listener.deliveries))


def test_an_answer_is_told_to_the_webhook_that_wants_it(
    dataset: rg.Dataset, anna: Person, listener: Receiver, webhook: dict[str, Any]
) -> None:
    record = anna.queue(dataset)[0]
    answer = anna.answer(record, "track_order").json()

    wait_until(lambda: len(listener.deliveries) == 2)
    assert types(listener) == {"response.created": 1, "record.completed": 1}
    told = next(each for each in listener.deliveries if each.type == "response.created")
    assert told.data["id"] == answer["id"]
    assert told.data["values"] == {"category": {"value": "track_order"}}
    assert told.data["record"]["id"] == record["id"]
    assert told.data["user"]["username"] == "annotator-1"
    assert webhook["enabled"]


def test_an_event_is_signed_with_the_secret_of_its_webhook(
    dataset: rg.Dataset, anna: Person, listener: Receiver, webhook: dict[str, Any]
) -> None:
    anna.answer(anna.queue(dataset)[0])
    wait_until(lambda: len(listener.deliveries) == 2)

    for delivery in listener.deliveries:
        headers = delivery.headers
        assert headers["webhook-signature"] == signature(webhook["secret"], delivery)
        assert headers["content-type"] == "application/json"
        assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert len({delivery.headers["webhook-id"] for delivery in listener.deliveries}) == 2


def signature(secret: str, delivery: Delivery) -> str:
    """By the standard of www.standardwebhooks.com."""
    key = base64.b64decode(secret.removeprefix("whsec_") + "==")
    headers = delivery.headers
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + delivery.body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def test_a_changed_and_a_deleted_answer_are_told(
    dataset: rg.Dataset, anna: Person, listener: Receiver, webhook: dict[str, Any]
) -> None:
    answer = anna.answer(anna.queue(dataset)[0]).json()
    change = {"values": {"category": {"value": CATEGORIES[2]}}, "status": "submitted"}
    assert anna.http.put(f"/api/v1/responses/{answer['id']}", json=change).status_code == 200
    assert anna.http.delete(f"/api/v1/responses/{answer['id']}").status_code == 200

    wanted = {"response.updated", "response.deleted"}  # which come in any order
    wait_until(lambda: wanted <= set(types(listener)))
    assert listener.ids("response.updated") == [answer["id"]]
    assert listener.ids("response.deleted") == [answer["id"]]
    assert webhook["events"] == EVENTS


def test_a_webhook_that_is_switched_off_hears_nothing(
    server_on_each: Embedded,
    dataset: rg.Dataset,
    anna: Person,
    listener: Receiver,
    webhook: dict[str, Any],
) -> None:
    http = owner(server_on_each)
    path = f"/api/v1/webhooks/{webhook['id']}"
    assert http.patch(path, json={"enabled": False}).status_code == 200
    anna.answer(anna.queue(dataset)[0])
    assert http.patch(path, json={"enabled": True}).status_code == 200
    last = anna.answer(anna.queue(dataset)[0]).json()

    wait_until(lambda: last["id"] in listener.ids("response.created"))
    assert listener.ids("response.created") == [last["id"]]


def test_a_ping_is_answered_at_once_and_sent_after_that(
    server_on_each: Embedded, listener: Receiver, webhook: dict[str, Any]
) -> None:
    listener.seconds = 2
    begun = time.monotonic()
    pinged = owner(server_on_each).post(f"/api/v1/webhooks/{webhook['id']}/ping")

    assert (pinged.status_code, time.monotonic() - begun < 2) == (204, True)
    wait_until(lambda: types(listener)["ping"] == 1)
    assert types(listener) == {"ping": 1}
    assert listener.deliveries[0].data["agent"] == "argilla-server"


def test_nobody_waits_for_a_slow_receiver(
    dataset: rg.Dataset, anna: Person, listener: Receiver, webhook: dict[str, Any]
) -> None:
    listener.seconds = 3
    for _ in range(3):
        begun = time.monotonic()
        assert anna.answer(anna.queue(dataset)[0]).status_code == 201
        assert time.monotonic() - begun < 3

    wait_until(lambda: len(listener.deliveries) >= 6)
    assert types(listener) == {"response.created": 3, "record.completed": 3}
    assert UUID(webhook["id"])


def test_an_event_that_is_not_taken_is_sent_again_after_ten_seconds(
    dataset: rg.Dataset, anna: Person, listener: Receiver, webhook: dict[str, Any]
) -> None:
    listener.status = 503
    answer = anna.answer(anna.queue(dataset)[0]).json()
    wait_until(lambda: len(listener.deliveries) == 2)
    refused = time.monotonic()
    listener.status = 200

    wait_until(lambda: len(listener.deliveries) == 4, seconds=25)
    assert time.monotonic() - refused > 8
    assert listener.ids("response.created") == [answer["id"], answer["id"]]
    assert webhook["url"] == listener.url
