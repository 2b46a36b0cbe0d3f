"""Annotators come with a one-time password and go without taking their answers along."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import argilla as rg
import httpx
import pytest
from people import Person, new_dataset, person
from playwright.sync_api import Page, expect

from labeling.accounts import Accounts, Annotator, Invitation, open_accounts
from labeling.embedded import Account, Embedded, start_embedded
from labeling.errors import InputError

pytestmark = pytest.mark.slow

CHOSEN = "the one I want"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("campaign")


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Embedded]:
    with start_embedded(home, None, print) as embedded:
        yield embedded


@pytest.fixture
def accounts(home: Path, server: Embedded) -> Iterator[Accounts]:
    with open_accounts(home, print) as found:
        assert found.url == server.url
        yield found


@pytest.fixture
def invited(accounts: Accounts) -> Invitation:
    return accounts.add(f"anna-{uuid4().hex[:6]}")


def sign_in(server: Embedded, name: str, password: str) -> httpx.Response:
    form = {"username": name, "password": password}
    return httpx.post(f"{server.url}/api/v1/token", data=form)


def choose(server: Embedded, name: str, password: str, new: str = CHOSEN) -> httpx.Response:
    choice = {"username": name, "password": password, "new_password": new}
    return httpx.post(f"{server.url}/api/v1/password", json=choice)


def me(server: Embedded, **headers: str) -> httpx.Response:
    return httpx.get(f"{server.url}/api/v1/me", headers=headers)


def settled(server: Embedded, invitation: Invitation) -> tuple[str, Person]:
    """Somebody who has chosen a password and signed in: their login, and they at work."""
    choose(server, invitation.name, invitation.password).raise_for_status()
    login = sign_in(server, invitation.name, CHOSEN).json()["access_token"]
    key = me(server, Authorization=f"Bearer {login}").json()["api_key"]
    return login, person(server.url, Account(invitation.name, CHOSEN, key))


def test_a_one_time_password_opens_nothing_but_the_choice_of_another(
    server: Embedded, invited: Invitation
) -> None:
    refused = sign_in(server, invited.name, invited.password)
    assert refused.status_code == 403
    assert "/choose-password" in refused.json()["detail"]

    assert choose(server, invited.name, invited.password).status_code == 204

    assert sign_in(server, invited.name, CHOSEN).status_code == 201


def test_a_one_time_password_is_good_once(server: Embedded, invited: Invitation) -> None:
    choose(server, invited.name, invited.password).raise_for_status()

    assert choose(server, invited.name, invited.password, "what I want").status_code == 422
    assert sign_in(server, invited.name, invited.password).status_code == 401


@pytest.mark.parametrize(
    ("present", "new", "says"),
    [
        ("wrong", CHOSEN, "The name or the present password is wrong."),
        (None, "short", "Choose a password of 8 to 72 characters."),
        (None, "ä" * 40, "Choose a password of 8 to 72 characters."),
        (None, None, "Choose a password other than the present one."),
    ],
)
def test_a_choice_that_cannot_be_is_explained(
    server: Embedded, invited: Invitation, present: str | None, new: str | None, says: str
) -> None:
    refused = choose(
        server, invited.name, present or invited.password, new or present or invited.password
    )

    assert (refused.status_code, refused.json()["detail"]) == (422, says)


def test_nobody_learns_whether_there_is_such_a_name(server: Embedded) -> None:
    refused = choose(server, "nobody", "whatever it is")

    assert refused.json()["detail"] == "The name or the present password is wrong."


def test_anybody_may_choose_another_password_whenever_they_want(
    server: Embedded, invited: Invitation
) -> None:
    login, _ = settled(server, invited)

    assert choose(server, invited.name, CHOSEN, "another one").status_code == 204

    assert sign_in(server, invited.name, CHOSEN).status_code == 401
    assert sign_in(server, invited.name, "another one").status_code == 201
    assert me(server, Authorization=f"Bearer {login}").status_code == 401


def test_a_newcomer_belongs_to_the_workspace_and_is_no_more_than_an_annotator(
    server: Embedded, invited: Invitation
) -> None:
    login, _ = settled(server, invited)
    found = me(server, Authorization=f"Bearer {login}").json()
    client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
    space = client.workspaces("parity")
    assert space is not None

    assert found["role"] == "annotator"
    assert invited.name in [user.username for user in space.users]


def test_no_password_is_kept_in_the_credentials_file(home: Path, invited: Invitation) -> None:
    content = (home / "credentials.json").read_text()

    assert invited.password not in content
    assert invited.name not in content


def test_a_reset_ends_the_password_the_logins_and_the_key(
    server: Embedded, accounts: Accounts, invited: Invitation
) -> None:
    login, worker = settled(server, invited)

    again = accounts.reset(invited.name)

    assert again.password != invited.password
    assert sign_in(server, invited.name, CHOSEN).status_code == 401
    assert me(server, Authorization=f"Bearer {login}").status_code == 401
    assert worker.http.get("/api/v1/me").status_code == 401
    assert choose(server, invited.name, again.password).status_code == 204


def test_whoever_is_removed_cannot_come_in_and_their_answers_stay(
    server: Embedded, accounts: Accounts, invited: Invitation
) -> None:
    login, worker = settled(server, invited)
    client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
    dataset = new_dataset(client, [0.3, 0.2, 0.1])
    assert worker.answer(worker.queue(dataset)[0]).status_code == 201

    accounts.remove(invited.name)

    assert sign_in(server, invited.name, CHOSEN).status_code == 401
    assert choose(server, invited.name, CHOSEN, "another one").status_code == 422
    assert me(server, Authorization=f"Bearer {login}").status_code == 401
    assert worker.http.get("/api/v1/me").status_code == 401
    answered = [r for r in dataset.records(with_responses=True) if len(list(r.responses))]
    assert [record.id for record in answered] == ["external-0"]
    assert dataset.progress()["completed"] == 1
    assert Annotator(invited.name, "removed", 1) in accounts.everybody()


def test_a_reset_lets_back_in_whoever_was_removed(
    server: Embedded, accounts: Accounts, invited: Invitation
) -> None:
    accounts.remove(invited.name)
    with pytest.raises(InputError, match=f"{invited.name} has been here before; `reset` lets them"):
        accounts.add(invited.name)

    again = accounts.reset(invited.name)

    _, worker = settled(server, again)
    client = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
    assert len(worker.queue(new_dataset(client, [0.1]))) == 1


def test_the_list_says_who_has_yet_to_choose_a_password(
    server: Embedded, accounts: Accounts, invited: Invitation
) -> None:
    assert Annotator(invited.name, "invited", 0) in accounts.everybody()

    choose(server, invited.name, invited.password).raise_for_status()

    assert Annotator(invited.name, "active", 0) in accounts.everybody()
    assert "owner" not in [annotator.name for annotator in accounts.everybody()]


@pytest.mark.parametrize("name", ["", " ", "-x", ".", "..", "a/b", "a b", "a\nb", "x" * 65, "{a}"])
def test_a_name_that_cannot_be_typed_or_told_apart_is_refused(
    accounts: Accounts, name: str
) -> None:
    with pytest.raises(InputError, match=r"cannot be a name: letters, digits and \. _ @ -"):
        accounts.add(name)


@pytest.mark.parametrize("name", ["Jürgen", "anna.b@example.org", "李", "7"])
def test_names_of_all_scripts_will_do(accounts: Accounts, name: str) -> None:
    assert accounts.add(name).name == name
    accounts.reset(name)
    accounts.remove(name)


def test_a_name_is_taken_whatever_its_capitals(accounts: Accounts, invited: Invitation) -> None:
    with pytest.raises(InputError, match=f"there is {invited.name} already"):
        accounts.add(invited.name.upper())
    with pytest.raises(InputError, match="there is owner already"):
        accounts.add("Owner")


def test_an_unknown_name_is_answered_with_those_there_are(accounts: Accounts) -> None:
    for act in (accounts.reset, accounts.remove):
        with pytest.raises(InputError, match=r"no annotator 'nobody'; there are .*annotator-1"):
            act("nobody")


def test_the_owner_can_neither_be_removed_nor_reset(accounts: Accounts) -> None:
    for act in (accounts.reset, accounts.remove):
        with pytest.raises(InputError, match="no annotator 'owner'"):
            act("owner")


def test_only_the_owner_decides_about_annotators(server: Embedded, invited: Invitation) -> None:
    key = {"X-Argilla-Api-Key": server.credentials.annotators[0].api_key}
    annotators = "/api/v1/annotators"
    with httpx.Client(base_url=server.url, headers=key) as http:
        assert http.get(annotators).status_code == 403
        assert http.post(annotators, json={"username": "friend"}).status_code == 403
        assert http.post(f"{annotators}/{invited.name}/reset").status_code == 403
        assert http.delete(f"{annotators}/{invited.name}").status_code == 403


def test_what_was_done_to_a_first_annotator_outlives_a_restart(tmp_path: Path) -> None:
    with start_embedded(tmp_path, None, print), open_accounts(tmp_path, print) as accounts:
        accounts.remove("annotator-1")
        again = accounts.reset("annotator-2")

    with start_embedded(tmp_path, None, print) as server:
        content = json.loads((tmp_path / "credentials.json").read_text())
        assert [each["username"] for each in content["annotators"]] == ["annotator-3"]
        with open_accounts(tmp_path, print) as accounts:
            states = {each.name: each.state for each in accounts.everybody()}
        assert states == {
            "annotator-1": "removed",
            "annotator-2": "invited",
            "annotator-3": "active",
        }
        assert choose(server, again.name, again.password).status_code == 204


def test_a_server_is_started_for_the_moment_where_none_runs(tmp_path: Path) -> None:
    start_embedded(tmp_path, None, print).stop()
    said: list[str] = []

    with open_accounts(tmp_path, said.append) as accounts:
        invitation = accounts.add("anna")

    assert any(line.startswith("Argilla: ready") for line in said)
    with pytest.raises(httpx.ConnectError):
        httpx.get(accounts.url)
    with start_embedded(tmp_path, None, print) as server:
        assert choose(server, "anna", invitation.password).status_code == 204


def test_without_a_campaign_there_are_no_accounts(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match=f"no accounts in {tmp_path}: begin a campaign"),
        open_accounts(tmp_path, print),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_sign_in_page_leads_newcomers_to_the_choice_of_a_password(
    server: Embedded, invited: Invitation, page: Page
) -> None:
    def fill_in(password: str) -> None:
        page.fill("input[name=Username]", invited.name)
        page.fill("input[name=Password]", password)
        page.click("button[type=submit]")

    page.goto(f"{server.url}/sign-in")
    fill_in(invited.password)

    page.wait_for_url("**/choose-password*")
    assert page.input_value("[name=username]") == invited.name
    page.fill("[name=password]", invited.password)
    page.fill("[name=new_password]", CHOSEN)
    page.fill("[name=again]", "something else")
    page.click("button")
    expect(page.get_by_role("alert")).to_have_text("The two new passwords differ.")
    page.fill("[name=again]", CHOSEN)
    page.click("button")

    page.wait_for_url("**/sign-in")
    fill_in(CHOSEN)
    expect(page.get_by_text("Your datasets")).to_be_visible()
