"""The report of `parity simulate`: what the seeds say of each strategy, and the curves."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from learner.report.charts import SYMBOLS, chart, colour, plain
from learner.report.page import Cell, contents, folded, page, paragraph, section, table

Found = dict[str, Any]
DASH = "\N{EN DASH}"
LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
PERCENT = "\N{NO-BREAK SPACE}%"
SPREAD = "Lines join medians over the seeds, bars reach from the least to the greatest."


def simulation_report(curve: pd.DataFrame, summary: Found, data: str) -> str:
    """One page: what `summary` and `curve` say.

    `curve` has the columns of `learner.lab.simulate.CURVE`, and `categories_left`.
    """
    full, margin = summary["full_accuracy"], summary["margin"]
    strategies = summary["strategies"]
    parts = [
        ("strategies", "The strategies", _strategies(strategies)),
        ("curves", "Learning curves", _learning_curves(curve, full, margin, strategies)),
        ("labels", "Labels to parity and to proof, seed by seed", _labels(strategies)),
        ("categories", "When categories are found", _categories_found(curve)),
        ("time", "Seconds a round", _seconds(curve)),
    ]
    if any("against_random" in found for found in strategies.values()):
        parts.insert(1, ("random", "Against asking at random", _against_random(strategies)))
    body = [
        paragraph(
            f"Full-data model: accuracy {full:.4f} on {summary['full_labels']:,} labels. "
            f"Parity: within {margin * 100:g} points of it at two evaluations in a row; proof: the "
            f"upper 95{PERCENT} bound of the gap is, all looks accounted for."
        ),
        contents([(name, heading) for name, heading, _ in parts]),
        *(section(*part) for part in parts),
    ]
    return page(f"Simulation on {data}", "".join(body))


def _strategies(strategies: dict[str, Found]) -> str:
    rows: list[list[Cell]] = [
        [
            name,
            _spread(found["labels_to_parity"], _count),
            _spread(found["labels_to_proof"], _count),
            _spread(found["accuracy_at_budget"], "{:.4f}".format),
            _spread(found["area_under_curve"], "{:.4f}".format),
            _spread(found["labels_to_all_categories"], _count),
            f"{found['seconds_per_round']:.2f}",
        ]
        for name, found in strategies.items()
    ]
    return table(
        "Medians over the seeds, with the least and the greatest",
        [
            "Strategy",
            "Labels to parity",
            "Labels to proof",
            "Accuracy at the end",
            "Mean accuracy on the way",
            "Labels to find every category",
            "Seconds a round",
        ],
        rows,
    )


def _against_random(strategies: dict[str, Found]) -> str:
    compared = {n: f["against_random"] for n, f in strategies.items() if "against_random" in f}
    seeds = len(next(iter(strategies.values()))["area_under_curve"]["per_seed"])
    rows: list[list[Cell]] = [
        [
            name,
            DASH if one["times_fewer_labels"] is None else f"{one['times_fewer_labels']:.1f} times",
            f"{one['area'] * 100:+.2f}"
            if one["area_low"] is None
            else (
                f"{one['area'] * 100:+.2f}",
                f"{one['area_low'] * 100:+.2f} to {one['area_high'] * 100:+.2f}",
            ),
            DASH if one["p_value"] is None else f"{one['p_value']:.3g}",
        ]
        for name, one in compared.items()
    ]
    return table(
        "The same pools and test inquiries, seed by seed",
        ["Strategy", "Fewer labels to parity", "Mean accuracy on the way, points", "p"],
        rows,
    ) + paragraph(
        f"Intervals are 95{PERCENT} t intervals, p is of a two-sided paired permutation test. With "
        f"{seeds} seed{'s' if seeds != 1 else ''} it cannot be smaller than {2 / 2**seeds:.2g}."
    )


def _learning_curves(
    curve: pd.DataFrame, full: float, margin: float, strategies: dict[str, Found]
) -> str:
    figure = over_labels(curve, "accuracy", "accuracy")
    figure.add_hline(full, line_dash="dash", annotation_text="full-data model")
    figure.add_hrect(full - margin, full, opacity=0.12, line_width=0, fillcolor="green")
    ends = ", ".join(
        f"{name} {found['accuracy_at_budget']['median']:.4f}" for name, found in strategies.items()
    )
    says = f"Accuracy by labels, a line for each strategy; at the end: {ends}"
    return chart(figure, "learning-curve", says, SPREAD) + _data(curve, "accuracy", "{:.4f}")


def _labels(strategies: dict[str, Found]) -> str:
    figure = go.Figure()
    names = [plain(name) for name in strategies]
    for number, (key, said) in enumerate(
        (("labels_to_parity", "to parity"), ("labels_to_proof", "to proof"))
    ):
        points = [
            (name, labels)
            for name, found in zip(names, strategies.values(), strict=True)
            for labels in found[key]["per_seed"]
            if labels is not None
        ]
        figure.add_scatter(
            x=[labels for _, labels in points],
            y=[name for name, _ in points],
            mode="markers",
            name=said,
            marker={"size": 11, "symbol": SYMBOLS[number], "color": colour(number)},
            hovertemplate="%{x} labels " + said,
        )
    figure.update_layout(
        xaxis={"title": "labels", "rangemode": "tozero"},
        yaxis={
            "categoryorder": "array",
            "categoryarray": names[::-1],
            "range": [-0.5, len(names) - 0.5],
            "automargin": True,
        },
        showlegend=True,
        legend=LEGEND,
        height=140 + 50 * len(names),
        margin={"l": 60, "r": 20, "t": 20, "b": 50},
    )
    rows: list[list[Cell]] = [
        [name, str(seed), _count(parity), _count(proof)]
        for name, found in strategies.items()
        for seed, (parity, proof) in enumerate(
            zip(
                found["labels_to_parity"]["per_seed"],
                found["labels_to_proof"]["per_seed"],
                strict=True,
            )
        )
    ]
    listed = table("Seed by seed", ["Strategy", "Seed", "To parity", "To proof"], rows)
    says = "Labels to parity and to proof, a dot for each seed; the table under it has the figures"
    return chart(figure, "labels-to-parity", says) + folded("The figures", listed)


def _categories_found(curve: pd.DataFrame) -> str:
    figure = over_labels(curve, "categories_left", "categories without a label")
    says = "Categories that have no label yet, by labels; the table under it has the figures"
    return chart(figure, "categories-found", says, SPREAD) + _data(curve, "categories_left", "{:g}")


def _seconds(curve: pd.DataFrame) -> str:
    figure = over_labels(curve, "seconds", "seconds")
    figure.update_yaxes(rangemode="tozero")
    says = "Seconds from the answers to the next batch, by labels; the table has the figures"
    return chart(figure, "seconds-a-round", says, SPREAD) + _data(curve, "seconds", "{:.2f}")


def over_labels(curve: pd.DataFrame, column: str, title: str) -> go.Figure:
    """A line for each strategy: the median over the seeds, with bars from least to greatest."""
    figure = go.Figure()
    for number, (strategy, runs) in enumerate(curve.groupby("strategy", sort=False)):
        values = runs.groupby("labels")[column].agg(["median", "min", "max"])
        figure.add_scatter(
            x=values.index,
            y=values["median"],
            error_y={
                "type": "data",
                "array": values["max"] - values["median"],
                "arrayminus": values["median"] - values["min"],
                "thickness": 0.7,
                "width": 0,
            },
            mode="lines+markers",
            line={"color": colour(number)},
            marker={"size": 6, "symbol": SYMBOLS[number % len(SYMBOLS)]},
            name=plain(str(strategy)),
        )
    figure.update_layout(
        xaxis_title="labels",
        yaxis_title=title,
        legend=LEGEND,
        height=480,
        margin={"l": 60, "r": 20, "t": 20, "b": 50},
        showlegend=True,
    )
    return figure


def _data(curve: pd.DataFrame, column: str, form: str) -> str:
    values = curve.groupby(["strategy", "labels"], sort=False)[column].agg(["median", "min", "max"])
    rows: list[list[Cell]] = [
        [str(strategy), f"{labels:,}", *(form.format(value) for value in row)]
        for (strategy, labels), row in zip(values.index, values.to_numpy(), strict=True)
    ]
    head = ["Strategy", "Labels", "Median", "Least", "Greatest"]
    return folded("The figures", table("Over the seeds", head, rows))


def _spread(found: Found, form: Callable[[Any], str]) -> Cell:
    """The median, and under it the least and the greatest of the seeds."""
    per_seed: Sequence[float | None] = found["per_seed"]
    median = _count(None) if found["median"] is None else form(found["median"])
    reached = [value for value in per_seed if value is not None]
    if len(per_seed) < 2 or not reached:
        return median
    most = form(max(reached)) if len(reached) == len(per_seed) else "not reached"
    return median, f"{form(min(reached))} to {most}"


def _count(labels: float | None) -> str:
    return "not reached" if labels is None else f"{labels:,g}"
