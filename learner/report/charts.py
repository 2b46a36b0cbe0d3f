"""Figures that several reports can show. Their ink follows the page (page.css), light or dark."""

from collections.abc import Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from learner.report.page import scrolling

# Told apart on light and on dark, and by most who see fewer colours (after Okabe and Ito).
COLOURS = ("#d5701a", "#2b86cc", "#9063c4", "#2a9d78", "#c9518c", "#a08a1c", "#6f7d8a")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross")
MANY = 30  # categories, above which a confusion matrix shows no numbers
SMALLEST = 180  # pixels of a confusion matrix's side
LONGEST = 26  # characters of a category's name beside a confusion matrix
RIGHT = [[0, "rgba(120,140,160,.15)"], [1, "rgba(120,140,160,.55)"]]
WRONG = [[0, "rgba(230,130,30,.35)"], [1, "rgba(225,60,35,.85)"]]


def chart(figure: go.Figure, name: str, says: str, caption: str = "") -> str:
    """A figure for a page; `says` is its text alternative, `name` unique on the page.

    It is an image to whoever cannot see it, so there are no buttons in it.
    """
    figure.update_layout(
        template="plotly_white", paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)"
    )
    drawn = figure.to_html(
        full_html=False,
        include_plotlyjs=False,
        div_id=name,
        config={"displayModeBar": False, "responsive": figure.layout.width is None},
    )
    under = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    body = f'<div role="img" aria-label="{escape(says)}">{drawn}</div>'
    if figure.layout.width is not None:
        body = scrolling(figure.layout.title.text or name, body)
    return f"<figure>{body}{under}</figure>"


def lines(
    series: Sequence[tuple[str, Sequence[float], Sequence[float], Sequence[str]]],
    x_title: str,
    y_title: str,
) -> go.Figure:
    """A line with markers for each name, of x and y and what is said of each point beside them."""
    figure = go.Figure()
    for number, (name, x, y, said) in enumerate(series):
        figure.add_scatter(
            x=list(x),
            y=list(y),
            name=plain(name),
            mode="lines+markers",
            line={"color": colour(number)},
            marker={"size": 9, "symbol": SYMBOLS[number % len(SYMBOLS)]},
            customdata=[plain(text) for text in said],
            hovertemplate="%{y:.4f}, %{customdata}",
        )
    figure.update_layout(
        xaxis={"title": x_title},
        yaxis={"title": y_title},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="x unified",
        height=440,
        margin={"l": 60, "r": 20, "t": 20, "b": 50},
        showlegend=True,
    )
    return figure


def reliability_diagram(
    series: Sequence[tuple[str, Sequence[float], Sequence[float], Sequence[int]]],
) -> go.Figure:
    """How often a model was right (y) where it was so sure (x); areas grow with the inquiries."""
    said = [[f"{count:,} inquiries" for count in counts] for *_, counts in series]
    figure = lines(
        [(name, x, y, texts) for (name, x, y, _), texts in zip(series, said, strict=True)],
        "mean score of the predicted category",
        "share of these predicted rightly",
    )
    most = max((count for *_, counts in series for count in counts), default=1)
    for trace, (*_, counts) in zip(figure.data, series, strict=True):
        trace.marker.size = (6 + 22 * np.sqrt(np.array(counts) / most)).tolist()
        trace.marker.opacity = 0.7
        trace.line.width = 1
        trace.hovertemplate = "score %{x:.3f}: %{y:.3f} right, %{customdata}"
    figure.add_shape(type="line", x0=0, y0=0, x1=1, y1=1, line={"dash": "dash", "width": 1})
    figure.update_layout(
        xaxis_range=[-0.02, 1.03], yaxis_range=[-0.03, 1.05], hovermode="closest", height=480
    )
    return figure


def confusion_map(
    confusion: Sequence[Sequence[int]], categories: Sequence[str], title: str, most: int
) -> go.Figure:
    """True categories (rows) against predicted ones (columns); zeros are blank.

    The diagonal is grey; errors are orange to red, by the logarithm of their number up to `most`,
    so that single ones are seen beside a diagonal of hundreds.
    """
    counts = np.array(confusion)
    k = len(categories)
    cell, font = (max(16, SMALLEST // k), 11) if k <= MANY else (11, 9)
    names = [name if len(name) <= LONGEST else f"{name[:LONGEST]}…" for name in categories]
    room = int(max(map(len, names)) * font * 0.6) + 30  # pixels
    said = [
        [
            f"{plain(true)} predicted as {plain(predicted)}: {counts[row, column]:,}"
            for column, predicted in enumerate(categories)
        ]
        for row, true in enumerate(categories)
    ]
    on_diagonal = np.eye(k, dtype=bool)
    figure = go.Figure()
    for chosen, scale, top in (
        (on_diagonal, RIGHT, int(counts.max(initial=1))),
        (~on_diagonal, WRONG, most),
    ):
        shown = chosen & (counts > 0)
        figure.add_heatmap(
            z=np.where(shown, np.log(np.maximum(counts, 1)), np.nan),
            zmin=0,
            zmax=max(float(np.log(top)), 0.1),
            colorscale=scale,
            showscale=False,
            customdata=said,
            text=np.where(shown, counts.astype(str), "") if k <= MANY else None,
            texttemplate="%{text}" if k <= MANY else None,
            textfont={"size": 9},
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
            xgap=1,
            ygap=1,
        )
    ticks = {
        "tickvals": list(range(k)),
        "ticktext": [plain(name) for name in names],
        "tickfont": {"size": font},
        "range": [-0.5, k - 0.5],
        "showgrid": True,
        "zeroline": False,
    }
    figure.update_layout(
        title={"text": plain(title), "x": 0, "xref": "paper", "font": {"size": 15}},
        xaxis={**ticks, "title": {"text": "predicted", "standoff": 4}, "tickangle": -90},
        yaxis={**ticks, "title": {"text": "true", "standoff": 4}, "range": [k - 0.5, -0.5]},
        width=k * cell + room + 20,
        height=k * cell + room + 50,
        margin={"l": room, "r": 20, "t": 50, "b": room},
    )
    return figure


def plain(text: str) -> str:
    """Text for a place in a figure that takes tags; quotes need no escape there, and get none."""
    return escape(text, quote=False)


def colour(number: int) -> str:
    """The colour of series `number`."""
    return COLOURS[number % len(COLOURS)]
