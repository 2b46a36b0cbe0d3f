"""Argilla's web UI as an annotator sees it in a browser, and data sets to be shown there."""

import math
import os
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import argilla as rg
import httpx
from playwright.sync_api import Locator, Page, Response, expect

from labeling.embedded import Account, Embedded

CHANNELS = ["mail", "chat", "phone"]
CATEGORIES = [f"category {n:02}" for n in range(20)]
THINGS = ["parcel", "refund", "invoice", "password"]
RECORDS = 2000


class Screen:
    """One annotator at one data set."""

    def __init__(self, page: Page, server: Embedded, account: Account, dataset: rg.Dataset) -> None:
        self.page = page
        self.url = server.url
        self.dataset = dataset
        self.asked: set[str] = set()
        self.refused: list[str] = []
        page.on("request", lambda request: self.asked.add(request.url))
        page.on("response", self._note)
        headers = {"X-Argilla-Api-Key": account.api_key}
        self.api = httpx.Client(base_url=f"{server.url}/api/v1", headers=headers, timeout=60)
        page.goto(f"{server.url}/sign-in")
        page.fill("input[name=Username]", account.username)
        page.fill("input[name=Password]", account.password)
        page.click("button[type=submit]")
        page.get_by_text(dataset.name, exact=True).first.wait_for()
        self.open()

    def _note(self, answer: Response) -> None:
        if answer.status >= 400:
            self.refused.append(f"{answer.status} {answer.url}")

    def open(self) -> None:
        """The data set from its first record on."""
        self.page.goto(f"{self.url}/dataset/{self.dataset.id}/annotation-mode")
        expect(self.page.locator(".record").first).to_be_visible()

    # What the page shows

    @property
    def record(self) -> Locator:
        return self.page.locator(".record").first

    def number(self) -> int:
        """Which inquiry is on the screen (each has its number in its text)."""
        return numbers(self.record.inner_text())[0]

    def expect_another_than(self, number: int) -> None:
        """Wait until an inquiry is shown, and not this one."""
        expect(self.record).not_to_contain_text(re.compile(rf"inquiry {number}\b"))
        expect(self.record).to_contain_text("inquiry ")

    def expect_total(self, total: int) -> None:
        expect(self.page.get_by_label("Total Records")).to_have_text(f"of {total}")

    def chosen(self) -> list[str]:
        """The labels that are chosen in the form."""
        return [
            label.inner_text().split("\n")[-1]
            for label in self.page.locator("form label.label-active .label-text__text").all()
        ]

    # What a person does

    def show(self, status: str) -> None:
        """Choose one of the own statuses: pending, draft, discarded, submitted."""
        self.page.locator(".filters__status .selected-option").click()
        self.page.locator(f".filters__status li.{status} label").click()

    def outside_requests(self) -> list[str]:
        """Addresses that the page asked and that are not the server's."""
        return [url for url in self.asked if not url.startswith((f"{self.url}/", "data:", "blob:"))]

    def shoot(self, name: str) -> None:
        """Keep a picture where PARITY_SHOTS says so."""
        if folder := os.environ.get("PARITY_SHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}.png")

    # What the server says

    def search(self, *filters: dict[str, Any], **body: Any) -> dict[str, Any]:
        """The API's answer to the annotator's own search."""
        answer = self.api.post(
            f"/me/datasets/{self.dataset.id}/records/search",
            params={"limit": 1000, "include": ["responses", "suggestions"]},
            json={**body, **({"filters": {"type": "and", "and": [*filters]}} if filters else {})},
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def answers(self, status: str) -> dict[int, dict[str, Any]]:
        """The annotator's own answers of a status, by the number of the inquiry."""
        found = self.search(terms("status", [status], "response"))
        return {
            numbers(item["record"]["fields"]["text"])[0]: {
                question: value["value"]
                for question, value in (item["record"]["responses"][0]["values"] or {}).items()
            }
            for item in found["items"]
        }

    def metrics(self) -> dict[str, int]:
        counts: dict[str, int] = self.api.get(f"/me/datasets/{self.dataset.id}/metrics").json()[
            "responses"
        ]
        return counts


def numbers(text: str) -> list[int]:
    """The numbers of the inquiries in `text`."""
    return [int(number) for number in re.findall(r"inquiry (\d+) ", text)]


def terms(prop: str, values: list[str], entity: str) -> dict[str, Any]:
    return {"type": "terms", "scope": {"entity": entity, "property": prop}, "values": values}


def make_large_dataset(client: rg.Argilla) -> rg.Dataset:
    """2,000 inquiries; whatever inquiry n holds follows from n.

    channel n mod 3, round n mod 100, doubt n/2000, suggested category n mod 20 with score
    (n mod 50)/50, suggested urgency 1 + n mod 5; its vector points to 360 n/2000 degrees.
    """
    dataset = _create(
        client,
        questions=[
            rg.LabelQuestion("category", labels=CATEGORIES),
            rg.RatingQuestion("urgency", values=[1, 2, 3, 4, 5], required=False),
        ],
        metadata=[
            rg.TermsMetadataProperty("channel"),
            rg.IntegerMetadataProperty("round"),
            rg.FloatMetadataProperty("doubt"),
        ],
        vectors=[rg.VectorField("meaning", dimensions=2)],
    )
    records = [
        rg.Record(
            id=str(n),
            fields={"text": f"inquiry {n} about my {THINGS[n % 4]}"},
            metadata={"channel": CHANNELS[n % 3], "round": n % 100, "doubt": n / RECORDS},
            vectors={
                "meaning": [
                    math.cos(2 * math.pi * n / RECORDS),
                    math.sin(2 * math.pi * n / RECORDS),
                ]
            },
            suggestions=[
                rg.Suggestion(
                    "category",
                    CATEGORIES[n % 20],
                    score=n % 50 / 50,
                    agent="head" if n % 2 else "model",
                ),
                rg.Suggestion("urgency", 1 + n % 5, score=0.5, agent="head"),
            ],
        )
        for n in range(RECORDS)
    ]
    dataset.records.log(records, batch_size=500)
    return dataset


def make_label_dataset(
    client: rg.Argilla,
    labels: list[str],
    records: int = 12,
    queued: bool = False,
    other_questions: list[Any] | None = None,
) -> rg.Dataset:
    """Inquiries to which label number 5 is suggested; twenty labels are shown at once."""
    visible = min(20, len(labels))
    dataset = _create(
        client,
        questions=[
            rg.LabelQuestion("category", labels=labels, visible_labels=visible),
            *(other_questions or []),
        ],
        metadata=[rg.FloatMetadataProperty("priority", visible_for_annotators=False)]
        if queued
        else [],
    )
    add_records(dataset, labels[4], range(records), queued)
    return dataset


def add_records(dataset: rg.Dataset, suggestion: str, which: range, queued: bool) -> None:
    dataset.records.log(
        [
            rg.Record(
                id=str(n),
                fields={"text": f"inquiry {n} about my {THINGS[n % 4]}"},
                metadata={"priority": 0.5} if queued else {},
                suggestions=[rg.Suggestion("category", suggestion, score=0.83, agent="head")],
            )
            for n in which
        ]
    )


def _create(client: rg.Argilla, **settings: Any) -> rg.Dataset:
    dataset = rg.Dataset(
        name=f"inquiries-{uuid4().hex[:8]}",
        workspace="parity",
        client=client,
        settings=rg.Settings(fields=[rg.TextField("text")], **settings),
    )
    dataset.create()
    return dataset
