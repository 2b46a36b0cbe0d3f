"""The HTML report shows what the simulation found, whatever the names in it, and opens offline."""

import re
from base64 import b64decode
from typing import Any

import numpy as np
import pandas as pd
import pytest
from html_pages import HOSTILE, Page

from learner.lab.simulate import CURVE
from learner.report import simulation_report


def curve(strategy: str) -> pd.DataFrame:
    table = pd.DataFrame({"labels": [40, 50, 40, 50], "accuracy": [0.7, 0.8, 0.74, 0.9]})
    table["strategy"], table["seed"], table["round"] = strategy, [0, 0, 1, 1], [0, 1, 0, 1]
    for column in ("macro_f1", "gap", "gap_high", "seconds"):
        table[column] = 0.1
    table["categories_left"] = [3, 0, 2, 1]
    return table[[*CURVE, "categories_left"]]


def summary(strategy: str) -> dict[str, Any]:
    found = {
        "labels_to_parity": {"median": 55.0, "per_seed": [50, 60]},
        "labels_to_proof": {"median": None, "per_seed": [None, 60]},
        "accuracy_at_budget": {"median": 0.85, "per_seed": [0.8, 0.9]},
        "area_under_curve": {"median": 0.785, "per_seed": [0.75, 0.82]},
        "labels_to_all_categories": {"median": None, "per_seed": [50, None]},
        "seconds_per_round": 0.1,
    }
    return {
        "full_labels": 12345,
        "full_accuracy": 0.97,
        "margin": 0.005,
        "strategies": {strategy: found},
    }


def drawn(figure: str, name: str, kind: str) -> list[float]:
    """The numbers called `name` in a figure, which plotly writes in base64."""
    match = re.search(rf'"{name}":{{"dtype":"{kind}","bdata":"([^"]+)"', figure)
    assert match, f"no {name} in the figure"
    return np.frombuffer(b64decode(match[1]), dtype=kind).tolist()


def test_the_table_shows_the_medians_and_says_what_was_not_reached() -> None:
    page = Page(simulation_report(curve("random"), summary("random"), "inquiries.csv"))
    assert "Simulation on inquiries.csv" in page.text
    assert "accuracy 0.9700 on 12,345 labels" in page.text
    assert "within 0.5 points" in page.text
    assert "random55 50 to 60not reached 60 to not reached0.8500 0.8000 to 0.9000" in page.text


def test_a_strategy_is_compared_with_random_and_p_is_said_to_have_a_floor() -> None:
    found = summary("margin")
    found["strategies"]["margin"]["against_random"] = {
        "area": 0.05,
        "area_low": 0.01,
        "area_high": 0.09,
        "p_value": 0.5,
        "times_fewer_labels": 2.5,
    }
    page = Page(simulation_report(curve("margin"), found, "inquiries.csv"))
    assert "margin2.5 times+5.00 +1.00 to +9.000.5" in page.text
    assert "With 2 seeds it cannot be smaller than 0.5" in page.text


def test_the_curve_shows_median_least_and_greatest_accuracy() -> None:
    report = simulation_report(curve("random"), summary("random"), "inquiries.csv")
    figure = report[report.index('id="learning-curve"') :]
    figure = figure[figure.index("Plotly.newPlot(") :].split("</script>")[0]
    assert '"name":"random"' in figure
    assert "full-data model" in figure
    assert drawn(figure, "x", "i1") == [40, 50]
    assert drawn(figure, "y", "f8") == pytest.approx([0.72, 0.85])
    assert drawn(figure, "array", "f8") == pytest.approx([0.02, 0.05])
    assert drawn(figure, "arrayminus", "f8") == pytest.approx([0.02, 0.05])


def test_names_are_shown_and_never_run() -> None:
    report = simulation_report(curve(HOSTILE), summary(HOSTILE), f"</title>{HOSTILE}")
    page = Page(report)
    assert page.text.count(HOSTILE) > 3, "title, heading and tables"
    assert not [tag for tag, _ in page.elements if tag == "img"]
    assert HOSTILE not in report


def test_nothing_is_asked_from_outside() -> None:
    page = Page(simulation_report(curve("random"), summary("random"), "inquiries.csv"))
    assert not [tag for tag, given in page.elements if "src" in given]
    links = [given["href"] for tag, given in page.elements if "href" in given]
    assert all(link.startswith("#") for link in links)
    assert not [tag for tag, _ in page.elements if tag in ("link", "iframe", "object", "embed")]
