"""Accuracy by labels: the campaign's, that of random labels, and that of all labels."""

import pandas as pd

from learner.demo.curve import draw_curve, say_curve
from learner.live.record import Record
from learner.report.campaign.words import DASH, fraction, span
from learner.report.charts import SYMBOLS, chart, colour
from learner.report.page import Cell, folded, table
from learner.stopping.parity import points

RANDOM = 2  # number of the series, after model and full-data model


def learning_curve(record: Record, random: pd.DataFrame | None) -> str:
    """The section; `random` as `learner.report.campaign.chance.at_random` gives it."""
    evaluations = record.evaluations
    figure = draw_curve(evaluations)
    says = f"Learning curve, at its end {say_curve(evaluations)}"
    caption = "Bars are 95 % intervals."
    last = evaluations.iloc[-1]
    if pd.notna(last["full_accuracy"]):
        full = last["full_accuracy"]
        figure.data[1].update(mode="lines", line_dash="dash")
        figure.add_hrect(
            full - record.settings["margin"], full, opacity=0.12, line_width=0, fillcolor="green"
        )
        caption += " The green band is the margin below the full-data model."
    else:
        figure.update_yaxes(title="accuracy on the audit sample")
    folds = folded("The figures", _figures(evaluations))
    if random is not None:
        spread = _spread(random)
        figure.add_scatter(
            x=spread.index.tolist(),
            y=spread["median"].tolist(),
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (spread["max"] - spread["median"]).tolist(),
                "arrayminus": (spread["median"] - spread["min"]).tolist(),
                "thickness": 1,
            },
            name="random labels",
            mode="lines+markers",
            line={"color": colour(RANDOM), "dash": "dot"},
            marker={"size": 7, "symbol": SYMBOLS[RANDOM]},
            hovertemplate="%{y:.4f}, median of the draws",
        )
        end = spread.iloc[-1]
        says += f"; with {spread.index[-1]:,} random labels {end['median']:.4f}"
        draws = random["seed"].nunique()
        caption += (
            f" Random labels: the same recipe on labels drawn at random, {draws} draws of each "
            "size; the line is their median, bars reach from the least to the greatest."
        )
        folds += folded("The figures of random labels", _random_figures(spread))
    return chart(figure, "learning-curve", says, caption) + folds


def _figures(evaluations: pd.DataFrame) -> str:
    rows: list[list[Cell]] = [
        [
            f"{row['labels']:,}",
            (fraction(row["accuracy"]), span(row["accuracy_low"], row["accuracy_high"])),
            fraction(row["macro_f1"]),
            fraction(_number(row["full_accuracy"])),
            DASH if pd.isna(row["gap"]) else points(row["gap"]),
            DASH if pd.isna(row["gap"]) else points(row["gap_high"]),
        ]
        for _, row in evaluations.iterrows()
    ]
    return table(
        "Every evaluation, accuracy with its 95 % interval",
        ["Labels", "Accuracy", "Macro F1", "Full-data model", "Gap, points", "At most"],
        rows,
    )


def _random_figures(spread: pd.DataFrame) -> str:
    rows = [[f"{labels:,}", *map(fraction, row)] for labels, row in spread.iterrows()]
    return table(
        "Accuracy with labels drawn at random", ["Labels", "Median", "Least", "Greatest"], rows
    )


def _spread(random: pd.DataFrame) -> pd.DataFrame:
    return random.groupby("labels")["accuracy"].agg(["median", "min", "max"])


def _number(value: object) -> float | None:
    return None if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type]
