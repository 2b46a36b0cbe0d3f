"""`parity report` by the real command, and its page in a browser: offline, on a phone, in the dark.

Rules of accessibility are those of axe-core.
"""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from campaign_homes import ended_home
from playwright.sync_api import Page, expect

from scripts.rehearsals import run

pytestmark = pytest.mark.end_to_end

CHARTS = 6  # curve, two matrices, reliability, map, seconds


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of a campaign that has ended."""
    folder = tmp_path_factory.mktemp("campaign")
    ended_home(folder, "head")
    done = run("report", "--home", "home", "--out", "report.html", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "report   report.html" in done.stdout
    return folder / "report.html"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_the_page_opens_offline_for_everybody(
    width: int, scheme: Any, report: Path, page: Page
) -> None:
    requested, complaints = [], []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    page.goto(report.as_uri())
    expect(page.locator(".js-plotly-plot .main-svg:first-of-type")).to_have_count(CHARTS)
    assert [url for url in requested if not url.startswith(("data:", "blob:"))] == [report.as_uri()]
    assert complaints == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) == 0
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert page.evaluate(wide) == 0
    ink = page.evaluate("getComputedStyle(document.body).color")
    label = page.locator("#pool-map .colorbar text").first
    assert label.evaluate("element => getComputedStyle(element).fill") == ink
    found = Axe().run(page).response["violations"]
    assert [(broken["id"], broken["nodes"][0]["html"]) for broken in found] == []


def test_a_round_is_opened_by_keyboard(report: Path, page: Page) -> None:
    page.goto(report.as_uri())
    for summary in ("Round by round", "Round 0: 12 asked, 12 labelled"):
        page.get_by_text(summary, exact=True).focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Round 0, in the order of asking")).to_be_visible()


def test_a_page_cannot_fetch_anything(report: Path, page: Page) -> None:
    page.goto(report.as_uri())
    refused = page.evaluate("fetch('https://example.org').then(() => false, () => true)")
    assert refused
    loaded = """() => new Promise((resolve) => {
        document.addEventListener("securitypolicyviolation", (e) => resolve(e.effectiveDirective));
        document.body.append(Object.assign(new Image(), { src: "https://example.org/x.png" }));
    })"""
    assert page.evaluate(loaded) == "img-src"


def test_what_is_wrong_is_said_in_one_line(report: Path, tmp_path: Path) -> None:
    for given, says in (
        (("--home", "none", "--out", "report.html"), "no campaign in none"),
        (("--home", report.parent / "home", "--out", "a/report.html"), "there is no folder"),
    ):
        done = run("report", *given, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1
        assert says in done.stderr
    assert not list(tmp_path.iterdir())
