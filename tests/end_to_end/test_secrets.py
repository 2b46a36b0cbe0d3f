"""Passwords, keys and the session secret stand in the files made for them, and nowhere else."""

import json
import os
import re
import signal
import stat
from pathlib import Path

import httpx
import pytest
from waiting import wait_until

from scripts.rehearsals import Seen, run, start, write_inquiries

pytestmark = pytest.mark.end_to_end

ONE_TIME = re.compile(r"one-time password +(\S+)")


def command_lines() -> str:
    """What everybody on this machine sees of the processes on it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found.append((process / "cmdline").read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return "\n".join(found)


def sign_in(url: str, name: str, password: str) -> httpx.Response:
    return httpx.post(f"{url}/api/v1/token", data={"username": name, "password": password})


def test_no_secret_is_logged_or_shown_and_their_files_are_closed_to_others(tmp_path: Path) -> None:
    write_inquiries(tmp_path / "inquiries.csv", rows=120)
    home, log = tmp_path / "home", tmp_path / "log"
    arguments = ("up", "--data", tmp_path / "inquiries.csv", "--home", home, "--until", 100)
    command = start(*arguments, "--annotators", "simulated", "--model", "head", log=log)
    try:
        wait_until(lambda: len(Seen(home).submitted()) >= 3, seconds=240)
        secrets = used_secrets(home)
        added = run("annotators", "add", "anna", "--home", home, cwd=tmp_path)
        secrets += ONE_TIME.findall(added.stdout)
        shown = command_lines()
    finally:
        os.killpg(command.pid, signal.SIGINT)
        command.wait(60)

    assert len(secrets) == 4 * 3 + 2
    assert str(home) in shown, "the campaign's own processes are seen"
    assert [secret for secret in secrets if secret in shown] == []
    logs = [log, *home.rglob("*.log*")]
    assert home / "argilla" / "server.log" in logs
    # The server's log breaks long words.
    told = "".join("".join(each.read_text(errors="replace").split()) for each in logs)
    assert "readyat" in told
    assert [secret for secret in secrets if secret in told] == []

    private = ["credentials.json", "argilla/secret", "argilla/argilla.db"]
    modes = {name: stat.S_IMODE((home / name).stat().st_mode) for name in private}
    assert modes == dict.fromkeys(private, 0o600)
    assert stat.S_IMODE((home / "argilla").stat().st_mode) == 0o700


def used_secrets(home: Path) -> list[str]:
    """Everybody's password, key and login, each used rightly and wrongly; the session secret."""
    credentials = json.loads((home / "credentials.json").read_text())
    accounts, url = [credentials["owner"], *credentials["annotators"]], credentials["url"]
    secrets = [(home / "argilla" / "secret").read_text()]
    for account in accounts:
        name, password, key = account["username"], account["password"], account["api_key"]
        login = sign_in(url, name, password).json()["access_token"]
        assert sign_in(url, name, f"not {password}").status_code == 401
        for headers in ({"Authorization": f"Bearer {login}"}, {"X-Argilla-Api-Key": key}):
            assert httpx.get(f"{url}/api/v1/me", headers=headers).status_code == 200
            misshapen = {"username": 1, "password": password, "key": key, "login": login}
            answer = httpx.post(f"{url}/api/v1/users", headers=headers, json=misshapen)
            assert answer.status_code == 422
        secrets += [password, key, login]
    return secrets
