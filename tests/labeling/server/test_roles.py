"""An annotator may annotate, in workspaces that they belong to, and nothing else."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import argilla as rg
import httpx
import pytest
from people import CATEGORIES
from places import ANSWER, WEBHOOK, Place

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow

OPEN = {  # what needs no login, see test_doors.py
    ("POST", "/token"),
    ("POST", "/password"),
    ("GET", "/oauth2/providers"),
    ("GET", "/oauth2/providers/{provider}/authentication"),
    ("GET", "/oauth2/providers/{provider}/access-token"),
}
OURS = {  # routes of ours that the description leaves out
    ("GET", "/openapi.json"),
    ("GET", "/parity"),
    ("GET", "/datasets/{dataset_id}/answers"),
    ("GET", "/datasets/{dataset_id}/revision"),
    ("PUT", "/datasets/{dataset_id}/priorities"),
    ("PUT", "/datasets/{dataset_id}/recoding"),
}
# What annotating takes. {…} is a thing in a workspace that the annotator belongs to.
FOR_ANNOTATORS = {
    ("GET", "/me"),
    ("GET", "/me/datasets"),
    ("GET", "/me/workspaces"),
    ("GET", "/me/datasets/{dataset_id}/metadata-properties"),
    ("GET", "/me/datasets/{dataset_id}/metrics"),
    ("POST", "/me/datasets/{dataset_id}/records/search"),
    ("POST", "/me/responses/bulk"),
    ("GET", "/datasets/{dataset_id}"),
    ("GET", "/datasets/{dataset_id}/fields"),
    ("GET", "/datasets/{dataset_id}/progress"),
    ("GET", "/datasets/{dataset_id}/questions"),
    ("GET", "/datasets/{dataset_id}/records/search/suggestions/options"),
    ("GET", "/datasets/{dataset_id}/revision"),
    ("GET", "/datasets/{dataset_id}/users/progress"),
    ("GET", "/datasets/{dataset_id}/vectors-settings"),
    ("GET", "/metadata-properties/{metadata_property_id}/metrics"),
    ("GET", "/records/{record_id}"),
    ("POST", "/records/{record_id}/responses"),
    ("GET", "/records/{record_id}/suggestions"),
    ("GET", "/workspaces/{workspace_id}"),
    ("GET", "/openapi.json"),
    ("GET", "/parity"),
    ("GET", "/settings"),
    ("GET", "/status"),
    ("GET", "/version"),
}


def body(method: str, path: str, ids: dict[str, str]) -> Any:
    """A body that would do what the route is for; None where it takes none."""
    settings = {"type": "text", "use_markdown": False}
    label = {"type": "label_selection", "options": [{"value": v, "text": v} for v in ("a", "b")]}
    record = {"fields": {"text": "mine"}, "external_id": "mine"}
    suggestion = {"question_id": ids["question_id"], "value": CATEGORIES[2]}
    recoding = {
        **{"question": "category", "options": ["a", "b"], "visible_options": None},
        **{"guidelines": "", "fates": {}, "reopens_discards": True, "revision": 1},
    }
    bodies: dict[tuple[str, str], Any] = {
        ("POST", "/annotators"): {"username": "friend"},
        ("POST", "/datasets"): {"name": "mine", "workspace_id": ids["workspace_id"]},
        ("PATCH", "/datasets/{dataset_id}"): {"name": "taken"},
        ("POST", "/datasets/{dataset_id}/fields"): {
            **{"name": "more", "title": "More", "settings": settings}
        },
        ("POST", "/datasets/{dataset_id}/questions"): {
            **{"name": "more", "title": "More", "settings": label}
        },
        ("POST", "/datasets/{dataset_id}/metadata-properties"): {
            **{"name": "more", "title": "More", "settings": {"type": "terms"}}
        },
        ("POST", "/datasets/{dataset_id}/vectors-settings"): {
            **{"name": "more", "title": "More", "dimensions": 2}
        },
        ("POST", "/datasets/{dataset_id}/records/bulk"): {"items": [record]},
        ("PUT", "/datasets/{dataset_id}/records/bulk"): {"items": [record]},
        ("POST", "/datasets/{dataset_id}/records/search"): {},
        ("POST", "/me/datasets/{dataset_id}/records/search"): {},
        ("PUT", "/datasets/{dataset_id}/priorities"): {"secret": 1.0},
        ("PUT", "/datasets/{dataset_id}/recoding"): recoding,
        ("POST", "/datasets/{dataset_id}/import"): {
            **{"name": "a/b", "subset": "c", "split": "d"},
            "mapping": {"fields": [{"source": "text", "target": "text"}]},
        },
        ("POST", "/datasets/{dataset_id}/export"): {
            **{"name": "a/b", "subset": "c", "split": "d", "private": True, "token": "t"}
        },
        ("PATCH", "/fields/{field_id}"): {"title": "taken"},
        ("PATCH", "/questions/{question_id}"): {"title": "taken"},
        ("PATCH", "/metadata-properties/{metadata_property_id}"): {"title": "taken"},
        ("PATCH", "/vectors-settings/{vector_settings_id}"): {"title": "taken"},
        ("PATCH", "/records/{record_id}"): {"metadata": {"channel": "taken"}},
        ("POST", "/records/{record_id}/responses"): ANSWER,
        ("PUT", "/records/{record_id}/suggestions"): suggestion,
        ("POST", "/me/responses/bulk"): {"items": [{**ANSWER, "record_id": ids["record_id"]}]},
        ("PUT", "/responses/{response_id}"): ANSWER,
        ("PATCH", "/users/{user_id}"): {"role": "owner"},
        ("POST", "/users"): {
            **{"first_name": "y", "username": "y", "password": "long enough", "role": "owner"}
        },
        ("POST", "/workspaces"): {"name": "mine"},
        ("POST", "/workspaces/{workspace_id}/users"): {"user_id": ids["user_id"]},
        ("POST", "/webhooks"): {**WEBHOOK, "url": "http://127.0.0.1:9/"},
        ("PATCH", "/webhooks/{webhook_id}"): {"enabled": True},
    }
    return bodies.get((method, path))


def parameters(method: str, path: str, ids: dict[str, str]) -> dict[str, str]:
    """The query that a route asks for."""
    if method == "DELETE" and path in (
        "/datasets/{dataset_id}/records",
        "/records/{record_id}/suggestions",
    ):
        return {"ids": ids["record_id" if path.endswith("records") else "suggestion_id"]}
    return {}


def ask(http: httpx.Client, route: tuple[str, str], ids: dict[str, str]) -> httpx.Response:
    method, path = route
    address = re.sub(r"\{(\w+)\}", lambda name: ids[name[1]], path)
    sent, query = body(method, path, ids), parameters(method, path, ids)
    return http.request(method, address, json=sent, params=query)


def client(server: Embedded, key: str | None) -> httpx.Client:
    headers = {} if key is None else {"X-Argilla-Api-Key": key}
    return httpx.Client(base_url=f"{server.url}/api/v1", headers=headers, timeout=60)


@pytest.fixture(scope="module")
def http(server: Embedded) -> Iterator[httpx.Client]:
    """The owner."""
    with client(server, server.credentials.owner.api_key) as owner:
        yield owner


@pytest.fixture(scope="module")
def annotator(server: Embedded) -> Iterator[httpx.Client]:
    with client(server, server.credentials.annotators[0].api_key) as somebody:
        yield somebody


@pytest.fixture(scope="module")
def places(owner: rg.Argilla, http: httpx.Client) -> Iterator[tuple[Place, Place]]:
    """One in the workspace that annotators belong to, one in another."""
    other = rg.Workspace(f"other-{uuid4().hex[:8]}", client=owner).create()
    with ExitStack() as stack:
        stack.callback(other.delete)
        mine = Place(owner, http, "parity")
        stack.callback(mine.close)
        foreign = Place(owner, http, other.name)
        stack.callback(foreign.close)
        yield mine, foreign


@pytest.fixture(scope="module")
def routes(http: httpx.Client) -> set[tuple[str, str]]:
    """Method and path of all that the server offers."""
    described = http.get("/openapi.json").raise_for_status().json()["paths"]
    found = {(method.upper(), path) for path, methods in described.items() for method in methods}
    assert len(found) > 70
    return found | OURS


def test_without_a_key_nothing_is_told_or_done(
    server: Embedded, places: tuple[Place, Place], routes: set[tuple[str, str]]
) -> None:
    with client(server, None) as nobody:
        answers = {route: ask(nobody, route, places[0].ids).status_code for route in routes - OPEN}

    assert {route: status for route, status in answers.items() if status != 401} == {}


def test_an_annotator_may_do_what_annotating_takes_and_no_more(
    annotator: httpx.Client, places: tuple[Place, Place], routes: set[tuple[str, str]]
) -> None:
    mine, _ = places
    allowed, others = set(), {}
    for route in sorted(routes - OPEN - FOR_ANNOTATORS):
        status = ask(annotator, route, mine.ids).status_code
        if status < 400:
            allowed.add(route)
        elif status not in (403, 404):
            others[route] = status
    assert (allowed, others) == (set(), {})

    own = ask(annotator, ("POST", "/records/{record_id}/responses"), mine.ids)
    assert own.status_code == 201
    ids = {**mine.ids, "response_id": own.json()["id"]}
    for method in ("PUT", "DELETE"):
        assert ask(annotator, (method, "/responses/{response_id}"), ids).is_success
    refused = {
        route: answer.text
        for route in sorted(FOR_ANNOTATORS)
        if not (answer := ask(annotator, route, mine.ids)).is_success
    }
    assert list(refused) == [("POST", "/records/{record_id}/responses")]
    assert "Response already exists" in refused.popitem()[1], "the bulk route has written one"


def test_nothing_in_another_workspace_can_be_read_or_changed(
    annotator: httpx.Client, places: tuple[Place, Place], routes: set[tuple[str, str]]
) -> None:
    _, foreign = places
    before = foreign.everything()
    answers = {
        route: ask(annotator, route, foreign.ids)
        for route in sorted(routes - OPEN)
        if "{" in route[1]
    }

    assert len(answers) > 50
    open_ = {
        route: answer.text
        for route, answer in answers.items()
        if answer.status_code not in (403, 404)
    }
    assert open_ == {}
    assert not any("the secret inquiry" in answer.text for answer in answers.values())
    bulk = ask(annotator, ("POST", "/me/responses/bulk"), foreign.ids).json()
    assert [item["item"] for item in bulk["items"]] == [None]
    assert foreign.everything() == before


def test_an_annotator_is_told_of_own_workspaces_and_data_sets_only(
    annotator: httpx.Client, places: tuple[Place, Place]
) -> None:
    told = annotator.get("/me/datasets").text + annotator.get("/me/workspaces").text

    mine, foreign = places
    assert mine.ids["dataset_id"] in told
    assert foreign.ids["dataset_id"] not in told
    assert foreign.ids["workspace_id"] not in told


def test_what_colleagues_answered_is_told_to_no_annotator(
    annotator: httpx.Client, http: httpx.Client, places: tuple[Place, Place]
) -> None:
    ids = places[0].ids
    search = f"/me/datasets/{ids['dataset_id']}/records/search?include=responses"
    told = [
        annotator.get(f"/records/{ids['record_id']}").json(),
        annotator.post(search, json={}).json(),
    ]

    assert ids["response_id"] not in str(told)
    assert ids["response_id"] in http.get(f"/records/{ids['record_id']}").text
