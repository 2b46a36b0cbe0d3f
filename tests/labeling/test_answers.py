"""Reading the answers again and again, against the real embedded server."""

import pandas as pd
import pytest
from person import Person

from labeling.answers import Reader
from labeling.codebook import codebook_from_labels
from labeling.embedded import Embedded
from labeling.workspace import Connection, Workspace, open_workspace

pytestmark = pytest.mark.slow

CODEBOOK = codebook_from_labels(["cancel", "refund", "track"])


@pytest.fixture(params=[True, False], ids=["ordered-queue", "stock-server"])
def workspace(connection: Connection, request: pytest.FixtureRequest) -> Workspace:
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)[-80:].strip("-")
    workspace = open_workspace(connection, "parity", name, CODEBOOK, request.param)
    ids = ["a", "b", "c"]
    columns = {"text": ids, "priority": [3.0, 2.0, 1.0], "round": 1, "uncertainty": 0.5}
    rest = {"why": "random", "suggestion": None, "score": None, "wanted": 1}
    workspace.push(pd.DataFrame({"id": ids, **columns, **rest}))
    return workspace


@pytest.fixture
def person(server: Embedded, workspace: Workspace) -> Person:
    return Person(server, workspace)


def told(news: pd.DataFrame | None) -> list[tuple[str, str, str]]:
    assert news is not None
    return list(news[["inquiry", "category", "status"]].itertuples(index=False, name=None))


def test_a_look_tells_what_is_new_and_nothing_twice(workspace: Workspace, person: Person) -> None:
    reader = Reader(workspace)
    shown = person.queue()
    assert reader.look() is None
    person.answer(shown["a"], "track")
    person.answer(shown["b"], "cancel", "draft")
    assert sorted(told(reader.look())) == [
        ("a", "track", "submitted"),
        ("b", "cancel", "draft"),
    ]
    assert reader.look() is None
    person.answer(shown["c"], "refund")
    assert told(reader.look()) == [("c", "refund", "submitted")]
    assert sorted(reader.answers["inquiry"]) == ["a", "b", "c"]
    assert set(reader.answers["annotator"]) == {"annotator-1"}


def test_a_changed_answer_is_news(workspace: Workspace, person: Person) -> None:
    reader = Reader(workspace)
    person.answer(person.queue()["a"], "track")
    reader.look()
    change(person, "a", {"values": {"category": {"value": "refund"}}, "status": "submitted"})
    assert told(reader.read()) == [("a", "refund", "submitted")]
    assert reader.answers["category"].tolist() == ["refund"]


def test_a_deleted_answer_is_forgotten(workspace: Workspace, person: Person) -> None:
    reader = Reader(workspace)
    shown = person.queue()
    person.answer(shown["a"], "track")
    person.answer(shown["b"], "track")
    reader.look()
    person.http.delete(f"responses/{response_id(person, 'a')}")
    news = reader.look()
    assert news is not None
    assert news.empty
    assert reader.answers["inquiry"].tolist() == ["b"]


def test_two_readers_know_the_same(workspace: Workspace, person: Person) -> None:
    first, second = Reader(workspace), Reader(workspace)
    for inquiry, record in person.queue().items():
        person.answer(record, "cancel", "discarded" if inquiry == "c" else "submitted")
        first.look()
    second.look()
    order = ["inquiry"]
    pd.testing.assert_frame_equal(
        first.answers.sort_values(order, ignore_index=True),
        second.answers.sort_values(order, ignore_index=True),
    )


def response_id(person: Person, inquiry: str) -> str:
    everything = {"filters": {"type": "and", "and": [submitted()]}}
    path = f"me/datasets/{person.dataset}/records/search"
    items = person.http.post(path, params={"include": "responses"}, json=everything).json()["items"]
    (record,) = [item["record"] for item in items if item["record"]["external_id"] == inquiry]
    return str(record["responses"][0]["id"])


def submitted() -> dict[str, object]:
    scope = {"entity": "response", "property": "status"}
    return {"type": "terms", "scope": scope, "values": ["submitted"]}


def change(person: Person, inquiry: str, body: dict[str, object]) -> None:
    answer = person.http.put(f"responses/{response_id(person, inquiry)}", json=body)
    assert answer.status_code == 200, answer.text
