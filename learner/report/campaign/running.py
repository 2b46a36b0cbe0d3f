"""How long rounds took, and how the campaign is run again."""

import shlex
from html import escape
from typing import Any

from learner.export.markdown import data_name, model_name, versions
from learner.live.campaign import Settings
from learner.live.record import Record
from learner.report.campaign.words import DASH
from learner.report.charts import chart, lines
from learner.report.page import folded, paragraph, shortened, table

FEW = 10  # rounds, each of which has a tick
LONGEST = 200  # characters of a setting
# Settings that may name a place on this machine.
SOURCES, MODELS = ("data", "codebook"), ("model", "encoder")


def timings(record: Record) -> str:
    """The section about seconds."""
    rounds = record.rounds
    figure = lines(
        [
            (
                "round",
                rounds["round"].tolist(),
                rounds["seconds"].tolist(),
                [f"{labels:,} labels" for labels in rounds["labels"]],
            )
        ],
        "round",
        "seconds",
    )
    figure.data[0].hovertemplate = "%{y:.2f} s, %{customdata}"
    figure.update_xaxes(dtick=1 if len(rounds) <= FEW else None)
    figure.update_yaxes(rangemode="tozero")
    figure.update_layout(height=320, showlegend=False)
    median, longest = rounds["seconds"].median(), rounds["seconds"].max()
    said = f"The median round took {median:.2f} seconds, the longest {longest:.2f}"
    total = record.settings.get("seconds")
    whole = f" The campaign ran for {total / 60:,.1f} minutes in all." if total else ""
    listed = table(
        "Rounds",
        ["Round", "Labels before it", "Seconds"],
        [[f"{row.round}", f"{row.labels:,}", f"{row.seconds:.2f}"] for row in rounds.itertuples()],
    )
    return (
        paragraph(f"From the answers to the next batch. {said}.{whole}")
        + chart(figure, "seconds-a-round", f"Seconds of each round. {said}")
        + folded("The figures", listed)
    )


def settings(record: Record) -> str:
    """The section about settings and versions."""
    chosen = {
        option: _portable(option, record.settings[option])
        for option in Settings.__dataclass_fields__
        if option in record.settings
    }
    words = ["parity", "up"]
    for option, value in chosen.items():
        if value is not None:
            words += [f"--{option.replace('_', '-')}", shortened(str(value), LONGEST)]
    known = [
        ["categories", f"{len(record.codebook.names):,}"],
        ["fingerprint of the data", record.settings["fingerprint"]],
        ["model that is measured", _recipe(record)],
    ]
    return (
        f"<pre>{escape(shlex.join(words))}</pre>"
        + paragraph("Files are named without the folders they lie in.")
        + table("What the campaign was begun with", ["What", "Value"], known)
        + table(
            "Versions that made this page",
            ["What", "Version"],
            [[name, version] for name, version in versions()],
        )
    )


def _portable(option: str, value: Any) -> Any:
    """A setting without the folders of this machine."""
    if option in SOURCES and value not in (None, "sample"):
        return data_name(value)
    return model_name(value) if option in MODELS else value


def _recipe(record: Record) -> str:
    found, encoder = record.settings.get("recipe") or DASH, record.settings["encoder"]
    return shortened(found.replace(encoder, model_name(encoder)), LONGEST)
