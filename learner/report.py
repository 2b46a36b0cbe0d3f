"""HTML reports that open offline: tables and learning curves."""

from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto;
  padding: 0 1rem; color: #1c2733; background: #fff; }}
table {{ border-collapse: collapse; margin: 1rem 0; }}
th, td {{ padding: .35rem .9rem; border-bottom: 1px solid #d5dde5; text-align: right; }}
th:first-child, td:first-child {{ text-align: left; }}
caption {{ text-align: left; color: #51606e; }}
</style><script>{plotly}</script></head><body><main><h1>{title}</h1>{body}</main></body></html>
"""


def simulation_report(curve: pd.DataFrame, summary: dict[str, Any], data: str) -> str:
    """One page: what `summary` and `curve` (columns of `learner.simulate.CURVE`) say."""
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{_count(found['labels_to_parity']['median'])}</td>"
        f"<td>{_count(found['labels_to_proof']['median'])}</td>"
        f"<td>{found['accuracy_at_budget']['median']:.4f}</td></tr>"
        for name, found in summary["strategies"].items()
    )
    margin = f"{summary['margin'] * 100:g}"
    body = (
        f"<p>Full-data model: accuracy {summary['full_accuracy']:.4f} on "
        f"{summary['full_labels']:,} labels. "
        f"Parity: within {margin} points of it at two evaluations in a row; proof: the upper "
        f"95&nbsp;% bound "
        "of the gap is.</p>"
        "<table><caption>Medians over the seeds</caption><thead><tr><th>Strategy</th><th>Labels "
        "to parity</th>"
        f"<th>Labels to proof</th><th>Accuracy at the "
        f"end</th></tr></thead><tbody>{rows}</tbody></table>"
        f"{_learning_curve(curve, summary['full_accuracy'], summary['margin'])}"
    )
    return PAGE.format(title=f"Simulation on {escape(data)}", body=body, plotly=get_plotlyjs())


def _learning_curve(curve: pd.DataFrame, full_accuracy: float, margin: float) -> str:
    figure = go.Figure()
    for strategy, runs in curve.groupby("strategy", sort=False):
        accuracy = runs.groupby("labels")["accuracy"].agg(["median", "min", "max"])
        figure.add_scatter(
            x=accuracy.index,
            y=accuracy["median"],
            error_y={
                "type": "data",
                "array": accuracy["max"] - accuracy["median"],
                "arrayminus": accuracy["median"] - accuracy["min"],
                "thickness": 0.7,
                "width": 0,
            },
            mode="lines+markers",
            marker={"size": 4},
            name=escape(str(strategy)),
        )
    figure.add_hline(full_accuracy, line_dash="dash", annotation_text="full-data model")
    figure.add_hrect(
        full_accuracy - margin, full_accuracy, opacity=0.12, line_width=0, fillcolor="green"
    )
    figure.update_layout(
        xaxis_title="labels",
        yaxis_title="accuracy (median, least and greatest over the seeds)",
        template="plotly_white",
        height=520,
        margin={"l": 60, "r": 20, "t": 20, "b": 50},
    )
    return figure.to_html(full_html=False, include_plotlyjs=False)


def _count(labels: float | None) -> str:
    return "not reached" if labels is None else f"{labels:g}"
