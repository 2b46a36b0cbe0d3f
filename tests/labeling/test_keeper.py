import os
import signal
from pathlib import Path

import httpx
import pytest
from waiting import wait_until

from labeling import keeper
from labeling.errors import ParityError
from labeling.keeper import keep_embedded

pytestmark = pytest.mark.slow


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False


def test_a_server_that_dies_is_begun_again_at_the_same_address(tmp_path: Path) -> None:
    said: list[str] = []
    with keep_embedded(tmp_path, None, said.append) as server:
        os.kill(server.process.pid, signal.SIGKILL)
        wait_until(lambda: not answers(server.url))
        wait_until(lambda: answers(server.url))
    assert not answers(server.url)
    (line,) = [each for each in said if "begun again" in each]
    assert line.startswith("Argilla's server was killed by SIGKILL")


def test_a_server_that_dies_too_often_is_given_up_and_the_reason_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "DEATHS", 0)
    said: list[str] = []

    def lose_the_server() -> None:
        with keep_embedded(tmp_path, None, said.append) as server:
            os.kill(server.process.pid, signal.SIGKILL)
            wait_until(lambda: any("gone for good" in line for line in said))
            raise ParityError("Argilla does not answer")

    with pytest.raises(
        ParityError, match=r"was killed by SIGKILL once too often; its log is .*log"
    ):
        lose_the_server()
