"""The server is reachable from this machine only, unless it is told otherwise."""

import socket
from contextlib import closing

import pytest

from labeling.errors import InputError
from labeling.server.listening import HOST, check, listen, url_of, warning


def test_only_this_machine_is_listened_to_by_default() -> None:
    with closing(listen(HOST, None)) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"
        assert url_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"
    assert warning(HOST) is None
    assert warning("localhost") is None


def test_a_port_that_is_taken_is_replaced_by_a_free_one() -> None:
    with closing(listen(HOST, None)) as first:
        port = first.getsockname()[1]
        with closing(listen(HOST, port)) as second:
            assert second.getsockname()[1] != port


def test_listening_on_every_address_comes_with_a_warning() -> None:
    said = warning("0.0.0.0")

    assert said is not None
    assert said.startswith("--host 0.0.0.0: every machine that reaches this one can open the sign-")
    assert "unencrypted" in said
    assert socket.gethostname() in said


def test_a_server_that_listens_on_every_address_is_reached_here_by_this_machines_own() -> None:
    with closing(listen("0.0.0.0", None)) as listener:
        assert listener.getsockname()[0] == "0.0.0.0"
        assert url_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", "not a host"])
def test_an_address_that_this_machine_does_not_have_is_refused(host: str) -> None:
    for act in (check, warning):
        with pytest.raises(InputError, match=f"--host {host}: this machine has no such address"):
            act(host)
