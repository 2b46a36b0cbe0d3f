"""The page of a comparison: what it says, that it opens offline, on a phone and by keyboard."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from html_pages import HOSTILE, Page
from playwright.sync_api import Page as Screen
from playwright.sync_api import expect

from learner.lab.field import Field
from learner.measuring.measures import Outcome, measure_run
from learner.report import comparison_report


def outcome(probabilities: np.ndarray, epochs: int, stress: pd.DataFrame) -> Outcome:
    predicted = probabilities.argmax(axis=1)
    return Outcome(
        probabilities=probabilities,
        epochs=[np.zeros_like(predicted)] * (epochs - 1) + [predicted],
        seconds=[float(number + 1) for number in range(epochs)],
        stress=stress,
        stress_predicted=np.zeros(len(stress), dtype=int),
        stress_bag_of_words=np.ones(len(stress), dtype=int),
    )


def comparison(categories: int = 4, epochs: int = 3, name: str = "cancel") -> dict[str, Any]:
    """What three runs left of which the first errs in a fifth, the others nowhere."""
    names = tuple(f"{name}_{number:02}" for number in range(categories))
    truth = np.repeat(np.arange(categories), 5)
    right = np.eye(categories)[truth] * 0.9 + 0.1 / categories
    wrong = right.copy()
    wrong[::5] = np.roll(wrong[::5], 1, axis=1)
    stress = pd.DataFrame({"category": names[:2], "style": ["pirate", "legalese"]})
    here = Field(
        categories=names,
        pool_texts=[],
        pool=np.zeros((0, 1)),
        labels=np.arange(categories),
        test_texts=[],
        test=np.zeros((0, 1)),
        truth=truth,
        test_metadata=pd.DataFrame({"flags": ["BZ", "B", "B", "B", "B"] * categories}),
    )
    runs = []
    for title, picked, proba in (
        ("1,300 random", "random", wrong),
        ("1,300 chosen", "chosen", right),
        ("all 18,000", "all", right),
    ):
        measured = measure_run(outcome(proba, epochs, stress), truth, here, here.labels)
        labels = 18_000 if picked == "all" else 1_300
        runs.append({"name": title, "picked": picked, "labels": labels, **measured})
    runs[-1].update(gap=None, gap_low=None, gap_high=None)
    found = {
        "data": "inquiries.csv",
        "pool": 18_000,
        "test_inquiries": len(truth),
        "model": "distilbert",
        "notice": "",
        "categories": list(names),
        "runs": runs,
        "settings": {
            "data": "my inquiries.csv",
            "test": None,
            "text_column": None,
            "label_column": None,
            "sizes": "1300,full",
            "model": "auto",
            "encoder": "all-MiniLM-L6-v2",
            "seed": 0,
            "strategy": "breaking-ties",
            "batch_size": 10,
            "initial": 40,
        },
        "versions": {"python": "3.11"},
    }
    again: dict[str, Any] = json.loads(json.dumps(found, allow_nan=False))
    return again


def test_the_headline_says_accuracy_interval_and_gap_in_words() -> None:
    text = Page(comparison_report(comparison())).text
    assert "1,300 labels against 18,000: inquiries.csv" in text
    assert "1,300 random labels0.8000right, 0.584–0.919" in text.replace("\N{EN DASH}", "–")  # noqa: RUF001
    assert "20.00 points short of all labels; at most" in text
    assert "1,300 chosen labels1.0000" in text
    assert "as good as all labels; at most" in text


def test_categories_come_by_their_loss_and_errors_by_their_frequency() -> None:
    found = comparison(categories=4)
    found["runs"][0]["categories"][2]["f1"] = 0.1
    page = Page(comparison_report(found))
    table = page.text.split("F1 by category")[1]
    assert table.index("cancel_02") < table.index("cancel_00")
    assert "4 errors, the most frequent cancel_00 predicted as cancel_01, once" in page.text
    assert "1,300 chosen: no errors" in page.text


def test_slices_and_stress_set_are_shown_where_there_are_any() -> None:
    found = comparison()
    text = Page(comparison_report(found)).text
    assert "flags: typos (Z)" in text
    assert "pirate" in text
    assert "bag of words 0.000" in text
    for run in found["runs"]:
        run["slices"], run["stress"] = [], None
    text = Page(comparison_report(found)).text
    assert "By kind of inquiry" not in text
    assert "Language it never saw" not in text


def test_the_command_to_run_it_again_can_be_pasted() -> None:
    text = Page(comparison_report(comparison())).text
    assert (
        "parity compare --data 'my inquiries.csv' --sizes 1300,full --model auto "
        "--encoder all-MiniLM-L6-v2 --seed 0 --out DIR" in text
    )


def test_names_are_shown_and_never_run() -> None:
    found = comparison(name=HOSTILE)
    found["data"] = f"</title>{HOSTILE}"
    for run in found["runs"]:
        run["name"] += HOSTILE
    report = comparison_report(found)
    page = Page(report)
    assert HOSTILE in page.text
    assert not [tag for tag, _ in page.elements if tag == "img"]
    assert HOSTILE not in report


def test_every_table_has_a_caption_and_scopes_and_every_chart_a_text() -> None:
    page = Page(comparison_report(comparison()))
    tags = [tag for tag, _ in page.elements]
    assert tags.count("table") == tags.count("caption") > 5
    assert all(given.get("scope") in ("col", "row") for tag, given in page.elements if tag == "th")
    charts = [given for _, given in page.elements if given.get("role") == "img"]
    assert len(charts) == 5, "epochs, three confusion matrices, reliability"
    assert all("1,300 random" in (given["aria-label"] or "") for given in charts[:2])
    assert all(given["aria-label"] for given in charts)


def test_a_model_without_epochs_has_no_chart_of_them() -> None:
    assert "Accuracy after each epoch" not in Page(comparison_report(comparison(epochs=1))).text


@pytest.mark.slow
@pytest.mark.parametrize("categories", [27, 77])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_opens_offline_on_a_phone_without_complaint(
    categories: int, scheme: Any, tmp_path: Path, page: Screen
) -> None:
    path = tmp_path / "compare.html"
    path.write_text(comparison_report(comparison(categories)))
    requested, complaints = [], []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme=scheme)
    page.goto(path.as_uri())
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.locator(".heatmaplayer image")).to_have_count(4)  # two runs have no errors
    assert [url for url in requested if not url.startswith(("data:", "blob:"))] == [path.as_uri()]
    assert complaints == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) == 0
    label = page.locator(".js-plotly-plot .ytick text").first
    ink = label.evaluate("element => getComputedStyle(element).fill")
    assert ink == page.evaluate("getComputedStyle(document.body).color")


@pytest.mark.slow
def test_a_table_is_sorted_by_keyboard(tmp_path: Path, page: Screen) -> None:
    found = comparison(4)
    found["runs"][0]["categories"][3]["f1"] = None
    path = tmp_path / "compare.html"
    path.write_text(comparison_report(found))
    page.goto(path.as_uri())
    names = page.locator("#categories > .scrolling tbody th")
    heading = page.locator("#categories > .scrolling thead th").nth(2)
    heading.locator("button").focus()
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(names.last).to_have_text("cancel_03")
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    first = page.locator("#categories > .scrolling thead th").first
    first.locator("button").click()
    expect(names).to_have_text(["cancel_00", "cancel_01", "cancel_02", "cancel_03"])
