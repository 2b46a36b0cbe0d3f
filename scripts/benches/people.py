"""What wrong answers cost, and what asking twice buys: teams of annotators, without a server.

    python -m scripts.benches.people SOURCE [--errors 0.1,0.1,0.1,0.1,0.1,0.1] [--answers 1000]

Each annotator errs with a probability of their own, or always says the first category ("first").
Ways to spend the same number of answers: "new" asks every inquiry once; "share" asks a twentieth,
drawn at random, twice; "again" also lets doubtful labels be asked of somebody else, as live
campaigns do. Labels are by Dawid and Skene, except that "majority" takes the answers of "again" by
their majority.
"""

import argparse
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from labeling.consensus import agree
from labeling.overlap import answers_wanted
from labeling.reliability import careless
from learner.asking.doubt import AT_LEAST, MOST_ANSWERS, doubtful, how_many, out_of_fold
from learner.asking.rounds import Selection, next_batch
from learner.defaults import ENCODER, INITIAL, STRATEGY
from learner.lab.field import Field, encode_all, lay_out, read_labelled
from learner.models.head import fit_head, trust_in
from learner.progress import hush_libraries

BATCH = 10
FIRST = "first"
WAYS = ["new", "share", "again"]
TEAM = ",".join(["0.1"] * 6)
STEP = 100  # answers between two rows of the table


class Team:
    """Annotators who answer in turn; `errors` holds a probability or FIRST for each."""

    def __init__(self, field: Field, errors: Sequence[str], seed: int) -> None:
        self.field, self.errors = field, errors
        self.rng = np.random.default_rng([seed, 9])
        self.rows: list[tuple[int, str, int, int]] = []  # inquiry, annotator, category, guess

    def answer(self, row: int, guess: int) -> bool:
        """Let somebody who has not answered it yet answer; whether there is one."""
        done = {name for inquiry, name, *_ in self.rows if inquiry == row}
        free = [n for n in range(len(self.errors)) if f"annotator {n + 1}" not in done]
        if not free:
            return False
        number = int(self.rng.choice(free))
        self.rows.append((row, f"annotator {number + 1}", self._says(number, row), guess))
        return True

    def _says(self, number: int, row: int) -> int:
        truth, kinds = int(self.field.labels[row]), len(self.field.categories)
        if self.errors[number] == FIRST:
            return 0
        wrong = self.rng.random() < float(self.errors[number])
        return (truth + int(wrong) * int(self.rng.integers(1, kinds))) % kinds

    @property
    def answers(self) -> pd.DataFrame:
        """What they answered, with the columns of `labeling.consensus.ANSWERS`."""
        table = pd.DataFrame(self.rows, columns=["inquiry", "annotator", "category", "guess"])
        table["guess"] = table["guess"].where(table["guess"] >= 0)
        return table.assign(status="submitted", answered_at=np.arange(len(table)))


def majority(answers: pd.DataFrame) -> pd.Series:
    """Category by inquiry: the most frequent answer, of equally frequent ones the earliest."""
    return answers.groupby("inquiry", sort=False)["category"].agg(
        lambda c: c.value_counts().index[0]
    )


def play(
    field: Field, way: str, team: Team, budget: int, seed: int
) -> Iterator[tuple[int, int, float, float]]:
    """Answers, labels, how many of them are right, accuracy of the head; after each round."""
    kinds = len(field.categories)
    selection = Selection(STRATEGY, BATCH, INITIAL, seed)
    everything, number = np.ones(len(field.labels), dtype=bool), 0
    asked_again: set[int] = set()
    while len(team.rows) < budget:
        known, trust = np.full(len(field.labels), -1), np.ones(len(field.labels))
        labels = agree(team.answers)
        rows = labels["inquiry"].to_numpy(dtype=int)
        known[rows] = labels["category"].to_numpy(dtype=int)
        trust[rows] = trust_in(labels["confidence"].to_numpy(dtype=float))
        batch = next_batch(
            field.pool, known, everything, kinds, selection, number, field.graph, trust=trust
        )
        number += 1
        guess = np.full(len(known), -1)
        if batch.head is not None:
            guess = batch.head.probabilities(field.pool).argmax(axis=1)
            said = batch.head.probabilities(field.test).argmax(axis=1)
            right = float((known[rows] == field.labels[rows]).mean())
            yield len(team.rows), len(rows), right, float((said == field.truth).mean())
        if way == "again" and len(rows) >= AT_LEAST:
            counts = team.answers.groupby("inquiry")["category"].agg(["count", "nunique"])
            differing = sum(counts.loc[row, "nunique"] > 1 for row in asked_again)
            size = how_many(BATCH, len(asked_again), differing)
            few = counts.loc[rows, "count"].to_numpy() < min(MOST_ANSWERS, len(team.errors))
            proba = out_of_fold(field.pool[rows], known[rows], kinds, trust[rows], seed)
            for row in rows[doubtful(proba, known[rows], few, size)]:
                team.answer(row, int(guess[row]))
                asked_again.add(row)
        for choice in batch.choices:
            wanted = 1 if way == "new" else answers_wanted([str(choice.row)], 1, seed)[0]
            for _ in range(wanted):
                team.answer(choice.row, int(guess[choice.row]))


def main(arguments: Sequence[str] | None = None) -> None:
    """Play every way with every seed, and print curves and who was named."""
    parser = argparse.ArgumentParser(prog="scripts/bench people", description=__doc__)
    parser.add_argument("source", metavar="SOURCE", help="labelled inquiries")
    parser.add_argument("--text-column")
    parser.add_argument("--label-column")
    parser.add_argument("--errors", default=TEAM, help="one for each annotator")
    parser.add_argument("--answers", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args(arguments)
    hush_libraries()
    read = read_labelled(options.source, None, options.text_column, options.label_column, print)
    encode_all(read, ENCODER, print)
    rows = []
    for seed in range(options.seeds):
        field = lay_out(read, ENCODER, seed)
        full = fit_head(field.pool, field.labels, len(field.categories))
        best = float((full.probabilities(field.test).argmax(axis=1) == field.truth).mean())
        for way in WAYS:
            team = Team(field, options.errors.split(","), seed)
            for look in play(field, way, team, options.answers, seed):
                rows.append((way, seed, *look))
            answers = team.answers
            truth = pd.Series(field.labels)
            simple, ours = majority(answers), agree(answers).set_index("inquiry")["category"]
            right = [float((one == truth[one.index]).mean()) for one in (simple, ours)]
            print(
                f"seed {seed}, {way}: full-data {best:.4f}; of {len(ours):,} labels right by "
                f"majority {right[0]:.4f}, by ours {right[1]:.4f}; careless: "
                f"{', '.join(careless(answers)) or 'nobody'}",
                flush=True,
            )
    columns = ["way", "seed", "answers", "labels", "labels right", "accuracy"]
    table = pd.DataFrame(rows, columns=columns)
    table["answers"] = table["answers"] // STEP * STEP
    for what in ("accuracy", "labels right", "labels"):
        print(f"\n{what}", table.pivot_table(what, "answers", "way")[WAYS].round(4), sep="\n")


if __name__ == "__main__":
    main()
