"""What is deployed with containers: the files by their schema and lint, and by our own rules."""

import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from cyclopts import CycloptsError

from labeling.server.__main__ import OWNER_KEY
from learner.cli import app
from learner.live.up import API_KEY

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BIN = Path(sys.executable).parent
ONE_SHOT = {"campaign", "campaign-gpu"}


def checked(*command: object) -> None:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_follows_the_compose_specification() -> None:
    schema = ("--builtin-schema", "vendor.compose-spec")
    checked(BIN / "check-jsonschema", *schema, "docker-compose.yml")


def test_the_dockerfile_has_no_lint() -> None:
    checked(BIN / "hadolint", "Dockerfile")


def test_every_image_is_of_one_version() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    images = [service["image"] for service in SERVICES.values()]
    stages = re.findall(r" AS (\S+)", dockerfile)
    images += [name for name in re.findall(r"^FROM (\S+)", dockerfile, re.M) if name not in stages]
    for image in images:
        assert re.fullmatch(r"\S+:v?\d+(\.\d+)+\S*", image), image


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_watched_bounded_and_reached_from_this_machine_only(name: str) -> None:
    service = SERVICES[name]
    assert "mem_limit" in service
    for port in service.get("ports", []):
        assert port.startswith("${PARITY_BIND:-127.0.0.1}:"), port
    is_built = "build" in service
    if is_built:
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    health = "healthcheck" in service or service.get("build", {}).get("target") == "server"
    assert health or name in ONE_SHOT or name.startswith("stock-")


def test_what_we_build_runs_as_nobody_in_particular() -> None:
    last = (ROOT / "Dockerfile").read_text().split("FROM base AS server")[1]
    for stage in last.split("FROM base AS learner"):
        assert "USER 10001:10001" in stage


def test_no_secret_stands_in_the_environment() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|KEY|SECRET|DATABASE_URL", name):
                is_file = name.endswith("_FILE") and value.startswith("/run/secrets/")
                assert is_file or re.fullmatch(r"\$\{\w+:-\}", value), name


def test_the_commands_are_ours_and_read_what_they_are_given() -> None:
    for name in ("campaign", "campaign-gpu", "demo"):
        words = [re.sub(r"\$\{\w+:-(.*?)\}", r"\1", word) for word in SERVICES[name]["command"]]
        try:
            app.parse_args(words, exit_on_error=False, print_error=False)
        except CycloptsError as error:
            pytest.fail(f"{name}: {error}")
    assert f"{API_KEY}_FILE" in SERVICES["campaign"]["environment"]
    assert f"{OWNER_KEY}_FILE" in SERVICES["argilla"]["environment"]


def test_every_secret_that_is_named_is_made_once(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    script = tmp_path / "scripts" / "secrets"
    script.write_text((ROOT / "scripts" / "secrets").read_text())
    script.chmod(0o755)
    assert subprocess.run([script], capture_output=True).returncode == 0
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert set(made) == set(COMPOSE["secrets"])
    assert all(len(content) >= 64 and content.split() == [content] for content in made.values())
    assert made["postgres_password"] in made["database_url"]
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    again = subprocess.run([script], capture_output=True, text=True)
    assert again.returncode == 2
    assert "nothing is changed" in again.stderr
    assert made == {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}


def test_what_the_images_are_made_of_is_there() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.M):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in ignored, source
