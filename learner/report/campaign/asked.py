"""What was asked, and why: counts by reason, and the batch of each round."""

import pandas as pd

from labeling.inquiries.hints import counted
from learner.live.record import Record
from learner.report.campaign.words import DASH, name, share, text
from learner.report.page import Cell, folded, paragraph, table

MOST_ROWS = 200  # of a round


def asked(record: Record) -> str:
    """The section."""
    rows = _with_labels(record)
    return (
        paragraph(
            f"{counted(len(rows), 'inquiry was', 'inquiries were')} put before annotators in "
            f"{counted(rows['round'].nunique(), 'round', 'rounds')}, more in each than are waited "
            "for, so that nobody runs out of work. What is asked again counts in its last round."
        )
        + _reasons(rows)
        + folded("Round by round", "".join(_round(*group) for group in rows.groupby("round")))
    )


def _with_labels(record: Record) -> pd.DataFrame:
    """The journal's `asked` with the columns text and label."""
    labels = record.labels.set_index("inquiry")["category"]
    texts = record.pool.set_index("id")["text"]
    return record.asked.assign(
        text=record.asked["inquiry"].map(texts).fillna(""),
        label=record.asked["inquiry"].map(labels),
    )


def _reasons(rows: pd.DataFrame) -> str:
    counted = rows.groupby("why", sort=False)["label"].agg(["size", "count"])
    body: list[list[Cell]] = [
        [name(why), f"{asked:,}", f"{labelled:,}", _hits(rows[rows["why"] == why])]
        for why, (asked, labelled) in counted.iterrows()
    ]
    return table(
        "Why inquiries were asked", ["Why", "Asked", "Labelled", "As the model guessed"], body
    )


def _hits(rows: pd.DataFrame) -> str:
    """How often the label is what the model guessed before."""
    both = rows[rows["guess"].notna() & rows["label"].notna()]
    return share(int((both["guess"] == both["label"]).sum()), len(both)) if len(both) else DASH


def _round(number: object, rows: pd.DataFrame) -> str:
    labelled = int(rows["label"].notna().sum())
    body: list[list[Cell]] = [
        [
            text(row.text),
            name(row.why),
            f"{row.uncertainty:.2f}",
            name(row.guess),
            name(row.label),
        ]
        for row in rows.head(MOST_ROWS).itertuples()
    ]
    left = len(rows) - len(body)
    return folded(
        f"Round {number}: {len(rows):,} asked, {labelled:,} labelled",
        table(
            f"Round {number}, in the order of asking",
            ["Inquiry", "Why", "Doubt, 0 to 1", "Guess", "Label"],
            body,
        )
        + (paragraph(f"{left:,} more are left out here.") if left else ""),
    )
