"""The real web UI, in a real browser, on the embedded server."""

from collections.abc import Callable
from pathlib import Path

import argilla as rg
import pytest
from people import Person, where
from playwright.sync_api import Page, expect

from labeling.embedded import Account, Embedded

MakeDataset = Callable[..., rg.Dataset]

pytestmark = pytest.mark.slow


def sign_in(page: Page, url: str, account: Account) -> None:
    page.goto(f"{url}/sign-in")
    page.fill("input[name=Username]", account.username)
    page.fill("input[name=Password]", account.password)
    page.click("button[type=submit]")


def test_an_annotator_labels_by_mouse_and_by_keyboard(
    make_dataset: MakeDataset, people: list[Person], server: Embedded, page: Page, tmp_path: Path
) -> None:
    dataset = make_dataset([0.9, 0.8, 0.7, -1.0])
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))

    sign_in(page, server.url, server.credentials.annotators[0])
    page.get_by_text(dataset.name, exact=True).first.click()
    expect(page.get_by_text("inquiry 0", exact=True)).to_be_visible()
    page.screenshot(path=tmp_path / "first.png")

    page.locator("label.label-text", has_text="get_refund").click()
    page.locator("button.button--submit").click()
    expect(page.get_by_text("inquiry 1", exact=True)).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_text("inquiry 2", exact=True)).to_be_visible()
    page.screenshot(path=tmp_path / "after-two.png")

    found = people[0].search(dataset, filters=where("submitted"))
    answers = {
        item["record"]["fields"]["text"]: item["record"]["responses"][0]["values"]["category"]
        for item in found["items"]
    }
    assert answers == {
        "inquiry 0": {"value": "get_refund"},
        "inquiry 1": {"value": "cancel_order"},
    }
    assert people[0].metrics(dataset)["pending"] == 1
    outside = [url for url in requested if not url.startswith((server.url, "data:", "blob:"))]
    assert outside == []
