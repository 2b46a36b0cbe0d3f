"""One real embedded server for all tests of this folder, and one more on PostgreSQL."""

from collections.abc import Callable, Iterator

import argilla as rg
import pytest
from people import Person, new_dataset, person
from postgresql import cluster, new_database, start_on

from labeling.embedded import Embedded, start_embedded


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    with start_embedded(tmp_path_factory.mktemp("campaign"), None, print) as embedded:
        yield embedded


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base of the URLs of a private PostgreSQL's databases."""
    with cluster(tmp_path_factory.mktemp("postgresql")) as base_url:
        yield base_url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server_on_each(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Embedded]:
    """A test with this fixture runs twice: with SQLite, and with PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("server")
    else:
        url = new_database(request.getfixturevalue("postgresql"))
        with start_on(url, tmp_path_factory.mktemp("campaign")) as embedded:
            yield embedded


@pytest.fixture(scope="session")
def owner(server: Embedded) -> rg.Argilla:
    return rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)


@pytest.fixture(scope="session")
def people(server: Embedded) -> list[Person]:
    return [person(server.url, account) for account in server.credentials.annotators]


@pytest.fixture(scope="session")
def owner_on_each(server_on_each: Embedded) -> rg.Argilla:
    return rg.Argilla(api_url=server_on_each.url, api_key=server_on_each.credentials.owner.api_key)


@pytest.fixture(scope="session")
def people_on_each(server_on_each: Embedded) -> list[Person]:
    accounts = server_on_each.credentials.annotators
    return [person(server_on_each.url, account) for account in accounts]


@pytest.fixture
def make_dataset(owner: rg.Argilla) -> Callable[..., rg.Dataset]:
    return lambda priorities, **options: new_dataset(owner, priorities, **options)
