"""The next record after a submit, as a person sees it in Chromium."""

import shutil
import time
from statistics import median

from playwright.sync_api import sync_playwright

from scripts.benches.inquiries import seed
from scripts.benches.servers import Place, run

SUBMITS = 21
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
ANOTHER = """shown => {
    const record = document.querySelector(".record");
    return record && record.innerText.trim() && record.innerText !== shown;
}"""


def next_record(place: Place, count: int) -> float:
    """Seconds from Enter to the next record's text, the median."""
    dataset = seed(place, count)
    with run(place) as server, sync_playwright() as playwright:
        person = server.credentials.annotators[0]
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(f"{server.url}/sign-in")
        page.fill("input[name=Username]", person.username)
        page.fill("input[name=Password]", person.password)
        page.click("button[type=submit]")
        page.get_by_text("inquiries-").first.wait_for()
        page.goto(f"{server.url}/dataset/{dataset}/annotation-mode")
        record = page.locator(".record").first
        seconds = []
        for _ in range(SUBMITS):
            page.wait_for_selector("form label.label-active")  # the suggestion
            shown = record.inner_text()
            start = time.perf_counter()
            page.keyboard.press("Enter")
            page.wait_for_function(ANOTHER, arg=shown)
            seconds.append(time.perf_counter() - start)
            page.wait_for_timeout(500)
        browser.close()
    return median(seconds)
