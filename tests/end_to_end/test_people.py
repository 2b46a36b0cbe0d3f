"""People label in the real web UI while the loop plays its rounds."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from labelling import next_inquiry, shoot, sign_in
from playwright.sync_api import Page, expect
from waiting import wait_until

from scripts.rehearsals import Seen, family, run, start, write_inquiries

pytestmark = pytest.mark.end_to_end

LABELS = 66


def test_an_annotator_labels_by_mouse_and_keys_and_the_next_batches_arrive(
    page: Page, tmp_path: Path
) -> None:
    table = write_inquiries(tmp_path / "inquiries.csv")
    truth = table.set_index("text")["category"]
    home, log = tmp_path / "home", tmp_path / "log"
    options = ("--data", tmp_path / "inquiries.csv", "--home", home, "--model", "head")
    command = start("up", *options, "--until", LABELS, log=log)
    wait_until(lambda: log.exists() and "label at http" in log.read_text())
    wait_until(lambda: Seen(home).records())
    credentials = json.loads((home / "credentials.json").read_text())
    account = credentials["annotators"][0]
    address = next(word for word in log.read_text().split() if word.endswith("annotation-mode"))

    sign_in(page, credentials["url"], account)
    page.goto(address)
    page.get_by_text("Guidelines", exact=True).first.click()
    expect(
        page.get_by_text("Pick the one category that says what the customer wants")
    ).to_be_visible()
    expect(page.locator("li strong")).to_have_text(sorted(truth.unique()))
    page.wait_for_timeout(500)  # the panel slides open
    shoot(page, "guidelines", tmp_path)
    page.get_by_text("Guidelines", exact=True).first.click()

    categories = sorted(truth.unique())
    clicked: dict[str, str] = {}
    ways: Counter[str] = Counter()
    while len(clicked) < LABELS:
        text = next_inquiry(page, known=set(clicked), texts=set(truth.index))
        category = truth[text]
        chosen = page.locator("input[type=checkbox]:checked")
        guess = chosen.first.get_attribute("id") if chosen.count() else None
        if len(clicked) in (0, 20, 60):
            wait_until(lambda: submitted(page) == len(clicked), seconds=10)
            wait_until(lambda: standing(home)["labels"] == len(clicked), seconds=10)
            shoot(page, f"label-{len(clicked):02d}", tmp_path)
        if guess is not None and guess.endswith(category):
            page.keyboard.press("Enter")
            ways["suggestion accepted"] += 1
        elif len(clicked) % 2:
            page.keyboard.press(str(categories.index(category) + 1))
            ways["digit"] += 1
        else:
            page.locator("label.label-text", has_text=category).click()
            page.locator("button.button--submit").click()
            ways["mouse"] += 1
        clicked[text] = category

    assert command.wait(60) == 0, log.read_text()
    labels = pd.read_csv(home / "labels.csv")
    assert dict(zip(labels["text"], labels["category"], strict=True)) == clicked
    assert labels["round"].max() >= 2, "the third batch was labelled, with nothing restarted"
    assert min(ways[way] for way in ("mouse", "digit", "suggestion accepted")) > 5, ways
    assert standing(home)["labels"] == LABELS
    assert family(home) == []


def submitted(page: Page) -> int:
    """The annotator's own count at the foot of the page."""
    found = re.search(r"Submitted\s+(\d+)", page.locator("body").inner_text())
    return int(found.group(1)) if found else 0


def standing(home: Path) -> dict[str, Any]:
    """What `parity status` says of the campaign."""
    shown = run("status", "--json", "--home", home, cwd=home).stdout
    status: dict[str, Any] = json.loads(shown)
    return status
