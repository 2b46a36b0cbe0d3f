"""Answers to labels: the one category that the answers to an inquiry agree on."""

import pandas as pd
from crowdkit.aggregation import MajorityVote

ANSWERS = ["inquiry", "annotator", "category", "status", "answered_at"]
LABELS = ["inquiry", "category", "confidence", "answers"]


def agree(answers: pd.DataFrame) -> pd.DataFrame:
    """Labels from the submitted answers (columns ANSWERS).

    One row an inquiry, in the order of its first answer: `category` by majority, ties going to the
    earliest answer; `confidence`, the share of answers that say so (0 to 1); `answers`, how many
    there are. Drafts and discards count for nothing.
    """
    given = answers[(answers["status"] == "submitted") & answers["category"].notna()]
    given = given.sort_values("answered_at", kind="stable")
    if given.empty:
        return pd.DataFrame(columns=LABELS)
    votes = given.rename(columns={"inquiry": "task", "annotator": "worker", "category": "label"})
    shares = MajorityVote().fit_predict_proba(votes[["task", "worker", "label"]])
    rows = []
    for inquiry, group in given.groupby("inquiry", sort=False):
        share = shares.loc[inquiry]
        best = share.max()
        category = next(c for c in group["category"] if share[c] >= best - 1e-9)
        rows.append((inquiry, category, float(best), len(group)))
    return pd.DataFrame(rows, columns=LABELS)
