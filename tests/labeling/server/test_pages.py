import re

import httpx
import pytest

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow

LOADED = re.compile(
    r"""<(?:script|img|iframe)[^>]+src=["']?([^"' >]+)|<link[^>]+href=["']?([^"' >]+)"""
    r"""|@import\s+(?:url\()?["']?([^"')]+)|url\(["']?([^"')]+)"""
)


def loaded_by(content: str) -> set[str]:
    return {address for groups in LOADED.findall(content) for address in groups if address}


@pytest.mark.parametrize("page", ["/", "/sign-in", "/dataset/any/annotation-mode"])
def test_no_page_loads_anything_from_another_host(server: Embedded, page: str) -> None:
    with httpx.Client(base_url=server.url) as http:
        html = http.get(page).raise_for_status().text
        addresses = loaded_by(html)
        stylesheets = [address for address in addresses if address.endswith(".css")]
        assert stylesheets
        for stylesheet in stylesheets:
            addresses |= loaded_by(http.get(stylesheet).raise_for_status().text)

    assert [address for address in addresses if re.match(r"(https?:)?//", address)] == []


def test_browsers_are_told_to_load_nothing_from_another_host(server: Embedded) -> None:
    headers = httpx.get(f"{server.url}/sign-in").headers
    policy = headers["content-security-policy"]

    assert policy.startswith("default-src 'self' ")
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_the_api_documentation_that_loads_foreign_scripts_is_gone(server: Embedded) -> None:
    assert httpx.get(f"{server.url}/api/v1/docs").status_code == 404
    assert httpx.get(f"{server.url}/api/v1/redoc").status_code == 404


def test_other_sites_may_not_use_the_api(server: Embedded) -> None:
    key = {"X-Argilla-Api-Key": server.credentials.owner.api_key}
    answer = httpx.get(f"{server.url}/api/v1/me", headers={**key, "Origin": "https://example.com"})

    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


def test_a_page_is_served_whole_however_many_parts_are_asked_for(server: Embedded) -> None:
    parts = ",".join(f"{at}-{at}" for at in range(0, 2_000, 2))

    whole = httpx.get(f"{server.url}/parity.css")
    answer = httpx.get(f"{server.url}/parity.css", headers={"Range": f"bytes={parts}"})

    assert (answer.status_code, answer.content) == (200, whole.content)
