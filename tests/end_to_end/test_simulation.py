import json
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from scripts.rehearsals import run, write_inquiries

pytestmark = pytest.mark.end_to_end

STRATEGIES = ["random", "breaking-ties"]


def simulate(folder: Path, out: str) -> pd.DataFrame:
    """Run `parity simulate` on the inquiries in `folder`; the curve that it leaves.

    Nothing is known from before: each call has a cache of its own.
    """
    done = run(
        *("simulate", "--data", "inquiries.csv", "--seeds", 2, "--budget", 60, "--out", out),
        *(word for strategy in STRATEGIES for word in ("--strategy", strategy)),
        cwd=folder,
        PARITY_CACHE=str(folder / f"cache of {out}"),
    )
    assert done.returncode == 0, done.stderr
    return pd.read_csv(folder / out / "curve.csv")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with inquiries and, in `one`, what a simulation on them has left."""
    folder = tmp_path_factory.mktemp("simulation")
    write_inquiries(folder / "inquiries.csv")
    simulate(folder, "one")
    return folder


def test_a_simulation_writes_the_files_of_its_contract(folder: Path) -> None:
    curve = pd.read_csv(folder / "one" / "curve.csv")
    assert ",".join(curve.columns) == (
        "strategy,seed,round,labels,accuracy,macro_f1,gap,gap_high,seconds"
    )
    assert curve.groupby(["strategy", "seed"])["labels"].max().tolist() == [60] * 4
    summary = json.loads((folder / "one" / "summary.json").read_text())
    assert list(summary) == ["full_labels", "full_accuracy", "margin", "strategies"]
    assert list(summary["strategies"]) == STRATEGIES
    for found in summary["strategies"].values():
        contract = ["labels_to_parity", "labels_to_proof", "accuracy_at_budget"]
        assert list(found)[:3] == contract
        assert all(len(found[name]["per_seed"]) == 2 for name in contract)
    against = summary["strategies"]["breaking-ties"]["against_random"]
    assert against["area_low"] < against["area"] < against["area_high"]


def test_the_same_simulation_repeats_to_the_last_digit(folder: Path) -> None:
    first = pd.read_csv(folder / "one" / "curve.csv").drop(columns="seconds")
    again = simulate(folder, "two").drop(columns="seconds")
    pd.testing.assert_frame_equal(first, again, check_exact=True)


def test_the_report_draws_every_strategy_and_asks_nothing_from_outside(
    folder: Path, page: Page
) -> None:
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    report = (folder / "one" / "report.html").as_uri()
    page.goto(report)
    expect(page.locator("#learning-curve .legend .legendtext")).to_have_text(STRATEGIES)
    expect(page.locator("#strategies tbody th")).to_have_text(STRATEGIES)
    assert [url for url in requested if not url.startswith(("data:", "blob:"))] == [report]
