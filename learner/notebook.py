"""A campaign, and simulations, as frames, data sets and figures. It only reads.

from learner.notebook import open_campaign, plot, simulate

campaign = open_campaign("campaign")  # running or ended
plot(campaign.curve)
campaign.labels["category"].value_counts()
plot(simulate("sample", strategies=["spread+breaking-ties", "random"], seeds=3))
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go
from joblib.externals.loky import get_reusable_executor

from learner.defaults import BATCH_SIZE, BUDGET, ENCODER, INITIAL, MARGIN, STRATEGY
from learner.demo.curve import draw_curve
from learner.lab.simulate import CURVE, Plan, simulated
from learner.live.record import read_record
from learner.live.status import read_status
from learner.progress import Say
from learner.report.simulation import over_labels

if TYPE_CHECKING:
    from datasets import Dataset


@dataclass(frozen=True)
class OpenCampaign:
    """The campaign in one home folder. Each look at it reads what is there at that moment."""

    home: Path

    @property
    def status(self) -> dict[str, Any]:
        """What `parity status --json` says."""
        return read_status(self.home)

    @property
    def curve(self) -> pd.DataFrame:
        """A row for each evaluation of the model that decides, as in `HOME/curve.csv`."""
        return read_record(self.home).evaluations.drop(columns=["lane", "folder"])

    @property
    def labels(self) -> pd.DataFrame:
        """A row for each labelled inquiry: id, text, category, confidence, answers, round."""
        return read_record(self.home).labelled

    @property
    def pool(self) -> "Dataset":
        """All inquiries that the campaign can ask about: id, text, category (of the data, if any).

        Those that have been labelled since are among them.
        """
        return _dataset(read_record(self.home).pool)

    @property
    def answers(self) -> "Dataset":
        """What each annotator said: inquiry, annotator, category, status, answered_at."""
        return _dataset(read_record(self.home).answers)


def open_campaign(home: str | Path = "campaign") -> OpenCampaign:
    """The campaign in `home`, running or not. Raises InputError if there is none."""
    campaign = OpenCampaign(Path(home))
    read_record(campaign.home)
    return campaign


def simulate(
    data: str | Path,
    *,
    test: str | None = None,
    text_column: str | None = None,
    label_column: str | None = None,
    strategies: Sequence[str] = (STRATEGY,),
    model: str = "head",
    encoder: str = ENCODER,
    seeds: int = 5,
    budget: int = BUDGET,
    initial: int = INITIAL,
    batch_size: int = BATCH_SIZE,
    margin: float = MARGIN,
    annotator_error: float = 0.0,
    say: Say = print,
) -> pd.DataFrame:
    """The curve that `parity simulate` would write, which has the same options.

    Columns: strategy, seed, round, labels, accuracy, macro_f1, gap, gap_high, seconds.
    """
    plan = Plan(
        data=str(data),
        test=test,
        text_column=text_column,
        label_column=label_column,
        strategies=strategies,
        model=model,
        encoder=encoder,
        seeds=seeds,
        budget=budget,
        initial=initial,
        batch_size=batch_size,
        margin=margin,
        annotator_error=annotator_error,
    )
    try:
        curve, _ = simulated(plan, say)
    finally:  # else the processes outlive a kernel that is killed, for minutes
        get_reusable_executor().shutdown(wait=True)
    return curve[CURVE]


def plot(curve: pd.DataFrame) -> go.Figure:
    """Accuracy by labels: of a campaign with its interval, of a simulation a line a strategy."""
    if "strategy" not in curve:
        return draw_curve(curve)
    figure = over_labels(curve, "accuracy", "accuracy on the test inquiries")
    full = float((curve["accuracy"] + curve["gap"]).median())
    figure.add_hline(full, line_dash="dash", annotation_text="full-data model")
    figure.update_layout(template="plotly_white")
    return figure


def _dataset(table: pd.DataFrame) -> "Dataset":
    from datasets import Dataset

    return Dataset.from_pandas(table, preserve_index=False)
