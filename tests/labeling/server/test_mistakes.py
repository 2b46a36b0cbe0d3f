"""Requests that are wrong."""

import argilla as rg
import pytest
from people import Person, new_dataset

pytestmark = pytest.mark.slow


def test_suggestions_that_are_null_are_refused(owner: rg.Argilla, people: list[Person]) -> None:
    dataset = new_dataset(owner, [0.1])
    record = people[0].queue(dataset)[0]
    answer = owner.http_client.patch(f"/api/v1/records/{record['id']}", json={"suggestions": None})
    assert answer.status_code == 422
    assert "suggestions" in answer.text
