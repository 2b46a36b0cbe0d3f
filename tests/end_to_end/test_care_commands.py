"""`parity annotators`, `backup` and `restore` as they are typed, beside a server that runs."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from labeling.embedded import Embedded, start_embedded
from scripts.rehearsals import run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    home = tmp_path_factory.mktemp("campaigns") / "home"
    with start_embedded(home, None, print) as embedded:
        yield embedded


@pytest.fixture
def folder(server: Embedded) -> Path:
    """The folder that holds the folder `home`."""
    return Path(server.process.args[server.process.args.index("--home") + 1]).parent  # type: ignore


def test_an_annotator_is_taken_in_listed_given_a_new_password_and_let_go(
    server: Embedded, folder: Path
) -> None:
    added = run("annotators", "add", "anna", "--home", "home", cwd=folder)
    assert added.returncode == 0, added.stderr
    name, password, address = (line.split()[-1] for line in added.stdout.splitlines())
    assert (name, address) == ("anna", f"{server.url}/choose-password?name=anna")
    choice = {"username": name, "password": password, "new_password": "the one I want"}
    httpx.post(f"{server.url}/api/v1/password", json=choice).raise_for_status()

    listed = run("annotators", "list", "--home", "home", cwd=folder)
    assert listed.stdout.splitlines()[0].split() == ["anna", "active", "0", "answers"]
    assert len(listed.stdout.splitlines()) == 4

    again = run("annotators", "reset", "anna", "--home", "home", cwd=folder)
    assert again.stdout.splitlines()[1].split()[-1] not in (password, "the one I want")
    form = {"username": "anna", "password": "the one I want"}
    assert httpx.post(f"{server.url}/api/v1/token", data=form).status_code == 401

    removed = run("annotators", "remove", "anna", "--home", "home", cwd=folder)
    assert removed.stdout.startswith("anna can no longer sign in; the answers stay")


def test_a_campaign_is_put_into_a_file_and_taken_out_again(folder: Path) -> None:
    saved = run("backup", "--home", "home", "--to", "saved.tar.gz", cwd=folder)
    assert saved.stdout.startswith("saved.tar.gz: 0."), saved.stderr
    restored = run("restore", "saved.tar.gz", "--home", "again", cwd=folder)

    assert restored.stdout.startswith("again: restored; `parity up` with the same options"), (
        restored.stderr
    )
    kept = [path.relative_to(folder / "home") for path in (folder / "home").rglob("*")]
    again = [path.relative_to(folder / "again") for path in (folder / "again").rglob("*")]
    assert set(again) < set(kept)
    assert Path("argilla/argilla.db") in again


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("annotators", "add", "a b", "--home", "home"), "'a b' cannot be a name: letters, digits"),
        (("annotators", "add", "annotator-1", "--home", "home"), "there is annotator-1 already"),
        (("annotators", "reset", "bo", "--home", "home"), "there is no annotator 'bo'; there are"),
        (("annotators", "remove", "bo", "--home", "home"), "there is no annotator 'bo'; there are"),
        (("annotators", "list"), "no accounts in campaign: begin a campaign with `parity up`"),
        (("backup", "--to", "new.tar.gz"), "no campaign in campaign: name the --home of one"),
        (("restore", "missing.tar.gz"), "missing.tar.gz: no such file"),
        (("restore", "missing.tar.gz", "--home", "home"), "--home home: it is not empty; name a"),
        (("up", "--host", "192.0.2.1"), "--host 192.0.2.1: this machine has no such address"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    folder: Path, arguments: tuple[str, ...], says: str
) -> None:
    before = sorted(path.name for path in folder.iterdir())

    refused = run(*arguments, cwd=folder)

    assert refused.returncode == 2, refused.stdout + refused.stderr
    assert refused.stderr.count("\n") == 1, refused.stderr
    assert says in refused.stderr
    assert sorted(path.name for path in folder.iterdir()) == before


def test_help_is_there_at_once(tmp_path: Path) -> None:
    seconds = []
    for arguments in (("--help",), ("annotators", "--help"), ("backup", "--help")):
        begun = time.monotonic()
        assert run(*arguments, cwd=tmp_path).returncode == 0
        seconds.append(time.monotonic() - begun)

    assert min(seconds) < 1
