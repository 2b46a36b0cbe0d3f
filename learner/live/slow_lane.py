"""The slow lane: fine-tune and measure in the background, whenever labels have grown enough."""

import json
import math
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from learner.defaults import INITIAL
from learner.fitting import fit
from learner.fitting.fit_process import FitProcess
from learner.fitting.full_data import prepare_full_data
from learner.live.campaign import Campaign
from learner.live.scoreboard import Scoreboard
from learner.progress import Say

GROWTH = 0.1  # by which share labels grow between two fits


@dataclass
class SlowLane:
    """One fit after another: the full-data model first, then the model on the labels of the day."""

    campaign: Campaign
    scores: Scoreboard
    home: Path
    say: Say
    process: FitProcess = field(init=False)
    _full: np.ndarray | None = None

    def __post_init__(self) -> None:
        self.process = FitProcess(self.say, ray_address=self.campaign.ray_address)

    @property
    def next_fit(self) -> int:
        """How many labels the next fit waits for."""
        last = self.scores.last()
        return math.ceil((INITIAL if last is None else int(last["labels"])) * (1 + GROWTH))

    def tend(self, labels: pd.DataFrame) -> None:
        """Take the fit that has ended, and begin the next if it is due.

        `labels` are those of `labeling.consensus`.
        """
        self._take_finished()
        if self.process.is_busy:
            return
        if self._full is None:
            self._begin_full_data()
        elif len(labels) >= self.next_fit:
            self._begin(labels)

    def has_measured(self, labels: pd.DataFrame) -> bool:
        """Whether the model fitted on all of `labels` was measured; begins that fit when it can."""
        self._take_finished()
        last = self.scores.last()
        if last is not None and int(last["labels"]) >= len(labels):
            return True
        if not self.process.is_busy and self._full is not None:
            self._begin(labels)
        return False

    def stop(self) -> None:
        """End the fit under way; the same command begins it again."""
        self.process.stop()
        self._note(None)

    def _take_finished(self) -> None:
        folder = self.process.poll()
        if folder is None:
            return
        self._note(None)
        predicted = fit.predictions(folder)
        if self._full is None:
            self._compare_with(predicted)
            return
        labels = json.loads((folder / "done.json").read_text())["labels"]
        name = self.campaign.recipe.name
        place = str(folder.relative_to(self.home))
        self.scores.record("slow", name, predicted, self._full, labels, place)
        for old in folder.parent.iterdir():  # a model takes a hundred megabytes and more
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)

    def _compare_with(self, full: np.ndarray) -> None:
        self._full = full
        self.scores.introduce(self.campaign.recipe.name, full)

    def _begin_full_data(self) -> None:
        reference = self.campaign.reference
        folder = prepare_full_data(
            self.campaign.recipe,
            reference["text"].tolist(),
            self.campaign.numbers(reference["category"]),
            self.campaign.categories,
            self.campaign.test["text"].tolist(),
            self.campaign.settings.seed,
        )
        if fit.is_done(folder):
            self._compare_with(fit.predictions(folder))
            return
        self.say(f"fine-tuning the full-data model on {len(reference):,} labels, in the background")
        self._start(folder)

    def _begin(self, labels: pd.DataFrame) -> None:
        folder = prepare_fit(self.campaign, self.home, labels, self.campaign.test["text"].tolist())
        self.say(f"fine-tuning the model on {len(labels):,} labels, in the background")
        self._start(folder)

    def _start(self, folder: Path) -> None:
        self.process.start(folder)
        self._note(folder)

    def _note(self, folder: Path | None) -> None:
        """Let whoever looks at the campaign know which fit is under way."""
        noted = None if folder is None else str(folder.absolute())
        self.scores.journal.write_settings({"fit": noted})


def prepare_fit(campaign: Campaign, home: Path, labels: pd.DataFrame, targets: list[str]) -> Path:
    """The folder of a fit of the campaign's recipe on `labels`, perhaps finished already."""
    known = campaign.pool["id"].map(labels.set_index("inquiry")["category"])
    rows = campaign.pool[known.notna()]
    texts, numbers = rows["text"].tolist(), campaign.numbers(known[known.notna()])
    named = [str(number) for number in numbers]
    key = campaign.recipe.key(campaign.settings.seed, texts, named, campaign.categories, targets)
    folder = home / "fits" / f"{len(texts):05d}-{key[:8]}"
    if not fit.is_done(folder):
        seed = campaign.settings.seed
        fit.prepare(
            folder,
            campaign.recipe,
            texts,
            numbers,
            campaign.categories,
            targets,
            seed,
            keep_model=True,
        )
    return folder
