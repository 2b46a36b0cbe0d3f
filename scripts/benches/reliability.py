"""How well it is found who is how reliable, from inquiries that two people answered.

    python -m scripts.benches.reliability [--repeats 20]

Made-up answers: categories as frequent as the powers of a half allow, teams whose errors are known.
Ours beside Dawid and Skene's one-coin model as crowd-kit fits it: the mean distance from the truth,
and how often the worst of the team is believed more than the best.
"""

import argparse
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from crowdkit.aggregation import OneCoinDawidSkene

from labeling.reliability import skills

CATEGORIES = 27
FREQUENT = 0.1  # the share of the most frequent category, by which "first" is right
TEAMS: dict[str, list[float | None]] = {  # None: always the most frequent category
    "0, 5, 10, 20, 40 %, first": [0.0, 0.05, 0.1, 0.2, 0.4, None],
    "six of 10 %": [0.1] * 6,
    "5, 5, 30 %": [0.05, 0.05, 0.3],
}
SHARED = [15, 30, 60, 150]
NAMES = {"inquiry": "task", "annotator": "worker", "category": "label"}


def by_dawid_and_skene(answers: pd.DataFrame) -> pd.Series:
    """As crowd-kit finds it."""
    return OneCoinDawidSkene().fit(answers.rename(columns=NAMES)).skills_


WAYS: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "ours": skills,
    "Dawid and Skene": by_dawid_and_skene,
}


def answers_of(
    team: Sequence[float | None], inquiries: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Two of the team answer each of so many inquiries."""
    rest = (1 - FREQUENT) / (CATEGORIES - 1)
    shares = [FREQUENT] + [rest] * (CATEGORIES - 1)
    rows = []
    for inquiry in range(inquiries):
        truth = int(rng.choice(CATEGORIES, p=shares))
        for person in rng.permutation(len(team))[:2]:
            error = team[person]
            said = 0
            if error is not None:
                wrong = rng.random() < error
                said = (truth + wrong * int(rng.integers(1, CATEGORIES))) % CATEGORIES
            rows.append((inquiry, person, said))
    return pd.DataFrame(rows, columns=list(NAMES))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each team, number of shared inquiries and way."""
    parser = argparse.ArgumentParser(prog="scripts/bench reliability", description=__doc__)
    parser.add_argument("--repeats", type=int, default=20)
    options = parser.parse_args(arguments)
    rows = []
    for name, team in TEAMS.items():
        truth = pd.Series([FREQUENT if error is None else 1 - error for error in team])
        for shared in SHARED:
            for way, find in WAYS.items():
                wrong, upside_down = [], 0
                for seed in range(options.repeats):
                    found = find(answers_of(team, shared, np.random.default_rng(seed)))
                    wrong.append(float((found - truth).abs().mean()))
                    known = found.reindex(truth.index).dropna()
                    worst, best = truth[known.index].idxmin(), truth[known.index].idxmax()
                    upside_down += int(known[worst] > known[best])
                rows.append((name, shared, way, f"{np.mean(wrong):.3f}", upside_down))
    columns = ["team", "shared", "way", "distance", "worst above best"]
    print(pd.DataFrame(rows, columns=columns).to_string(index=False))


if __name__ == "__main__":
    main()
