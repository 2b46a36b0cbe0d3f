"""One real embedded server for all tests of this folder."""

from collections.abc import Callable, Iterator

import argilla as rg
import pytest
from people import Person, new_dataset, person

from labeling.embedded import Embedded, start_embedded


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    with start_embedded(tmp_path_factory.mktemp("campaign"), None, print) as embedded:
        yield embedded


@pytest.fixture(scope="session")
def owner(server: Embedded) -> rg.Argilla:
    return rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)


@pytest.fixture(scope="session")
def people(server: Embedded) -> list[Person]:
    return [person(server.url, account) for account in server.credentials.annotators]


@pytest.fixture
def make_dataset(owner: rg.Argilla) -> Callable[..., rg.Dataset]:
    return lambda priorities, **options: new_dataset(owner, priorities, **options)
