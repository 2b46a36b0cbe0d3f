"""The labels of a campaign as one table: a row for each labelled inquiry."""

import pandas as pd

from labeling.cells import defused

LABELLED = ["id", "text", "category", "confidence", "answers", "round"]


def labelled(labels: pd.DataFrame, asked: pd.DataFrame, pool: pd.DataFrame) -> pd.DataFrame:
    """The table of labels (columns LABELLED), in the order of `labels`.

    `labels` are those of `labeling.consensus`, `asked` the journal's, `pool` has columns id, text.
    """
    table = labels.rename(columns={"inquiry": "id"})
    table["text"] = table["id"].map(pool.set_index("id")["text"])
    table["round"] = table["id"].map(asked.set_index("inquiry")["round"])
    kinds = {"confidence": "float64", "answers": "int64", "round": "int64"}
    return table[LABELLED].astype(kinds).reset_index(drop=True)


def as_csv(table: pd.DataFrame) -> str:
    """The table as CSV that a spreadsheet opens as text, whatever a customer wrote."""
    words = {name: table[name].map(defused) for name in ("id", "text", "category")}
    return table.assign(**words).to_csv(index=False)
