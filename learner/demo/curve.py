"""A campaign's learning curve, out of what it leaves in its home folder."""

from pathlib import Path

import pandas as pd
import plotly.graph_objects as go

from labeling.errors import InputError
from learner.report.charts import lines

NEEDED = ["labels", "accuracy", "accuracy_low", "accuracy_high", "full_accuracy"]


def read_curve(home: Path) -> pd.DataFrame | None:
    """The evaluations in `home/curve.csv`; None where there are none yet.

    Raises InputError if `home` is no folder or the file is damaged.
    """
    if not home.is_dir():
        raise InputError(f"{home}: no such folder; name the --home of a campaign")
    path = home / "curve.csv"
    if not path.is_file():
        return None
    try:
        curve = pd.read_csv(path)[NEEDED].apply(pd.to_numeric)
    except (KeyError, ValueError) as error:  # parser errors are ValueErrors
        raise InputError(f"{path}: no learning curve ({error}); let the campaign end") from None
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
    figure.update_layout(template="plotly_white", margin={"l": 50, "r": 10, "t": 20, "b": 50})
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
