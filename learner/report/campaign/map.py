"""A map of the pool: what means something similar lies near, coloured by when it was asked."""

from textwrap import wrap

import numpy as np
import plotly.graph_objects as go
from sklearn.decomposition import PCA

from labeling.inquiries.hints import counted
from learner.live.record import Record
from learner.report.campaign.words import name, text
from learner.report.charts import chart, plain

MOST_POINTS = 5000
FITTED = 20_000  # of a larger pool, an even part that says which way the components go
FEW = 10  # rounds, each of which has a tick
LINE = 45  # characters beside a point, few enough for a phone
ISOLATE, END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
NOT_ASKED = "#8b98a5"
# From the first round to the last; told from grey on light and on dark.
ROUNDS = [[0, "#2b86cc"], [0.5, "#b05fb0"], [1, "#e8842a"]]


def pool_map(record: Record, vectors: np.ndarray) -> str:
    """The section; `vectors` (N, D) embed the pool."""
    seed = record.settings["seed"]
    rounds = record.asked.set_index("inquiry")["round"]
    when = record.pool["id"].map(rounds).to_numpy(dtype=float)  # NaN: never asked
    rows = _drawn(~np.isnan(when), seed)
    part = vectors[:: len(vectors) // FITTED + 1]
    place = PCA(2, random_state=seed).fit(part).transform(vectors[rows])
    when = when[rows]
    shown = record.pool.iloc[rows]
    said = [_said(*row) for row in zip(shown["text"], shown["category"], strict=True)]
    last = max(1, int(record.asked["round"].max()))
    figure = go.Figure()
    is_asked = ~np.isnan(when)
    for title, chosen in (("not asked", ~is_asked), ("asked", is_asked)):
        marker: dict[str, object] = {"size": 5, "color": NOT_ASKED, "opacity": 0.35}
        if title == "asked":
            marker = {
                "size": 8,
                "color": when[chosen].tolist(),
                "colorscale": ROUNDS,
                "cmin": 0,
                "cmax": last,
                "colorbar": {
                    "title": {"text": "round"},
                    "thickness": 12,
                    "len": 0.8,
                    "dtick": 1 if last <= FEW else None,
                },
                "line": {"width": 0.5, "color": "rgba(255,255,255,.6)"},
            }
        figure.add_scatter(
            x=place[chosen, 0].round(3).tolist(),
            y=place[chosen, 1].round(3).tolist(),
            mode="markers",
            name=title,
            marker=marker,
            customdata=[said[row] for row in np.flatnonzero(chosen)],
            text=[f"round {number:g}" for number in when[chosen]] if title == "asked" else None,
            hovertemplate="%{customdata}<br>%{text}<extra></extra>"
            if title == "asked"
            else "%{customdata}<br>not asked<extra></extra>",
        )
    axis = {"showticklabels": False, "zeroline": False}
    figure.update_layout(
        xaxis={**axis, "title": "first principal component"},
        yaxis={**axis, "title": "second principal component"},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="closest",
        height=520,
        margin={"l": 40, "r": 10, "t": 20, "b": 40},
        showlegend=True,
    )
    says = (
        f"Map of {counted(len(rows), 'inquiry', 'inquiries')} of the pool, "
        f"{int(is_asked.sum()):,} of them asked; the rounds above list what was asked"
    )
    of = (
        ""
        if len(rows) == len(vectors)
        else f" Shown are {len(rows):,} of {len(vectors):,}: what was asked, and others by chance."
    )
    return chart(
        figure,
        "pool-map",
        says,
        "A point is an inquiry. Inquiries that the sentence encoder takes for similar lie near "
        f"each other, as far as two dimensions can show it.{of}",
    )


def _drawn(is_asked: np.ndarray, seed: int) -> np.ndarray:
    """At most `MOST_POINTS` of the rows (N,), ascending: what was asked first, others by chance."""
    order = np.random.default_rng(seed).permutation(len(is_asked))
    order = order[np.argsort(~is_asked[order], kind="stable")]
    return np.sort(order[:MOST_POINTS])


def _said(inquiry: object, category: object) -> str:
    """What is shown beside a point: short lines, each with a direction of its own."""
    lines = [*wrap(text(inquiry), LINE), name(category)]
    return "<br>".join(f"{ISOLATE}{plain(line)}{END}" for line in lines)
