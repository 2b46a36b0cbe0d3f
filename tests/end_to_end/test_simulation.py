import json
from pathlib import Path

import pandas as pd
import pytest
from campaigns import run, write_inquiries

pytestmark = pytest.mark.end_to_end


def test_a_simulation_writes_its_contract_and_repeats_to_the_last_digit(tmp_path: Path) -> None:
    write_inquiries(tmp_path / "inquiries.csv")
    options = ("--data", "inquiries.csv", "--seeds", "2", "--budget", "60", "--model", "head")
    strategies = ("--strategy", "random", "--strategy", "breaking-ties")
    curves = []
    for out in ("one", "two"):
        done = run("simulate", *options, *strategies, "--out", out, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        curves.append(pd.read_csv(tmp_path / out / "curve.csv"))
    assert ",".join(curves[0].columns) == (
        "strategy,seed,round,labels,accuracy,macro_f1,gap,gap_high,seconds"
    )
    pd.testing.assert_frame_equal(
        curves[0].drop(columns="seconds"), curves[1].drop(columns="seconds"), check_exact=True
    )
    assert curves[0].groupby(["strategy", "seed"])["labels"].max().eq(60).all()

    summary = json.loads((tmp_path / "one" / "summary.json").read_text())
    assert list(summary) == ["full_labels", "full_accuracy", "margin", "strategies"]
    assert list(summary["strategies"]) == ["random", "breaking-ties"]
    for found in summary["strategies"].values():
        assert list(found) == ["labels_to_parity", "labels_to_proof", "accuracy_at_budget"]
        assert all(len(figure["per_seed"]) == 2 for figure in found.values())
    report = (tmp_path / "one" / "report.html").read_text()
    assert all(name in report for name in ("random", "breaking-ties"))
    requests = re.findall(r"""(?:src|href)\s*=\s*["']?|url\(\s*["']?|@import""", report)
    assert not [request for request in requests if request], "the report needs nothing from outside"
