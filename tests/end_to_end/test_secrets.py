"""Passwords, keys and the session secret stand in the files made for them, and nowhere else."""

import json
import os
import re
import signal
import stat
from pathlib import Path

import httpx
import pytest
from campaigns import Seen, family, run, start, write_inquiries
from waiting import wait_until

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


def test_no_secret_is_logged_or_shown_in_the_process_list(tmp_path: Path) -> None:
    write_inquiries(tmp_path / "inquiries.csv", rows=120)
    home, log = tmp_path / "home", tmp_path / "log"
    arguments = ("up", "--data", tmp_path / "inquiries.csv", "--home", home)
    command = start(*arguments, "--annotators", "simulated", "--model", "head", log=log)
    try:
        wait_until(lambda: len(Seen(home).submitted()) >= 5)
        credentials = json.loads((home / "credentials.json").read_text())
        accounts, url = [credentials["owner"], *credentials["annotators"]], credentials["url"]
        secrets = [account[kind] for account in accounts for kind in ("password", "api_key")]
        secrets.append((home / "argilla" / "secret").read_text())
        for account in accounts:
            login = sign_in(url, account["username"], account["password"]).json()["access_token"]
            httpx.get(f"{url}/api/v1/me", headers={"Authorization": f"Bearer {login}"})
            secrets.append(login)
        assert sign_in(url, "owner", "a wrong password").status_code == 401
        key = {"X-Argilla-Api-Key": accounts[1]["api_key"]}
        assert httpx.get(f"{url}/api/v1/users", headers=key).status_code == 403
        added = run("annotators", "add", "anna", "--home", home, cwd=tmp_path)
        [one_time] = ONE_TIME.findall(added.stdout)
        secrets.append(one_time)
        shown = command_lines()
        assert str(home) in shown, "the campaign's own processes are seen"
    finally:
        os.killpg(command.pid, signal.SIGINT)
        command.wait(60)
    assert family(home) == []

    logs = [log, *home.rglob("*log*")]
    assert home / "argilla" / "server.log" in logs
    told = "\n".join(each.read_text(errors="replace") for each in logs if each.is_file())
    assert "ready at" in told
    assert [secret for secret in secrets if secret in shown] == []
    assert [secret for secret in secrets if secret in told] == []


def test_what_holds_secrets_is_open_to_its_owner_alone(tmp_path: Path) -> None:
    write_inquiries(tmp_path / "inquiries.csv", rows=120)
    home = tmp_path / "home"
    done = run(
        *("up", "--data", "inquiries.csv", "--home", home, "--annotators", "simulated"),
        *("--model", "head", "--until", 12),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr

    private = ["credentials.json", "argilla/secret", "argilla/argilla.db"]
    modes = {name: stat.S_IMODE((home / name).stat().st_mode) for name in private}
    assert modes == dict.fromkeys(private, 0o600)
    assert stat.S_IMODE((home / "argilla").stat().st_mode) == 0o700
