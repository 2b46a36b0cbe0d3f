"""Answers to labels: the one category that the answers to an inquiry agree on."""

import numpy as np
import pandas as pd

from labeling.reliability import skills

ANSWERS = ["inquiry", "annotator", "category", "status", "answered_at"]
LABELS = ["inquiry", "category", "confidence", "answers"]


def given(answers: pd.DataFrame) -> pd.DataFrame:
    """The submitted answers (columns ANSWERS), earliest first: drafts and discards say nothing."""
    submitted = answers[(answers["status"] == "submitted") & answers["category"].notna()]
    return submitted.sort_values("answered_at", kind="stable")


def agree(answers: pd.DataFrame) -> pd.DataFrame:
    """Labels from the submitted answers (columns ANSWERS).

    One row an inquiry, in the order of its first answer: `category`, the likeliest by Dawid and
    Skene's model of how reliable each annotator is, so that of equally reliable annotators the
    majority decides, and ties go to the earliest answer; `confidence`, how likely it is (0 to 1);
    `answers`, how many there are.
    """
    said = given(answers)
    if said.empty:
        return pd.DataFrame(columns=LABELS)
    skill = said["annotator"].map(skills(said)).to_numpy(dtype=float)
    inquiry, inquiries = pd.factorize(said["inquiry"])
    category, categories = pd.factorize(said["category"])
    others = max(1, len(categories) - 1)
    # How much an answer speaks for its category beside each of the others: log odds.
    speaks = np.log(np.maximum(skill, 1e-9)) - np.log(np.maximum(1 - skill, 1e-9) / others)
    odds = np.zeros((len(inquiries), len(categories)))
    np.add.at(odds, (inquiry, category), speaks)
    likely = np.exp(odds - odds.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    table = pd.DataFrame({"inquiry": inquiry, "category": category})
    table["confidence"] = likely[inquiry, category].round(6)
    best = (
        table.sort_values("confidence", ascending=False, kind="stable").groupby("inquiry").head(1)
    )
    best = best.sort_values("inquiry")
    return pd.DataFrame(
        {
            "inquiry": inquiries,
            "category": categories[best["category"]],
            "confidence": best["confidence"].to_numpy(),
            "answers": np.bincount(inquiry),
        }
    )[LABELS]
