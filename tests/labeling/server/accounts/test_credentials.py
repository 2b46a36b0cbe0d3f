import json
import stat
from pathlib import Path

import pytest

from labeling.errors import ParityError
from labeling.server.accounts.credentials import (
    credentials_file,
    make_credentials,
    read_credentials,
    write_credentials,
    write_url,
)

pytestmark = pytest.mark.slow


def test_credentials_are_read_as_they_were_written(tmp_path: Path) -> None:
    credentials = make_credentials()

    write_credentials(tmp_path, credentials)

    assert read_credentials(tmp_path) == credentials


def test_only_their_owner_can_read_the_credentials(tmp_path: Path) -> None:
    write_credentials(tmp_path, make_credentials())
    write_url(tmp_path, "http://127.0.0.1:6900")

    assert stat.S_IMODE(credentials_file(tmp_path).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["credentials.json"]


def test_a_new_address_leaves_the_accounts_alone(tmp_path: Path) -> None:
    credentials = make_credentials()
    write_credentials(tmp_path, credentials)

    write_url(tmp_path, "http://127.0.0.1:6905")

    assert read_credentials(tmp_path).url == "http://127.0.0.1:6905"
    assert read_credentials(tmp_path).annotators == credentials.annotators


def test_no_two_accounts_share_a_secret() -> None:
    made = [make_credentials() for _ in range(2)]
    accounts = [account for each in made for account in (each.owner, *each.annotators)]

    assert len({account.password for account in accounts}) == len(accounts) == 8
    assert len({account.api_key for account in accounts}) == len(accounts)


def test_missing_credentials_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ParityError, match=r"credentials\.json: no credentials yet; start"):
        read_credentials(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", json.dumps({"url": "", "owner": {}})])
def test_a_broken_credentials_file_says_what_to_do(tmp_path: Path, content: str) -> None:
    credentials_file(tmp_path).write_text(content)

    with pytest.raises(ParityError, match=r"not a credentials file; delete it"):
        read_credentials(tmp_path)
