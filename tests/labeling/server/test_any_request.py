"""Whatever is asked of the server's API, it answers, and never that it has failed (500)."""

from collections.abc import Iterator
from typing import Any

import argilla as rg
import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from places import Place

from labeling.embedded import Embedded, start_embedded

pytestmark = pytest.mark.nightly
REQUESTS = 1_000
# These would call addresses on the network.
OUTWARD = r"/webhooks|/import$|/export$|/oauth2"


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """A server whose accounts may be deleted and whose data sets may be filled with anything."""
    with start_embedded(tmp_path_factory.mktemp("any"), None, print) as embedded:
        yield embedded


@pytest.fixture(scope="module")
def own_place(own_server: Embedded) -> Iterator[Place]:
    key = own_server.credentials.owner.api_key
    headers = {"X-Argilla-Api-Key": key}
    with httpx.Client(base_url=f"{own_server.url}/api/v1", headers=headers, timeout=60) as http:
        yield Place(rg.Argilla(api_url=own_server.url, api_key=key), http, "parity")


@pytest.mark.parametrize("who", ["owner", "annotator"])
def test_no_request_makes_the_server_fail(own_server: Embedded, own_place: Place, who: str) -> None:
    schemathesis = pytest.importorskip("schemathesis")

    credentials = own_server.credentials
    account = credentials.owner if who == "owner" else credentials.annotators[0]
    headers = {"X-Argilla-Api-Key": account.api_key}
    api = f"{own_server.url}/api/v1"
    described = httpx.get(f"{api}/openapi.json", headers=headers).raise_for_status().json()
    schema = schemathesis.openapi.from_dict(described).exclude(path_regex=OUTWARD)
    places = [each.ok() for each in schema.get_all_operations()]
    cases = st.one_of(*(place.as_strategy() for place in places))
    ids = own_place.ids
    failures: dict[str, Any] = {}

    @settings(
        max_examples=REQUESTS,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases, st.booleans())
    def ask(case: Any, is_there: bool) -> None:
        if is_there and case.method != "DELETE":
            case.path_parameters |= {name: ids[name] for name in case.path_parameters}
        answer = case.call(base_url=api, headers=headers, timeout=60)
        if answer.status_code >= 500:
            failures.setdefault(f"{case.method} {case.path}", case.as_curl_command())

    ask()

    assert failures == {}
    assert httpx.get(f"{own_server.url}/health").text == "healthy"
