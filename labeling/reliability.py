"""How reliable each annotator is, judged by what colleagues answered to the same inquiries.

The one-coin model of Dawid and Skene (1979): an annotator is right with one probability, and wrong
answers are spread evenly. Nobody needs to know the truth for it, only inquiries with two answers.
"""

import numpy as np
import pandas as pd
from crowdkit.aggregation import OneCoinDawidSkene
from scipy import stats

PRIOR = 10.0  # shared inquiries' worth of the team's mean: a few do not make a reputation
MOST, LEAST = 0.999, 0.05  # how sure an answer can make, and how unsure
CARELESS = 0.01  # how unlikely chance has to be before somebody is named, for all together

COMPARED = ["annotator", "with", "agreed"]
VOTES = {"inquiry": "task", "annotator": "worker", "category": "label"}


def shared(answers: pd.DataFrame) -> pd.DataFrame:
    """Those of the answers whose inquiry has answers of at least two annotators."""
    return answers[answers.groupby("inquiry")["annotator"].transform("nunique") > 1]


def skills(answers: pd.DataFrame) -> pd.Series:
    """The probability that an annotator's answer is right, by annotator.

    `answers` has columns inquiry, annotator, category. 1 for all where nobody shared an inquiry.
    """
    everybody = pd.Index(sorted(answers["annotator"].unique()))
    both = shared(answers)
    if both.empty:
        return pd.Series(1.0, everybody)
    votes = both.rename(columns=VOTES)[[*VOTES.values()]]
    found = OneCoinDawidSkene().fit(votes).skills_.reindex(everybody)
    count = both["annotator"].value_counts().reindex(everybody, fill_value=0)
    team = float((found.fillna(0) * count).sum() / count.sum())
    weighed = (found.fillna(0) * count + team * PRIOR) / (count + PRIOR)
    return weighed.clip(LEAST, MOST)


def careless(answers: pd.DataFrame) -> list[str]:
    """Annotators who agree far more seldom than their colleagues do, the most striking first.

    `answers` has columns inquiry, annotator, category and guess, what a model guessed before (None
    for nothing). Fisher's exact test of each annotator against all others: how often they agree
    with colleagues, and how often with the guess; the two combined by Fisher's method and corrected
    for the number of annotators (Bonferroni). Whoever is named is left out before the next is
    looked for, as their answers make everybody who shares an inquiry with them look bad.
    """
    named: list[str] = []
    limit = CARELESS / max(1, answers["annotator"].nunique())
    while True:
        chances = _chances(_comparisons(answers[~answers["annotator"].isin(named)]))
        if not chances or min(chances.values()) >= limit:
            return named
        named.append(min(chances, key=lambda name: chances[name]))


def _comparisons(answers: pd.DataFrame) -> pd.DataFrame:
    """Each answer beside what colleagues answered, and beside what a model guessed before.

    Columns annotator, with ("colleagues" or "guess") and agreed.
    """
    both = shared(answers)
    pairs = both.merge(both, on="inquiry", suffixes=("", "_other"))
    pairs = pairs[pairs["annotator"] != pairs["annotator_other"]]
    with_others = pairs.assign(agreed=pairs["category"] == pairs["category_other"])
    guessed = answers[answers["guess"].notna()]
    with_guess = guessed.assign(agreed=guessed["category"] == guessed["guess"])
    parts = [with_others.assign(**{"with": "colleagues"}), with_guess.assign(**{"with": "guess"})]
    return pd.concat([part[COMPARED] for part in parts], ignore_index=True)


def _chances(agreed: pd.DataFrame) -> dict[str, float]:
    """How likely it is, by annotator, that somebody like the others agrees as seldom as they do."""
    found: dict[str, float] = {}
    for person in sorted(agreed["annotator"].unique()):
        chances = []
        for _, group in agreed.groupby("with"):
            own = group["annotator"] == person
            table = [
                [int(group["agreed"][rows].sum()), int((~group["agreed"][rows]).sum())]
                for rows in (own, ~own)
            ]
            if all(map(sum, table)):
                chances.append(stats.fisher_exact(table, alternative="less").pvalue)
        if chances:
            found[person] = float(stats.combine_pvalues(np.maximum(chances, 1e-300)).pvalue)
    return found
