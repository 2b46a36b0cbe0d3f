"""How reliable each annotator is, judged by what colleagues answered to the same inquiries.

The one-coin model of Dawid and Skene (1979): an annotator is right with one probability, and wrong
answers are spread evenly. Nobody needs to know the truth for it, only inquiries with two answers.
"""

import numpy as np
import pandas as pd
from scipy import optimize, stats
from scipy.special import expit, log_expit

PRIOR = 0.9  # how often somebody is right of whom nothing is known,
PRIOR_ANSWERS = 5.0  # and for how many answers of theirs that stands
MOST, LEAST = 0.999, 0.05  # how sure an answer can make, and how unsure
CARELESS = 0.01  # how unlikely chance has to be before somebody is named, for all together

COMPARED = ["annotator", "with", "agreed"]


def shared(answers: pd.DataFrame) -> pd.DataFrame:
    """Those of the answers whose inquiry has answers of at least two annotators."""
    return answers[answers.groupby("inquiry")["annotator"].transform("nunique") > 1]


def skills(answers: pd.DataFrame) -> pd.Series:
    """The probability that an annotator's answer is right, by annotator.

    `answers` has columns inquiry, annotator, category. 1 for all where nobody shared an inquiry.

    Two annotators agree, by the one-coin model of many categories, as often as both are right: the
    product of their probabilities. Those that make the agreements observed likeliest are found,
    with a prior. Expectation maximisation with learnt frequencies of the categories, the usual way,
    believes of two people who always disagree the one who always gives a frequent category
    (`docs/benchmarks.md`); that skills multiply to agreements is used in the same way by Dalvi et
    al., "Aggregating crowdsourced binary ratings" (WWW 2013).
    """
    everybody = pd.Index(sorted(answers["annotator"].unique()))
    pairs = _pairs(answers)
    if pairs.empty:
        return pd.Series(1.0, everybody)
    one, other = (everybody.get_indexer(pairs[name]) for name in ("annotator", "annotator_other"))
    agreed = pairs["agreed"].to_numpy()

    def unlikely(logits: np.ndarray) -> tuple[float, np.ndarray]:
        """Minus the log of the posterior, each pair counted from both sides, and its gradient."""
        both = np.minimum(log_expit(logits[one]) + log_expit(logits[other]), np.log(MOST))
        posterior = np.where(agreed, both, np.log1p(-np.exp(both))).sum() / 2
        prior = PRIOR * log_expit(logits) + (1 - PRIOR) * log_expit(-logits)
        slope = np.where(agreed, 1.0, -np.exp(both) / (1 - np.exp(both)))
        wrong = expit(-logits)
        gradient = np.bincount(one, slope, len(logits)) * wrong
        gradient += PRIOR_ANSWERS * (PRIOR * wrong - (1 - PRIOR) * (1 - wrong))
        return -posterior - PRIOR_ANSWERS * prior.sum(), -gradient

    start = np.full(len(everybody), np.log(PRIOR / (1 - PRIOR)))
    found = optimize.minimize(unlikely, start, jac=True, method="L-BFGS-B").x
    return pd.Series(expit(found), everybody).clip(LEAST, MOST)


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
    with_others = _pairs(answers)
    guessed = answers[answers["guess"].notna()]
    with_guess = guessed.assign(agreed=guessed["category"] == guessed["guess"])
    parts = [with_others.assign(**{"with": "colleagues"}), with_guess.assign(**{"with": "guess"})]
    return pd.concat([part[COMPARED] for part in parts], ignore_index=True)


def _pairs(answers: pd.DataFrame) -> pd.DataFrame:
    """Every two answers to an inquiry, in both orders: columns as they are and "_other", agreed."""
    both = shared(answers)
    pairs = both.merge(both, on="inquiry", suffixes=("", "_other"))
    pairs = pairs[pairs["annotator"] != pairs["annotator_other"]]
    return pairs.assign(agreed=pairs["category"] == pairs["category_other"])


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
