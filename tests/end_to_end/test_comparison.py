"""`parity compare` by the real command, on the sample that ships."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tiny_encoders import tiny
from waiting import wait_until

from scripts.rehearsals import run, start

pytestmark = pytest.mark.end_to_end

CATEGORIES = 27
STYLES = 8


def compare(folder: Path, model: str, out: str) -> dict[str, Any]:
    """Run the command with an encoder of random weights; what it leaves in compare.json."""
    given = ("--data", "sample", "--encoder", "encoder", "--sizes", "200,full")
    done = run("compare", *given, "--model", model, "--out", out, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "200 random: 0." in done.stdout
    assert f"figures  {out}/compare.json, report {out}/compare.html" in done.stdout
    found: dict[str, Any] = json.loads((folder / out / "compare.json").read_text())
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny encoder, and in `out` a comparison of heads on it."""
    folder = tmp_path_factory.mktemp("comparison")
    tiny("bert", folder / "encoder")
    compare(folder, "head", "out")
    return folder


def test_heads_on_the_sample_are_compared_in_every_respect(folder: Path) -> None:
    found = json.loads((folder / "out" / "compare.json").read_text())
    assert [one["name"] for one in found["runs"]] == [
        "200 random",
        "200 chosen",
        f"all {found['pool']:,}",
    ]
    for one in found["runs"]:
        assert len(one["epochs"]) == 1
        assert len(one["categories"]) == len(one["confusion"]) == CATEGORIES
        assert {row["column"] for row in one["slices"]} == {"flags"}
        assert {row["value"] for row in one["slices"]} >= set("BIPZ")
        assert one["stress"][-1]["texts"] == CATEGORIES * STYLES
        assert len({row["bag_of_words"] for row in one["stress"]}) > 1


def test_the_page_opens_offline_and_shows_every_run(folder: Path, page: Page) -> None:
    requested, complaints = [], []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    report = (folder / "out" / "compare.html").as_uri()
    page.goto(report)
    expect(page.locator(".cards li")).to_have_count(3)
    expect(page.locator("#confusion .js-plotly-plot")).to_have_count(3)
    expect(page.locator("#stress tbody th")).to_have_count(STYLES + 1)
    expect(page.locator("#categories > .scrolling tbody tr")).to_have_count(CATEGORIES)
    assert [url for url in requested if not url.startswith(("data:", "blob:"))] == [report]
    assert complaints == []


def test_fine_tuned_models_are_compared_epoch_by_epoch(folder: Path, page: Page) -> None:
    tuned = compare(folder, tiny("distilbert", folder / "model"), "tuned")
    assert tuned["model"] == "model"
    assert all(len(one["epochs"]) >= 2 for one in tuned["runs"])
    page.goto((folder / "tuned" / "compare.html").as_uri())
    expect(page.locator("#epochs-chart .scatterlayer .trace")).to_have_count(3)


def test_ctrl_c_ends_it_and_the_same_command_goes_on(folder: Path, tmp_path: Path) -> None:
    log, out = tmp_path / "log", tmp_path / "out"
    given = ("--data", "sample", "--encoder", str(folder / "encoder"), "--model", "bow")
    command = ("compare", *given, "--sizes", "210,full", "--out", str(out))
    process = start(*command, log=log)
    wait_until(lambda: "210 random: accuracy" in log.read_text())
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(60) == 130
    assert "interrupted; the same command goes on" in log.read_text()
    assert not out.exists()
    done = run(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "210 random: bag of words is fitted already" in done.stdout
    assert (out / "compare.json").is_file()
