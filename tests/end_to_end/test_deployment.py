"""What the containers start, started here: server, database, queue and loop as processes apart."""

import subprocess
from pathlib import Path

import httpx
import pandas as pd
import pytest
from postgresql import cluster, new_database, query
from redis_server import redis_server
from waiting import wait_until

from labeling.embedded import _server_python
from scripts.rehearsals import start, write_inquiries

pytestmark = pytest.mark.end_to_end

ROOT = Path(__file__).resolve().parents[2]
KEY = "k" * 64
HOST, PORT = "127.0.0.1", 6987


def test_server_and_campaign_work_apart_on_postgresql_and_redis_with_secrets_from_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_inquiries(tmp_path / "inquiries.csv")
    with cluster(tmp_path / "database") as base, redis_server(tmp_path / "redis") as port:
        url = new_database(base)
        (tmp_path / "database_url").write_text(url)
        (tmp_path / "owner_api_key").write_text(KEY)
        monkeypatch.setenv("ARGILLA_DATABASE_URL_FILE", str(tmp_path / "database_url"))
        monkeypatch.setenv("ARGILLA_REDIS_URL", f"redis://127.0.0.1:{port}/0")
        monkeypatch.setenv("PARITY_OWNER_API_KEY_FILE", str(tmp_path / "owner_api_key"))
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        monkeypatch.setenv("ARGILLA_API_KEY_FILE", str(tmp_path / "owner_api_key"))
        address = f"http://{HOST}:{PORT}"
        command = [str(_server_python()), "-P", "-m", "labeling.server"]
        with (tmp_path / "server.log").open("wb") as log:
            # As in the Dockerfile, but for the host: nobody else is to reach this one.
            server = subprocess.Popen(
                [*command, "--home", str(tmp_path / "server"), "--host", HOST, "--port", str(PORT)],
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )
        try:
            wait_until(lambda: is_healthy(address), seconds=120)
            campaign = start(
                *("up", "--data", tmp_path / "inquiries.csv", "--argilla-url", address),
                *("--home", tmp_path / "home", "--model", "head", "--until", 45),
                *("--annotators", "simulated"),
                log=tmp_path / "campaign.log",
            )
            assert campaign.wait(240) == 0, (tmp_path / "campaign.log").read_text()
            counted = query(url, "SELECT COUNT(*) FROM responses WHERE status = 'submitted'")
        finally:
            server.terminate()
            server.wait(30)
    labels = pd.read_csv(tmp_path / "home" / "labels.csv")
    assert len(labels) >= 45
    assert int(counted[0]) >= len(labels)
    for log_file in ("server.log", "campaign.log"):
        assert KEY not in (tmp_path / log_file).read_text()


def is_healthy(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health", timeout=4).is_success
    except httpx.HTTPError:
        return False
