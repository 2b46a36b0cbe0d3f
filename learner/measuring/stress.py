"""The stress set: what a model makes of language that it was never trained on."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from labeling.sample import STRESS
from learner.models.protocol import Model

# What Bitext's data sets call it: the sample's category.
OTHER_NAMES = {"check_invoices": "check_invoice"}


def read_stress_set() -> pd.DataFrame:
    """The stress set: columns text, category (of the sample's codebook), style."""
    return pd.read_csv(STRESS, dtype="str")


def covers(categories: Sequence[str]) -> bool:
    """Whether the stress set has texts of every one of these categories."""
    return set(_translated(categories)) <= set(read_stress_set()["category"])


def stress_set_for(categories: Sequence[str]) -> pd.DataFrame:
    """The part of the stress set that is about these categories, under the names they have here.

    A model may know fewer categories than the stress set has, and call them as Bitext does.
    """
    names = dict(zip(_translated(categories), categories, strict=True))
    table = read_stress_set()
    table = table[table["category"].isin(set(names))].reset_index(drop=True)
    return table.assign(category=table["category"].map(names))


def stress_accuracy(models: dict[str, Model]) -> pd.DataFrame:
    """Accuracy by style: columns style, texts, and one a model; the last row is over all styles.

    Each model is asked about the categories that it knows. Raises ValueError if two models know
    different ones.
    """
    known = [set(_translated(model.categories)) for model in models.values()]
    if any(names != known[0] for names in known):
        raise ValueError("the models know different categories, so their scores do not compare")
    right = {}
    for name, model in models.items():
        table = stress_set_for(model.categories)
        best = model.probabilities(table["text"].tolist()).argmax(axis=1)
        right[name] = np.array([model.categories[number] for number in best]) == table["category"]
    return accuracy_by_style(table["style"], right)


def accuracy_by_style(styles: pd.Series, right: Mapping[str, Sequence[bool]]) -> pd.DataFrame:
    """The table of `stress_accuracy`, of who was right about which of N texts, (N,) each."""
    table = pd.DataFrame({name: np.asarray(found, dtype=float) for name, found in right.items()})
    by_style = table.groupby(styles.to_numpy(), sort=False).mean()
    by_style.insert(0, "texts", styles.value_counts())
    by_style.loc["all styles"] = [len(table), *table.mean()]
    by_style["texts"] = by_style["texts"].astype(int)
    return by_style.rename_axis("style").reset_index()


def _translated(categories: Sequence[str]) -> list[str]:
    return [OTHER_NAMES.get(name, name) for name in categories]
