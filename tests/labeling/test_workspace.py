"""The client against the real embedded server."""

import pandas as pd
import pytest
from person import Person

from labeling.annotators import Script, hire, put_to_work
from labeling.codebook import codebook_from_labels
from labeling.embedded import Embedded
from labeling.errors import InputError, ParityError
from labeling.workspace import Connection, Workspace, open_workspace

pytestmark = pytest.mark.slow

CODEBOOK = codebook_from_labels(["cancel", "refund", "track"])


@pytest.fixture(params=[True, False], ids=["ordered queue", "stock server"])
def workspace(connection: Connection, request: pytest.FixtureRequest) -> Workspace:
    return opened(connection, request.node.name, request.param)


def opened(connection: Connection, name: str, keeps_order: bool = True) -> Workspace:
    short = "".join(c if c.isalnum() else "-" for c in name)[-80:].strip("-")
    return open_workspace(connection, "parity", short, CODEBOOK, keeps_order)


def batch(*ids: str, first: float = 1.0, suggestion: str | None = None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ids,
            "text": [f"Inquiry {i}" for i in ids],
            "priority": [first - n / 100 for n in range(len(ids))],
            "round": 1,
            "uncertainty": 0.25,
            "why": "breaking-ties",
            "suggestion": suggestion,
            "score": None if suggestion is None else 0.83,
            "wanted": 1,
        }
    )


def completed(workspace: Workspace) -> int:
    progress = workspace.connection.request("GET", f"datasets/{workspace.dataset}/progress")
    return int(progress["completed"])


def test_an_inquiry_is_one_record_however_often_it_is_pushed(
    server: Embedded, workspace: Workspace
) -> None:
    workspace.push(batch("a", "b"))
    workspace.push(batch("b", "c", first=2.0, suggestion="refund"))
    queue = Person(server, workspace).queue()
    assert list(queue) == ["b", "c", "a"]
    (suggestion,) = queue["b"]["suggestions"]
    assert (suggestion["value"], suggestion["score"]) == ("refund", 0.83)
    assert queue["b"]["metadata"] == {"round": 1, "uncertainty": 0.25, "why": "breaking-ties"}


def test_answers_are_read_with_who_gave_them(server: Embedded, workspace: Workspace) -> None:
    workspace.push(batch("a", "b", "c"))
    person = Person(server, workspace)
    queue = person.queue()
    person.answer(queue["a"], "refund")
    person.answer(queue["b"], "track", "draft")
    person.answer(queue["c"], "track", "discarded")
    answers = workspace.answers().sort_values("inquiry")
    assert answers["annotator"].tolist() == ["annotator-1"] * 3
    assert answers["status"].tolist() == ["submitted", "draft", "discarded"]
    assert answers["category"].iloc[0] == "refund"
    assert completed(workspace) == 1


def test_what_nobody_has_touched_is_withdrawn(server: Embedded, workspace: Workspace) -> None:
    asked = batch("answered", "drafted", "discarded", "open")
    workspace.push(asked)
    person = Person(server, workspace)
    queue = person.queue()
    person.answer(queue["answered"], "refund")
    person.answer(queue["drafted"], "track", "draft")
    person.answer(queue["discarded"], "track", "discarded")
    workspace.withdraw(asked[asked["id"] == "open"] if workspace.keeps_order else asked)
    assert Person(server, workspace, 1).queue().get("open") is None
    assert set(workspace.answers()["inquiry"]) == {"answered", "drafted", "discarded"}


def test_a_hidden_record_still_takes_the_answer_under_way(
    server: Embedded, connection: Connection
) -> None:
    workspace = opened(connection, "under way")
    workspace.push(batch("a"))
    person = Person(server, workspace)
    record = person.queue()["a"]
    workspace.withdraw(batch("a"))
    assert person.queue() == {}
    assert person.answer(record, "track") == 201
    assert workspace.answers()["category"].tolist() == ["track"]


