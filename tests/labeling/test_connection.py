"""What the client makes of a server that does not answer as it should."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import stamina

from labeling import workspace
from labeling.errors import ParityError
from labeling.workspace import Connection

Answer = Callable[[httpx.Request], httpx.Response]


def unavailable(_: httpx.Request) -> httpx.Response:
    return httpx.Response(503, text="try again later")


def garbled(_: httpx.Request) -> httpx.Response:
    return httpx.Response(
        200, content=b'{"role": "ow', headers={"content-type": "application/json"}
    )


def refused(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("connection refused")


def cut_off(_: httpx.Request) -> httpx.Response:
    raise httpx.RemoteProtocolError("peer closed connection")


def fine(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"keeps_order": True})


def answering(*answers: Answer) -> Connection:
    """A connection to a server that answers in this way, and with the last for ever."""
    left = list(answers)

    def next_answer(request: httpx.Request) -> httpx.Response:
        return (left.pop(0) if len(left) > 1 else left[0])(request)

    transport = httpx.MockTransport(next_answer)
    http = httpx.Client(transport=transport, base_url="http://server")
    client: Any = SimpleNamespace(http_client=http)
    return Connection(client, "http://server")


@pytest.fixture
def impatient() -> Iterator[None]:
    """Does not wait between tries, and gives up after three."""
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("trouble", [unavailable, garbled, refused, cut_off])
def test_a_trouble_that_passes_is_waited_for(trouble: Answer) -> None:
    assert answering(trouble, trouble, fine).request("GET", "me") == {"keeps_order": True}
    assert answering(trouble, fine).keeps_order


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (unavailable, "GET /api/v1/me gave 503: try again later"),
        (garbled, "Unterminated string"),
        (refused, "connection refused"),
        (cut_off, "peer closed connection"),
    ],
)
def test_a_trouble_that_stays_is_said_in_one_line(trouble: Answer, why: str) -> None:
    with pytest.raises(ParityError, match=why) as said:
        answering(trouble).request("GET", "me")
    assert "the same command goes on once it answers" in str(said.value)
    assert "\n" not in str(said.value)


def test_a_refusal_is_not_repeated() -> None:
    tries = []

    def refuse(request: httpx.Request) -> httpx.Response:
        tries.append(request)
        return httpx.Response(404, text="no such thing")

    with pytest.raises(ParityError, match="gave 404: no such thing"):
        answering(refuse).request("GET", "me")
    assert len(tries) == 1


def test_outages_are_waited_for_longer_than_a_server_takes_to_start() -> None:
    from labeling.embedded import START_SECONDS

    assert workspace.PATIENCE_SECONDS > START_SECONDS
