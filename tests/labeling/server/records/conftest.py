"""All tests of this folder run on SQLite and on PostgreSQL."""

import argilla as rg
import pytest
from people import Person


@pytest.fixture
def owner(owner_on_each: rg.Argilla) -> rg.Argilla:
    return owner_on_each


@pytest.fixture
def people(people_on_each: list[Person]) -> list[Person]:
    return people_on_each
