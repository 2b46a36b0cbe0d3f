"""Guessing passwords is slow."""

import httpx
import pytest

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow


def sign_in(server: Embedded, name: str, password: str) -> httpx.Response:
    body = {"username": name, "password": password}
    return httpx.post(f"{server.url}/api/v1/token", data=body, timeout=30)


def test_after_five_wrong_passwords_the_right_one_has_to_wait_as_well(server: Embedded) -> None:
    account, other = server.credentials.annotators[1:3]
    assert sign_in(server, account.username, account.password).status_code == 201, "a new count"
    wrong = [sign_in(server, account.username, "wrong").status_code for _ in range(5)]
    assert wrong == [401] * 5
    slowed = sign_in(server, account.username, account.password)
    assert slowed.status_code == 429
    assert 1 <= int(slowed.headers["Retry-After"]) <= 2
    assert sign_in(server, other.username, other.password).status_code == 201


def test_a_name_that_nobody_has_is_slowed_down_the_same(server: Embedded) -> None:
    said = [sign_in(server, "nobody", "wrong").status_code for _ in range(6)]
    assert said == [401] * 5 + [429]


def test_choosing_a_password_is_no_way_round(server: Embedded) -> None:
    body = {"username": "nobody-else", "password": "wrong", "new_password": "long enough"}
    url = f"{server.url}/api/v1/password"
    said = [httpx.post(url, json=body, timeout=30).status_code for _ in range(6)]
    assert said == [422] * 5 + [429]
