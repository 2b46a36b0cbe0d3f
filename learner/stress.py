"""The stress set: what a model makes of language that it was never trained on."""

from collections.abc import Sequence

import pandas as pd

from labeling.sample import STRESS
from learner.models.protocol import Model

# What Bitext's data sets call it: the sample's category.
OTHER_NAMES = {"check_invoices": "check_invoice"}


def read_stress_set() -> pd.DataFrame:
    """The stress set: columns text, category (of the sample's codebook), style."""
    return pd.read_csv(STRESS, dtype="str")


def stress_accuracy(models: dict[str, Model]) -> pd.DataFrame:
    """Accuracy by style: columns style, texts, and one a model; the last row is over all styles.

    A model may know fewer categories than the stress set has (it is then asked only about those),
    and call them as Bitext does. Raises ValueError if two models know different ones.
    """
    table = read_stress_set()
    known = [set(_translated(model.categories)) for model in models.values()]
    if any(names != known[0] for names in known):
        raise ValueError("the models know different categories, so their scores do not compare")
    table = table[table["category"].isin(known[0])].reset_index(drop=True)
    for name, model in models.items():
        best = model.probabilities(table["text"].tolist()).argmax(axis=1)
        names = _translated(model.categories)
        table[name] = [names[number] for number in best] == table["category"]
    columns = list(models)
    by_style = table.groupby("style", sort=False)[columns].mean()
    by_style.insert(0, "texts", table.groupby("style", sort=False).size())
    by_style.loc["all styles"] = [len(table), *table[columns].mean()]
    by_style["texts"] = by_style["texts"].astype(int)
    return by_style.reset_index()


def _translated(categories: Sequence[str]) -> list[str]:
    return [OTHER_NAMES.get(name, name) for name in categories]
