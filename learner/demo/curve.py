"""A campaign's learning curve, out of its journal, also while it runs."""

from pathlib import Path

import pandas as pd
import plotly.graph_objects as go

from learner.report.charts import lines

CLEAR, FAINT, GREY = "rgba(0, 0, 0, 0)", "rgba(128, 128, 128, 0.3)", "#808080"


def read_curve(home: Path) -> pd.DataFrame | None:
    """The evaluations of the campaign in `home` so far; None where there are none yet.

    Raises InputError if there is no campaign, or if its journal is damaged.
    """
    from learner.live.journal import read_journal  # takes a second, which only a campaign is worth

    with read_journal(home) as journal:
        curve = journal.deciding_evaluations()
    return None if curve.empty else curve


def draw_curve(curve: pd.DataFrame) -> go.Figure:
    """Accuracy by labels, with its 95 % interval, and that of the full-data model if known."""
    x = curve["labels"].tolist()
    said = [f"{labels:,} labels" for labels in x]
    series = [("model", x, curve["accuracy"].tolist(), said)]
    full = curve.dropna(subset="full_accuracy")
    if len(full):
        known = full["labels"].tolist()
        series.append(
            (
                "full-data model",
                known,
                full["full_accuracy"].tolist(),
                ["everything labelled"] * len(full),
            )
        )
    figure = lines(series, "labels", "accuracy on the test inquiries")
    figure.data[0].error_y = {
        "type": "data",
        "symmetric": False,
        "array": (curve["accuracy_high"] - curve["accuracy"]).tolist(),
        "arrayminus": (curve["accuracy"] - curve["accuracy_low"]).tolist(),
        "thickness": 1,
    }
    figure.update_layout(margin={"l": 50, "r": 10, "t": 20, "b": 50})
    return on_any_page(figure)


def on_any_page(figure: go.Figure) -> go.Figure:
    """The figure so that it can be read on a light page as well as on a dark one."""
    figure.update_layout(
        template="plotly_white", paper_bgcolor=CLEAR, plot_bgcolor=CLEAR, font_color=GREY
    )
    figure.update_xaxes(gridcolor=FAINT)
    figure.update_yaxes(gridcolor=FAINT)
    return figure


def say_curve(curve: pd.DataFrame) -> str:
    """The last evaluation in words."""
    last = curve.iloc[-1]
    words = (
        f"{last['labels']:,.0f} labels: accuracy {last['accuracy']:.4f} "
        f"({last['accuracy_low']:.4f} to {last['accuracy_high']:.4f})"
    )
    full = last["full_accuracy"]
    return words if pd.isna(full) else f"{words}, full-data model {full:.4f}"
