"""Writes that meet wait for each other and lose nothing, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import argilla as rg
import pytest
from people import CATEGORIES, new_dataset, person

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow

RECORDS = 12


def test_answers_that_are_submitted_at_once_complete_their_records(
    server_on_each: Embedded,
) -> None:
    server = server_on_each
    client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
    people = [person(server.url, account) for account in server.credentials.annotators]
    dataset = new_dataset(client, [0.5] * RECORDS, min_submitted=len(people))
    # Each has a draft of every record, so that what is submitted below are changes of answers.
    records = people[0].search(dataset)["items"] + people[0].search(dataset, 10)["items"]
    drafts = [
        [who.answer(item["record"], status="draft").json()["id"] for item in records]
        for who in people
    ]
    assert len(records) == RECORDS

    def submit(number: int, record: int) -> int:
        change = {"values": {"category": {"value": CATEGORIES[0]}}, "status": "submitted"}
        url = f"/api/v1/responses/{drafts[number][record]}"
        return people[number].http.put(url, json=change).status_code

    with ThreadPoolExecutor(len(people)) as threads:
        for record in range(RECORDS):
            codes = threads.map(lambda n, record=record: submit(n, record), range(len(people)))
            assert list(codes) == [200] * len(people)

    assert {str(record.status) for record in dataset.records()} == {"completed"}
