"""Two people at once: what each is asked, second thoughts, and categories that change meanwhile."""

import json
from pathlib import Path

import pandas as pd
import pytest
from labelling import next_inquiry, shoot, sign_in
from playwright.sync_api import Page, expect
from waiting import wait_until

from scripts.rehearsals import Seen, run, start, write_inquiries

pytestmark = pytest.mark.end_to_end

SEED = 6  # by which more than the usual share of these inquiries is asked twice
ENOUGH = 24  # answers each, before the codebook changes
NEW = "find_parcel"


class Annotator:
    """Somebody who labels in a browser of their own, and is always right."""

    def __init__(self, page: Page, truth: dict[str, str]) -> None:
        self.page, self.truth = page, truth
        self.answered: list[str] = []

    def next(self) -> str:
        return next_inquiry(self.page, set(self.answered), set(self.truth))

    def label(self, category: str | None = None) -> str:
        """Answer the inquiry on the screen; its text."""
        text = self.next()
        self.choose(category or self.truth[text])
        self.page.locator("button.button--submit").click()
        self.answered.append(text)
        return text

    def choose(self, category: str) -> None:
        """Click on a category, unless it is chosen already: then a click would take it back."""
        chosen = self.page.locator("input[type=checkbox]:checked")
        names = [box.get_attribute("id") or "" for box in chosen.all()]
        if not any(name.endswith(category) for name in names):
            self.page.locator("label.label-text", has_text=category).click()

    def discard(self) -> str:
        text = self.next()
        self.page.locator("button.button--discard").click()
        self.answered.append(text)
        return text


def test_two_people_label_edit_and_discard_while_the_codebook_changes(
    page: Page, tmp_path: Path
) -> None:
    table = write_inquiries(tmp_path / "inquiries.csv")
    truth = dict(zip(table["text"], table["category"], strict=True))
    home, log = tmp_path / "home", tmp_path / "log"
    options = ("--data", tmp_path / "inquiries.csv", "--home", home, "--model", "head")
    command = start("up", *options, "--until", 200, "--seed", SEED, log=log)
    wait_until(lambda: log.exists() and "label at http" in log.read_text())
    seen = Seen(home)
    wait_until(seen.records)
    credentials = json.loads((home / "credentials.json").read_text())
    address = next(word for word in log.read_text().split() if word.endswith("annotation-mode"))
    browser = page.context.browser
    assert browser is not None
    other = browser.new_page(viewport={"width": 1400, "height": 900})
    ann, bob = Annotator(page, truth), Annotator(other, truth)
    texts = pd.Series(table["text"].to_numpy(), index=inquiries(table, seen))

    open_campaign(ann, address, credentials["url"], credentials["annotators"][0])
    discarded = ann.discard()
    wait_until(lambda: discarded in set(texts.reindex(seen.withdrawn())))
    open_campaign(bob, address, credentials["url"], credentials["annotators"][1])
    for _ in range(ENOUGH):
        ann.label()
        bob.label()
    shared = {texts[row[0]] for row in seen.journal("SELECT inquiry FROM asked WHERE wanted = 2")}
    both = set(ann.answered) & set(bob.answered)
    assert both, "some inquiries are asked twice"
    # What a colleague merely holds is shown to whoever has nothing else left.
    assert len(both - shared) <= 3, "and hardly any others"
    assert discarded not in bob.answered

    edited = edit_an_answer(ann)
    wait_until(lambda: label_of(seen, texts, edited) == "get_refund")

    changed = run("codebook", "rename", "track_order", NEW, "--home", home, cwd=tmp_path)
    assert changed.returncode == 0, changed.stderr
    assert "taken up" in changed.stdout
    changed = run("codebook", "add", "greeting", "--home", home, cwd=tmp_path)
    assert "1 discard asked again" in changed.stdout
    for person in (ann, bob):
        notice = person.page.get_by_role("alert")
        expect(notice).to_contain_text("The categories have changed", timeout=20_000)
    shoot(page, "categories-changed", tmp_path)
    for person in (ann, bob):
        person.page.get_by_role("button", name="Show them").click()
        expect(person.page.locator("label.label-text", has_text="greeting")).to_be_visible()
        expect(person.page.locator("label.label-text", has_text="track_order")).to_have_count(0)
        person.truth = {
            text: NEW if category == "track_order" else category for text, category in truth.items()
        }
    answers = {category for (category,) in seen.journal("SELECT category FROM answers")}
    assert NEW in answers
    assert "track_order" not in answers
    ann.answered.remove(discarded)
    new = bob.label("greeting") if bob.next() == discarded else ann.label("greeting")
    assert new == discarded, "what nothing fitted comes first"
    wait_until(lambda: label_of(seen, texts, discarded) == "greeting")
    for _ in range(3):
        ann.label()
        bob.label()
    wait_until(lambda: len(seen.journal("SELECT * FROM answers")) == 2 * ENOUGH + 7)
    assert command.poll() is None, log.read_text()


def open_campaign(person: Annotator, address: str, url: str, account: dict[str, str]) -> None:
    sign_in(person.page, url, account)
    person.page.goto(address)


def inquiries(table: pd.DataFrame, seen: Seen) -> list[str]:
    """The ids of the inquiries, in the order of the file."""
    pool = pd.read_parquet(seen.home / "pool.parquet").set_index("text")["id"]
    return [str(pool.get(text, f"test {number}")) for number, text in enumerate(table["text"])]


def edit_an_answer(person: Annotator) -> str:
    """Change an answer given before to get_refund; the text of the inquiry."""
    page = person.page
    page.locator(".filters__status .selected-option").click()
    page.locator(".filters__status li.submitted label").click()
    page.wait_for_timeout(1000)
    body = page.locator("body").inner_text().splitlines()
    text = next(line for line in body if line in person.truth)
    person.choose("get_refund")
    page.locator("button.button--submit").click()
    page.wait_for_timeout(500)
    page.locator(".filters__status .selected-option").click()
    page.locator(".filters__status li.pending label").click()
    return text


def label_of(seen: Seen, texts: "pd.Series[str]", text: str) -> str | None:
    """What the journal says that the last answer to an inquiry is."""
    inquiry = texts.index[texts == text][0]
    query = f"SELECT category FROM answers WHERE inquiry = '{inquiry}' ORDER BY answered_at DESC"
    found = seen.journal(query)
    return found[0][0] if found else None