def test_a_data_set_is_found_again_and_other_categories_are_refused(
    connection: Connection,
) -> None:
    first = opened(connection, "again")
    assert opened(connection, "again").dataset == first.dataset
    other = codebook_from_labels(["cancel", "refund", "something else"])
    with pytest.raises(InputError, match="asks about other categories than the codebook"):
        open_workspace(connection, "parity", "again", other, keeps_order=True)


def test_a_data_set_that_was_left_half_made_is_made_anew(connection: Connection) -> None:
    space = connection.client.workspaces("parity")
    assert space is not None
    body = {"name": "half", "workspace_id": str(space.id)}
    draft = connection.request("POST", "datasets", json=body)
    assert draft["status"] == "draft"
    workspace = opened(connection, "half")
    assert workspace.dataset != draft["id"]
    workspace.push(batch("a"))
    assert completed(workspace) == 0


def test_simulated_annotators_on_somebody_elses_server_answer_by_their_script(
    connection: Connection,
) -> None:
    workspace = opened(connection, "hired", keeps_order=False)
    ids = [f"i{n}" for n in range(6)]
    workspace.push(batch(*ids))
    accounts = hire(connection, "parity")
    assert hire(connection, "parity") == accounts
    script = Script(dict.fromkeys(ids, "track"), CODEBOOK.names, error=0.0, seed=0)
    crew = put_to_work(connection.url, workspace.dataset, accounts, [script] * len(accounts))
    try:
        for _ in range(200):
            if completed(workspace) == len(ids):
                break
            crew._home_time.wait(0.1)
    finally:
        crew.stop()
    crew.check()
    answers = opened(connection, "hired", keeps_order=False).answers()
    assert set(answers["category"]) == {"track"}
    assert set(answers["inquiry"]) == set(ids)
    assert set(answers["annotator"]) <= {"simulated-1", "simulated-2", "simulated-3"}


def test_a_simulated_annotator_without_an_answer_gives_up_and_is_reported(
    server: Embedded, connection: Connection
) -> None:
    workspace = opened(connection, "no answer")
    workspace.push(batch("unknown"))
    script = Script({}, CODEBOOK.names, error=0.0, seed=0)
    account = server.credentials.annotators[0]
    crew = put_to_work(server.url, workspace.dataset, [account], [script])
    crew._threads[0].join(20)
    crew.stop()
    with pytest.raises(
        ParityError, match="gave up: nobody said what the answer to inquiry unknown is"
    ):
        crew.check()
    assert workspace.answers().empty


def test_a_draft_is_kept_when_its_inquiry_is_hidden(
    server: Embedded, connection: Connection
) -> None:
    workspace = opened(connection, "drafted")
    workspace.push(batch("a"))
    person = Person(server, workspace)
    record = person.queue()["a"]
    person.answer(record, "track", "draft")
    workspace.withdraw(batch("a"))
    assert workspace.answers()[["category", "status"]].to_numpy().tolist() == [["track", "draft"]]


def test_all_answers_are_read_however_many_pages_they_fill(
    server: Embedded, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = opened(connection, "pages")
    ids = [f"p{n}" for n in range(5)]
    workspace.push(batch(*ids))
    person = Person(server, workspace)
    for record in person.queue().values():
        person.answer(record, "refund")
    for page in (2, 5):
        monkeypatch.setattr("labeling.workspace.PAGE", page)
        assert sorted(workspace.answers()["inquiry"]) == ids


def test_answers_of_two_people_to_one_inquiry_are_both_read(
    server: Embedded, workspace: Workspace
) -> None:
    workspace.push(batch("a"))
    people = [Person(server, workspace, number) for number in (0, 1)]
    record = people[0].queue()["a"]
    for person, category in zip(people, ("refund", "track"), strict=True):
        assert person.answer(record, category) == 201
    answers = workspace.answers().sort_values("annotator")
    assert answers["annotator"].tolist() == ["annotator-1", "annotator-2"]
    assert answers["category"].tolist() == ["refund", "track"]
    assert completed(workspace) == 1


def test_a_refused_request_says_what_the_server_answered(connection: Connection) -> None:
    with pytest.raises(ParityError, match="GET /api/v1/datasets/none/progress gave 422"):
        connection.request("GET", "datasets/none/progress")
