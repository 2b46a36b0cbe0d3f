"""Without a login there is nothing but the way in."""

import json
import re
import subprocess
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from labeling.embedded import Embedded, _server_python

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[4]
LIST_ROUTES = """
import json, sys
from pathlib import Path
from labeling.server import pages, settings
home = Path(sys.argv[1])
settings.configure(home)
pages.load_app(settings.data_folder(home) / "pages")
from argilla_server._app import app
from argilla_server.api.routes import api_v1
from labeling.server.accounts import doors
from labeling.server.accounts import team
api_v1.include_router(team.router(home))
doors.close(app, api_v1)
def walk(routes, prefix=""):
    for route in routes:
        path = prefix + route.path
        if getattr(route, "methods", None):
            yield from ((method, path) for method in sorted(route.methods))
        elif path == "/api/v1":
            yield from walk(route.routes, path)
        else:
            yield ("GET", path + "/nothing")
print(json.dumps(list(walk(app.router.routes))))
"""
THE_WAY_IN = {
    ("POST", "/api/v1/token"),
    ("POST", "/api/v1/password"),
    ("GET", "/api/v1/oauth2/providers"),
    ("GET", "/health"),
    ("HEAD", "/health"),
    ("GET", "/nothing"),  # any other address is a page, which then asks for a login
}


def routes(tmp_path: Path) -> list[tuple[str, str]]:
    """Method and path of everything that Argilla's application answers, from that application."""
    listed = subprocess.run(
        [str(_server_python()), "-c", LIST_ROUTES, str(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return [(method, path) for method, path in json.loads(listed.stdout.splitlines()[-1])]


def test_whoever_has_no_login_gets_nowhere_but_to_the_way_in(
    server: Embedded, tmp_path: Path
) -> None:
    answers = {}
    with httpx.Client(base_url=server.url) as http:
        for method, path in routes(tmp_path):
            address = re.sub(r"\{\w*provider\w*\}", "huggingface", path)
            address = re.sub(r"\{\w+\}", str(uuid4()), address)
            answers[method, path] = http.request(method, address).status_code

    assert len(answers) > 80
    refused = {route for route, status in answers.items() if status == 401}
    no_provider = {route for route, status in answers.items() if status == 404}
    assert set(answers) - refused - no_provider == THE_WAY_IN
    assert no_provider == {
        ("GET", f"/api/v1/oauth2/providers/{{provider}}/{what}")
        for what in ("authentication", "access-token")
    }


@pytest.mark.parametrize("path", ["/docs", "/api", "/api/v1/docs", "/api/v1/docs/oauth2-redirect"])
def test_there_is_no_page_with_documentation_from_elsewhere(server: Embedded, path: str) -> None:
    answer = httpx.get(f"{server.url}{path}", follow_redirects=True)

    assert "swagger" not in answer.text.lower()


def test_the_api_describes_itself_to_whoever_is_signed_in(server: Embedded) -> None:
    address = f"{server.url}/api/v1/openapi.json"
    key = {"X-Argilla-Api-Key": server.credentials.annotators[0].api_key}

    assert httpx.get(address).status_code == 401
    assert "/datasets" in httpx.get(address, headers=key).json()["paths"]


def test_the_server_says_that_it_is_healthy_and_nothing_else(server: Embedded) -> None:
    health = httpx.get(f"{server.url}/health")

    assert (health.status_code, health.text) == (200, "healthy")


def test_a_password_in_a_misshapen_request_is_not_logged(server: Embedded) -> None:
    password = "what nobody else knows"
    key = {"X-Argilla-Api-Key": server.credentials.owner.api_key}
    for path in ("password", "users"):
        body = {"username": ["x"], "password": password}
        refused = httpx.post(f"{server.url}/api/v1/{path}", headers=key, json=body)
        assert refused.status_code == 422

    home = Path(server.process.args[server.process.args.index("--home") + 1])  # type: ignore
    log = (home / "argilla" / "server.log").read_text()
    assert "ready at" in log
    assert password not in " ".join(log.split())
