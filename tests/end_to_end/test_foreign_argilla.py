import sqlite3
from pathlib import Path

import httpx
import pandas as pd
import pytest
from stock_proxy import as_stock
from waiting import wait_until

from labeling.embedded import Embedded, start_embedded
from scripts.rehearsals import Seen, run, start, write_inquiries

pytestmark = pytest.mark.end_to_end


def draft_last(theirs: Embedded, database: Path) -> str:
    """Save a draft, as a person there, on the record that comes last; its inquiry."""
    with sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True) as connection:
        record, inquiry = connection.execute(
            "SELECT id, external_id FROM records ORDER BY json_extract(metadata, '$.priority')"
        ).fetchone()
    person = theirs.credentials.annotators[0]
    answer = httpx.post(
        f"{theirs.url}/api/v1/records/{record}/responses",
        headers={"X-Argilla-Api-Key": person.api_key},
        json={"values": {}, "status": "draft"},
        timeout=30,
    )
    assert answer.status_code == 201, answer.text
    return str(inquiry)


def test_a_rehearsal_on_somebody_elses_argilla_deletes_only_what_nobody_has_touched(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = write_inquiries(tmp_path / "inquiries.csv").set_index("text")["category"]
    home, log, their_home = tmp_path / "home", tmp_path / "log", tmp_path_factory.mktemp("theirs")
    with start_embedded(their_home, None, print) as theirs, as_stock(theirs.url) as url:
        key = theirs.credentials.owner.api_key
        monkeypatch.setenv("ARGILLA_API_KEY", key)
        command = start(
            *("up", "--data", tmp_path / "inquiries.csv", "--home", home, "--model", "head"),
            *("--annotators", "simulated", "--until", 60, "--argilla-url", url),
            log=log,
        )
        there = Seen(their_home)
        wait_until(lambda: len(there.submitted()) >= 3)
        drafted = draft_last(theirs, there.database)
        assert command.wait(180) == 0, log.read_text()

    labels = pd.read_csv(home / "labels.csv")
    assert len(labels) >= 60
    assert (labels["category"] == labels["text"].map(truth)).all()
    asked = {inquiry for (inquiry,) in Seen(home).journal("SELECT inquiry FROM asked")}
    assert asked > set(there.records()), "what became stale was deleted"
    assert set(there.records()) == {*labels["id"], drafted}
    assert drafted in there.drafted()
    assert not (home / "credentials.json").exists()
    assert key not in log.read_text()


def test_a_server_of_ours_that_runs_by_itself_keeps_the_order(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_inquiries(tmp_path / "inquiries.csv")
    home, log, its_home = tmp_path / "home", tmp_path / "log", tmp_path_factory.mktemp("server")
    (tmp_path / "key").write_text("k" * 40 + "\n")
    monkeypatch.setenv("PARITY_OWNER_API_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("ARGILLA_API_KEY_FILE", str(tmp_path / "key"))
    with start_embedded(its_home, None, print) as server:
        assert server.credentials.owner.api_key == "k" * 40
        command = start(
            *("up", "--data", tmp_path / "inquiries.csv", "--home", home, "--model", "head"),
            *("--annotators", "simulated", "--until", 45, "--argilla-url", server.url),
            log=log,
        )
        there = Seen(its_home)
        wait_until(lambda: len(there.submitted()) >= 12)
        changed = run("codebook", "rename", "track_order", "find_order", "--home", home, cwd=home)
        assert "taken up" in changed.stdout, changed.stderr
        assert command.wait(180) == 0, log.read_text()

    labels = pd.read_csv(home / "labels.csv")
    assert len(labels) >= 45
    assert "find_order" in set(labels["category"])
    asked = {inquiry for (inquiry,) in Seen(home).journal("SELECT inquiry FROM asked")}
    assert asked == set(there.records()), "what became stale is hidden, not deleted"
