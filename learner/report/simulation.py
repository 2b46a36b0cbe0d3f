"""The report of `parity simulate`: medians over the seeds, and the learning curves."""

from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from learner.report.charts import chart, colour
from learner.report.page import page, paragraph, table


def simulation_report(curve: pd.DataFrame, summary: dict[str, Any], data: str) -> str:
    """One page: what `summary` and `curve` (columns of `learner.lab.simulate.CURVE`) say."""
    rows = [
        [
            name,
            _count(found["labels_to_parity"]["median"]),
            _count(found["labels_to_proof"]["median"]),
            f"{found['accuracy_at_budget']['median']:.4f}",
        ]
        for name, found in summary["strategies"].items()
    ]
    full, margin = summary["full_accuracy"], summary["margin"]
    body = [
        paragraph(
            f"Full-data model: accuracy {full:.4f} on {summary['full_labels']:,} labels. "
            f"Parity: within {margin * 100:g} points of it at two evaluations in a row; proof: the "
            "upper 95\N{NO-BREAK SPACE}% bound of the gap is."
        ),
        table(
            "Medians over the seeds",
            ["Strategy", "Labels to parity", "Labels to proof", "Accuracy at the end"],
            rows,
        ),
        chart(
            _learning_curve(curve, full, margin),
            "learning-curve",
            "Accuracy by labels, a line for each strategy; the table says where each ends: "
            + ", ".join(f"{name} {accuracy}" for name, *_, accuracy in rows),
        ),
    ]
    return page(f"Simulation on {data}", "".join(body))


def _learning_curve(curve: pd.DataFrame, full_accuracy: float, margin: float) -> go.Figure:
    figure = go.Figure()
    for number, (strategy, runs) in enumerate(curve.groupby("strategy", sort=False)):
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
            line={"color": colour(number)},
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
        height=520,
        margin={"l": 60, "r": 20, "t": 20, "b": 50},
    )
    return figure


def _count(labels: float | None) -> str:
    return "not reached" if labels is None else f"{labels:g}"
