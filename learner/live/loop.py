"""The live loop: two lanes between the pool and the annotators, until the goal is reached.

The journal is written before anything is shown, so the same command goes on after any interruption.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from labeling.annotators import SimulatedAnnotators
from labeling.workspace import Workspace
from learner.asking.zero_shot import zero_shot_head
from learner.encoder import embed
from learner.fitting.full_data import full_data_predictions
from learner.fitting.recipe import Recipe
from learner.live.campaign import Campaign, encode_all
from learner.live.fast_lane import FastLane
from learner.live.hindsight import judge
from learner.live.journal import Journal
from learner.live.queue import Queue
from learner.live.results import leave_curve, leave_labels, leave_model
from learner.live.scoreboard import Scoreboard
from learner.live.slow_lane import SlowLane
from learner.live.status import STARTING, waited_for
from learner.progress import Say
from learner.stopping.parity import points

LOOK_SECONDS = 0.25
FULL_BYTES = 2**20  # fewer free bytes are none: databases write in larger steps
PATIENCE_SECONDS = 15.0  # after this long without news, say what is waited for


@dataclass(frozen=True)
class Outcome:
    """How a campaign ended.

    `reason` is why, to be read after "because"; `parity` is None without a reference, `model` None
    where none could be left.
    """

    reason: str
    parity: bool | None
    labels: int
    pool: int
    last: pd.Series | None
    model: Path | None


def run(
    campaign: Campaign,
    journal: Journal,
    workspace: Workspace,
    home: Path,
    annotators: Callable[[], SimulatedAnnotators] | None,
    say: Say,
) -> Outcome | None:
    """Ask, learn and measure until the goal is reached or nothing is left to ask.

    None, and all is left as it is, when somebody has changed the codebook meanwhile.
    `annotators` puts simulated annotators to work once there is something to answer; None leaves it
    to people. Leaves summary.json, labels.csv, curve.csv and model/ in `home`.
    """
    before, began = float(journal.settings().get("seconds", 0.0)), time.monotonic()

    def seconds() -> float:
        return before + time.monotonic() - began

    news = _News(say, home)
    scores = Scoreboard(campaign, journal, home, news.say, seconds)
    texts = dict(zip(campaign.pool["id"], campaign.pool["text"], strict=True))
    queue = Queue(journal, workspace, texts, campaign.categories)
    queue.resume()
    fast = _fast_lane(campaign, journal, queue, scores, news.say)
    slow = SlowLane(campaign, scores, home, news.say) if _is_measured_slowly(campaign) else None
    crew = annotators() if annotators else None
    try:
        journal.write_settings(
            {
                "is_asking": True,
                "pool": len(campaign.pool),
                "full_labels": len(campaign.reference) if campaign.has_reference else None,
            }
        )
        while (reason := _reason_to_stop(campaign, queue, fast, slow, scores)) is None:
            time.sleep(LOOK_SECONDS)
            if journal.has_changes_to_come():
                return None
            if crew is not None:
                crew.check()
            queue.look()
            if slow is not None:
                slow.tend(queue.labels)
            if fast.is_due() and _is_worth_asking(campaign, queue, slow, scores):
                fast.play_round()
            news.waiting(queue, slow)
        if not scores.is_proved(scores.lane):
            fast.finish()
        queue.close()
        journal.write_settings({"ended": reason})
    finally:
        if crew is not None:
            crew.stop()
        if slow is not None:
            slow.stop()
        journal.write_settings({"seconds": seconds()})
    scores.write_summary()
    taught = queue.labels[~queue.labels["inquiry"].isin(campaign.audit)]
    model = leave_model(campaign, scores, taught, home, say)
    if model is not None and not campaign.has_reference:
        judge(campaign, scores, queue.labels, model, say)
    leave_curve(scores, home)
    queue.look()  # for the answers to what was on the screens when asking ended
    leave_labels(campaign, journal, queue.labels, home)
    proved = scores.is_proved(scores.lane) if campaign.has_reference else None
    return Outcome(reason, proved, len(queue.labels), len(campaign.pool), scores.last(), model)


def _fast_lane(
    campaign: Campaign, journal: Journal, queue: Queue, scores: Scoreboard, say: Say
) -> FastLane:
    encoder = campaign.settings.encoder
    if not campaign.has_reference:
        for line in _without_reference(campaign):
            say(line)
    encode_all(campaign, say)
    recipe = campaign.recipe
    if recipe.is_slow:
        recipe = Recipe("head", encoder, name="head")
    full = None
    if campaign.has_reference:
        reference = campaign.reference
        say(f"full-data model ({recipe.name}) on {len(reference):,} labels")
        full = full_data_predictions(
            recipe,
            reference["text"].tolist(),
            campaign.numbers(reference["category"]),
            campaign.categories,
            campaign.test["text"].tolist(),
            campaign.settings.seed,
        )
        scores.introduce(recipe.name, full)
    return FastLane(
        campaign=campaign,
        journal=journal,
        queue=queue,
        scores=scores,
        recipe=recipe,
        vectors=campaign.vectors,
        graph=campaign.graph,
        test_vectors=campaign.test_vectors,
        full=full,
        zero_shot=zero_shot_head(campaign.codebook, lambda texts: embed(texts, encoder)),
    )


def _without_reference(campaign: Campaign) -> Iterator[str]:
    """What a campaign that has nothing to compare with goes by."""
    if campaign.settings.budget is None:
        yield ("no full-data model to compare with: asking ends when the predictions stop changing")
    if campaign.audit:
        yield (
            f"{len(campaign.audit):,} inquiries drawn at random (the audit sample) are asked "
            "without a suggestion and kept from training; they measure the accuracy"
        )


def _is_measured_slowly(campaign: Campaign) -> bool:
    return campaign.recipe.is_slow and campaign.has_reference


def _is_worth_asking(
    campaign: Campaign, queue: Queue, slow: SlowLane | None, scores: Scoreboard
) -> bool:
    """Whether more answers are wanted.

    Not beyond the budget; nor, once the head is at parity, beyond what the next fit waits for.
    """
    labels, budget = len(queue.labels), campaign.settings.budget
    if budget is not None:
        return labels < budget
    return slow is None or not scores.is_proved("fast") or labels < slow.next_fit


def _reason_to_stop(
    campaign: Campaign, queue: Queue, fast: FastLane, slow: SlowLane | None, scores: Scoreboard
) -> str | None:
    settings = campaign.settings
    if settings.budget is None and scores.is_proved(scores.lane):
        last = scores.last()
        assert last is not None
        return (
            f"parity is proved: the gap is at most {points(last['gap_high'])} points, the margin "
            f"{points(settings.margin)}"
        )
    if settings.budget is not None and len(queue.labels) >= settings.budget:
        reason = f"the {settings.budget:,} labels asked for are there"
    elif settings.budget is None and not campaign.has_reference and fast.is_settled:
        reason = (
            f"the predictions have stopped changing: with a fifth fewer labels no more than "
            f"{points(settings.margin)} % of them were others"
        )
    elif fast.is_exhausted:
        reason = "every inquiry of the pool has been answered"
    else:
        return None
    return reason if slow is None or slow.has_measured(queue.labels) else None


class _News:
    """Says what happens, and what is waited for when nothing has happened for a while."""

    def __init__(self, say: Say, home: Path) -> None:
        self._say, self._home = say, home
        self._last = time.monotonic()

    def say(self, line: str) -> None:
        self._last = time.monotonic()
        self._say(line)

    def waiting(self, queue: Queue, slow: SlowLane | None) -> None:
        if time.monotonic() - self._last < PATIENCE_SECONDS:
            return
        fit = None
        if slow is not None and slow.process.is_busy:
            fit = slow.process.progress() or STARTING
        waits = waited_for(len(queue.open), fit, f" at {queue.workspace.url}")
        if shutil.disk_usage(self._home).free < FULL_BYTES:
            waits.append(f"space on the disk of {self._home}, which is full: no answer can be kept")
        self.say(
            f"{len(queue.labels):>5} labels  waiting for " + " and for ".join(waits or ["nothing"])
        )
