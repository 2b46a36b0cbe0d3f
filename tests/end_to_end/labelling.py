"""People who label a campaign in the web UI."""

import os
from pathlib import Path

from playwright.sync_api import Page


def shoot(page: Page, name: str, tmp_path: Path) -> None:
    folder = Path(os.environ.get("PARITY_SHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(folder / f"{name}.png"))


def sign_in(page: Page, url: str, account: dict[str, str]) -> None:
    """Sign in as an annotator, up to the list of data sets."""
    page.goto(f"{url}/sign-in")
    page.fill("input[name=Username]", account["username"])
    page.fill("input[name=Password]", account["password"])
    page.click("button[type=submit]")
    page.get_by_text("inquiries", exact=True).first.wait_for()


def next_inquiry(page: Page, known: set[str], texts: set[str]) -> str:
    """The inquiry on the screen, once it is another than those answered already."""
    for _ in range(150):
        body = page.locator("body").inner_text()
        for text in body.splitlines():
            if text in texts and text not in known:
                return text
        page.wait_for_timeout(100)
    raise AssertionError(f"no new inquiry is shown: {page.locator('body').inner_text()[:500]}")
