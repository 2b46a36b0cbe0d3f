"""Home folders as a campaign leaves them, made by the campaign's own code on a few short texts."""

from pathlib import Path

import numpy as np
import pandas as pd
from tiny_encoders import CATEGORIES, LABELS, TEXTS, tiny

from labeling.codebook import codebook_from_labels
from labeling.consensus import ANSWERS
from learner.fitting import fit
from learner.fitting.recipe import Recipe, choose_recipe
from learner.live.campaign import Campaign, Settings, recall
from learner.live.journal import Journal, open_journal
from learner.live.pool import keep_pool, keep_test
from learner.live.results import leave_model
from learner.live.scoreboard import Scoreboard
from learner.live.slow_lane import prepare_fit

POOL, LABELLED = 60, 24
FORMULA = '=HYPERLINK("x") where parcel'


class Home:
    """A campaign on `TEXTS`, the first of which begins as a formula does; nothing is answered yet.

    `model` is head, bow or "tuned", a tiny transformer.
    """

    def __init__(self, folder: Path, model: str) -> None:
        self.path = folder / "home"
        texts = [FORMULA, *TEXTS[1:]]
        names = [CATEGORIES[number] for number in LABELS]
        ids = [f"i{n:02d}" for n in range(len(texts))]
        table = pd.DataFrame({"id": ids, "text": texts, "category": names})
        base = tiny("distilbert" if model == "tuned" else "bert", folder / "base")
        recipe = choose_recipe("bow" if model == "tuned" else model, base)
        if model == "tuned":
            recipe = Recipe("transformer", base, base, name="tiny")
        source = str(folder / "secret place" / "inquiries.csv")
        chosen = base if model == "tuned" else model
        self.campaign = Campaign(
            settings=Settings(source, encoder=base, model=chosen, margin=0.3),
            codebook=codebook_from_labels(CATEGORIES),
            pool=table[:POOL],
            test=table[POOL:].reset_index(drop=True),
            recipe=recipe,
            fingerprint="f",
        )
        self.journal: Journal = open_journal(self.path)
        recall(self.journal, self.path, self.campaign)
        keep_pool(self.campaign.pool, self.path)
        keep_test(self.campaign.test, self.path)

    @property
    def scores(self) -> Scoreboard:
        return Scoreboard(self.campaign, self.journal, self.path, lambda _: None, lambda: 1.0)

    def answer(self, count: int = LABELLED) -> None:
        """The first `count` inquiries are asked in two rounds and answered by two people."""
        rows = self.campaign.pool[:count]
        half = count // 2
        asked = pd.DataFrame(
            {
                "inquiry": rows["id"],
                "round": np.arange(count) // half,
                "rank": np.arange(count) % half,
                "uncertainty": 0.5,
                "why": "random",
                "suggestion": None,
                "score": None,
                "guess": None,
                "wanted": 1,
            }
        )
        self.journal.write_asked(asked)
        self.journal.write_round(0, half, 0.1)
        given = [
            (inquiry, annotator, category, "submitted", f"2026-01-01T00:{number:02d}:0{second}")
            for number, (inquiry, category) in enumerate(
                zip(rows["id"], rows["category"], strict=True)
            )
            for second, annotator in enumerate(["ann", "bob"])
        ]
        self.journal.write_answers(pd.DataFrame(given, columns=ANSWERS))

    def labels(self) -> pd.DataFrame:
        rows = self.campaign.pool[self.campaign.pool["id"].isin(self.journal.answers()["inquiry"])]
        table = rows.rename(columns={"id": "inquiry"})
        return table.assign(confidence=1.0, answers=2)[
            ["inquiry", "category", "confidence", "answers"]
        ]

    def measure(self) -> None:
        """Record an evaluation on all labels; a transformer is fitted for it, and kept."""
        count, test = len(self.labels()), self.campaign.test["text"].tolist()
        truth, folder = self.campaign.truth, None
        if self.campaign.recipe.is_slow:
            place = prepare_fit(self.campaign, self.path, self.labels(), test)
            fit.run_job(place)
            predicted, folder = fit.predictions(place), str(place.relative_to(self.path))
        else:
            predicted = np.where(np.arange(len(truth)) == 0, (truth + 1) % 3, truth)
        self.scores.record(self.scores.lane, "model", predicted, truth, count, folder)

    def end(self) -> None:
        """The campaign ends, and leaves its model."""
        assert leave_model(self.campaign, self.scores, self.labels(), self.path, lambda _: None)
        self.journal.write_settings({"ended": "the labels asked for are there"})


def ended_home(folder: Path, model: str) -> Home:
    """A campaign that has been answered, measured and ended."""
    home = Home(folder, model)
    home.answer()
    home.measure()
    home.end()
    return home
