"""What has been measured so far, and whether it proves parity."""

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from labeling.files import write_atomically
from learner.live.campaign import Campaign
from learner.live.journal import EVALUATED, Journal
from learner.live.lanes import Lane
from learner.live.status import spoken_forecast
from learner.measuring.evaluation import evaluate
from learner.progress import Say
from learner.stopping.forecast import forecast_labels
from learner.stopping.looks import looked_at_bound
from learner.stopping.parity import decidable_margin, measure_gap, points


@dataclass
class Scoreboard:
    """Records evaluations in the journal, and the last that decides in `HOME/summary.json`."""

    campaign: Campaign
    journal: Journal
    home: Path
    say: Say
    seconds: Callable[[], float]
    _proved: dict[str, bool] = field(default_factory=dict)

    @property
    def lane(self) -> Lane:
        """The lane whose evaluations decide."""
        return "slow" if self.campaign.recipe.is_slow and self.campaign.has_reference else "fast"

    def introduce(self, model: str, full: np.ndarray) -> None:
        """Say what the test inquiries can prove beside what the full-data model predicts, (M,)."""
        accuracy = float((full == self.campaign.truth).mean())
        likely = decidable_margin(len(full), accuracy)
        margin = self.campaign.settings.margin
        line = (
            f"full-data {model}: accuracy {accuracy:.4f}; {len(full):,} test inquiries at this "
            f"accuracy can prove {points(likely)} points, the margin is {points(margin)}"
        )
        if likely > margin and self.campaign.settings.budget is None:
            line += ": parity may be there without being proved; a larger --margin is proved sooner"
        self.say(line)

    def record(
        self,
        lane: Lane,
        model: str,
        predicted: np.ndarray,
        full: np.ndarray,
        labels: int,
        folder: str | None = None,
    ) -> None:
        """Record one evaluation.

        `predicted` and `full` are the category numbers (M,) that the model and the full-data model
        give the test inquiries.
        """
        truth = self.campaign.truth
        scores, gap = evaluate(predicted, truth), measure_gap(predicted, full, truth)
        differences = (full == truth).astype(int) - (predicted == truth)
        looks = np.stack([*self.journal.differences(lane), differences])
        counts = np.append(self.journal.evaluations(lane)["labels"], labels)
        margin = self.campaign.settings.margin
        bound = looked_at_bound(counts, looks, margin)
        to_come = None if bound <= margin else forecast_labels(counts, looks, margin)
        row = {
            "lane": lane,
            "round": len(self.journal.rounds()),
            "labels": labels,
            **asdict(scores),
            "full_accuracy": float((full == truth).mean()),
            "gap": gap.gap,
            "gap_low": gap.low,
            "gap_high": bound,
            "forecast_low": to_come and to_come.low,
            "forecast": to_come and to_come.likely,
            "forecast_high": to_come and to_come.high,
            "folder": folder,
        }
        self.journal.write_evaluation(row, differences)
        self._proved[lane] = self._is_within(bound)
        self.say(
            f"{labels:>5} labels  {model}: accuracy {scores.accuracy:.4f}, full-data "
            f"{row['full_accuracy']:.4f}, gap {points(gap.gap)} (at most {points(bound)}) points"
            + (f", {spoken_forecast(**asdict(to_come))}" if to_come else "")
        )
        if lane == self.lane:
            self.write_summary()

    def audit(
        self,
        model: str,
        predicted: np.ndarray,
        truth: np.ndarray,
        labels: int,
        changed: float = math.nan,
    ) -> None:
        """Record how good a model is by the audit sample alone, where there is no reference.

        `predicted` and `truth` are category numbers (M,): what the model says, what people said.
        `changed` is the share of predictions that a model on fewer labels had not, NaN if unknown.
        """
        scores = evaluate(predicted, truth)
        row: dict[str, Any] = dict.fromkeys(EVALUATED)
        row |= {"lane": self.lane, "round": len(self.journal.rounds()), "labels": labels}
        self.journal.write_evaluation(row | asdict(scores), None)
        self.say(
            f"{labels:>5} labels  {model}: accuracy {scores.accuracy:.4f} "
            f"({scores.accuracy_low:.4f} to {scores.accuracy_high:.4f}) on {len(truth):,} "
            f"{'inquiry' if len(truth) == 1 else 'inquiries'} of the audit sample"
            + ("" if math.isnan(changed) else f", {points(changed)} % of predictions changed")
        )
        self.write_summary()

    def is_proved(self, lane: Lane) -> bool:
        """Whether the last evaluation of `lane` proves parity within the margin."""
        if not self.campaign.has_reference:
            return False
        if lane not in self._proved:
            bounds = self.journal.evaluations(lane)["gap_high"]
            self._proved[lane] = len(bounds) > 0 and self._is_within(bounds.iloc[-1])
        return self._proved[lane]

    def _is_within(self, bound: float) -> bool:
        return bool(bound <= self.campaign.settings.margin)

    def last(self) -> pd.Series | None:
        """The last evaluation of the model that decides."""
        evaluations = self.journal.evaluations(self.lane)
        return evaluations.iloc[-1] if len(evaluations) else None

    def write_summary(self) -> None:
        """Write `HOME/summary.json`; null where there is no reference or nothing was measured."""
        last, settings = self.last(), self.campaign.settings
        has_reference = self.campaign.has_reference
        answers = self.journal.answers()
        labelled = answers.loc[answers["status"] == "submitted", "inquiry"].nunique()

        def measured(*names: str) -> dict[str, Any]:
            return {
                name: None if last is None or pd.isna(last[name]) else last[name] for name in names
            }

        summary = {
            "labels": int(labelled if last is None else last["labels"]),
            "pool": len(self.campaign.pool),
            "rounds": len(self.journal.rounds()),
            "seconds": round(self.seconds(), 1),
            "strategy": settings.strategy,
            "model": self.campaign.recipe.name,
            "encoder": settings.encoder,
            "seed": settings.seed,
            **measured("accuracy", "accuracy_low", "accuracy_high", "macro_f1"),
            "full_labels": len(self.campaign.reference) if has_reference else None,
            **measured("full_accuracy", "gap", "gap_low", "gap_high"),
            "parity": self.is_proved(self.lane) if has_reference else None,
        }
        write_atomically(self.home / "summary.json", json.dumps(summary, indent=2) + "\n")
