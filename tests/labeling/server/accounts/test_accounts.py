from collections.abc import Callable

import argilla as rg
import httpx
import pytest
from people import Person

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow

MakeDataset = Callable[..., rg.Dataset]


def test_everybody_signs_in_with_the_password_of_the_credentials_file(server: Embedded) -> None:
    for account in (server.credentials.owner, *server.credentials.annotators):
        form = {"username": account.username, "password": account.password}
        assert httpx.post(f"{server.url}/api/v1/token", data=form).status_code == 201
        form["password"] = account.password.swapcase()
        assert httpx.post(f"{server.url}/api/v1/token", data=form).status_code == 401


def test_three_annotators_belong_to_the_workspace(owner: rg.Argilla) -> None:
    workspace = owner.workspaces("parity")
    assert workspace is not None

    roles = {user.username: user.role.value for user in workspace.users}

    annotators = {f"annotator-{n}": "annotator" for n in (1, 2, 3)}
    assert {name: roles[name] for name in annotators} == annotators
    assert owner.me.role == "owner"


def test_an_annotator_may_neither_change_records_nor_see_the_answers_of_others(
    make_dataset: MakeDataset, people: list[Person]
) -> None:
    dataset = make_dataset([0.1])
    records = f"/api/v1/datasets/{dataset.id}/records"

    assert people[0].http.get(records).status_code == 403
    assert people[0].http.put(f"{records}/bulk", json={"items": []}).status_code in (403, 422)
    assert people[0].http.get("/api/v1/users").status_code == 403
