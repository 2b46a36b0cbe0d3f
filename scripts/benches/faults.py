"""SIGKILL at random moments: what a campaign loses by it, and whether it goes on.

    python -m scripts.benches.faults [--kills 50] [--seed 0]

Rehearsals on a generated file, every other one with a model that is fitted in the background. Again
and again one process of the campaign's family, drawn at random (the loop, Argilla's server or a
fit), is killed at a random moment; where that was the loop, the same command is given again. After
every kill and at the end of every campaign the files are compared with what had been acknowledged.
Exit code 1 when anything was lost, doubled or asked twice, or when a campaign did not go on.
"""

import argparse
import datetime
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pandas as pd

from scripts.rehearsals import Answer, Seen, family, kill_everything, start, write_inquiries

LABELS = 40
ROLES = {"labeling.server": "server", "learner.fitting.fit": "fit", "up": "loop"}
EARLY = 0.3  # share of the kills that do not wait for answers
EARLY_SECONDS = 15.0
MOST_ANSWERS = 8  # that a later kill waits for
ROUND_SECONDS = 2.0  # and then up to so long
END_SECONDS = 420.0  # for a campaign that nobody kills any more


@dataclass(frozen=True)
class Kill:
    """One SIGKILL: whom it hit, how many answers were acknowledged then, what was wrong after."""

    role: str
    after: float  # seconds since the kill before was made good, or since the start
    acknowledged: int
    breaches: list[str]


@dataclass
class Rehearsal:
    """A campaign that is killed at random, and the same command again and again.

    `model` is what `--model` names. `acknowledged` holds every answer that was seen in Argilla's
    database before a kill.
    """

    folder: Path
    model: str
    dice: Random
    labels: int = LABELS
    acknowledged: set[Answer] = field(default_factory=set)
    _command: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.seen, self.log = Seen(self.folder / "home"), self.folder / "log"
        truth = write_inquiries(self.folder / "inquiries.csv")
        self.truth = truth.set_index("text")["category"]

    def kills(self) -> Iterator[Kill]:
        """Kill at random moments until the campaign has reached its end."""
        self._start()
        while True:
            began = time.monotonic()
            if self._ends_before(self._moment()):
                return
            victims = self._processes()
            if not victims:
                continue
            role, then = self.dice.choice(sorted(victims)), time.monotonic()
            self.acknowledged |= set(self.seen.submitted())
            try:
                os.kill(self.dice.choice(victims[role]), signal.SIGKILL)
            except ProcessLookupError:  # ended by itself in this very moment
                continue
            if role == "loop":
                self._wait_for_the_family()
                self._start()
            yield Kill(role, then - began, len(self.acknowledged), self.breaches())

    def finish(self) -> list[str]:
        """Let the campaign reach its end; what is wrong then."""
        deadline = time.monotonic() + END_SECONDS
        while not self._has_ended():
            if time.monotonic() > deadline:
                return [f"no end within {END_SECONDS:.0f} s"]
            time.sleep(0.1)
        found = self.breaches()
        labels = pd.read_csv(self.seen.home / "labels.csv").set_index("id")
        submitted = self.seen.submitted()
        if labels.index.has_duplicates:
            found.append("labels.csv has two rows of one inquiry")
        if lost := {answer.inquiry for answer in self.acknowledged} - set(labels.index):
            found.append(f"{len(lost)} acknowledged answers are not in labels.csv")
        if set(labels.index) != {answer.inquiry for answer in submitted}:
            found.append("labels.csv and Argilla know different inquiries")
        if len(labels) < self.labels:
            found.append(f"{len(labels)} labels instead of {self.labels}")
        if (labels["category"] != labels["text"].map(self.truth)).any():
            found.append("a label is another than what was answered")
        given = self.seen.journal("SELECT inquiry, annotator FROM answers WHERE category NOT NULL")
        if set(given) != {(answer.inquiry, answer.annotator) for answer in submitted}:
            found.append("the journal and Argilla know different answers")
        if family(self.folder):
            found.append("a process is left")
        return found

    def breaches(self) -> list[str]:
        """What is wrong with the files as they are now."""
        found = []
        submitted, records = self.seen.submitted(), self.seen.records()
        if lost := self.acknowledged - set(submitted):
            found.append(f"{len(lost)} acknowledged answers are lost")
        if len(records) > len(set(records)):
            found.append("an inquiry has two records")
        authors = [(answer.inquiry, answer.annotator) for answer in submitted]
        if len(authors) > len(set(authors)):
            found.append("an annotator has answered an inquiry twice")
        wanted = dict(self.seen.journal("SELECT inquiry, wanted FROM asked"))
        answers = Counter(answer.inquiry for answer in submitted)
        if more := [one for one, count in answers.items() if count > wanted.get(one, count)]:
            found.append(f"{len(more)} inquiries were answered by more people than wanted")
        if "Traceback" in self.log.read_text():
            found.append(f"a traceback in {self.log}")
        return found

    def stop(self) -> None:
        """Leave nothing running."""
        kill_everything(self.folder)
        if self._command is not None:
            self._command.wait()

    def _start(self) -> None:
        self._command = start(
            *("up", "--data", self.folder / "inquiries.csv", "--home", self.seen.home),
            *("--annotators", "simulated", "--model", self.model, "--until", self.labels),
            log=self.log,
            PARITY_CACHE=str(self.folder / "cache"),
            HF_HUB_OFFLINE="1",
        )

    def _moment(self) -> Callable[[], bool]:
        """A moment to come: early, while everything starts, or after some more answers."""
        if self.dice.random() < EARLY:
            early = time.monotonic() + self.dice.uniform(0, EARLY_SECONDS)
            return lambda: time.monotonic() >= early
        answers = len(self.seen.submitted()) + self.dice.randint(1, MOST_ANSWERS)
        return lambda: len(self.seen.submitted()) >= answers

    def _ends_before(self, has_come: Callable[[], bool]) -> bool:
        """Wait for the moment and a little more; whether the campaign has ended meanwhile."""
        little_more = self.dice.uniform(0, ROUND_SECONDS)
        deadline = time.monotonic() + END_SECONDS
        while not has_come():
            if self._has_ended() or time.monotonic() > deadline:
                return True
            time.sleep(0.02)
        time.sleep(little_more)
        return self._has_ended()

    def _has_ended(self) -> bool:
        """Whether the goal is reached; a command that gave up in one clear line is given again."""
        assert self._command is not None
        code = self._command.poll()
        if code is not None and code != 0:
            self._start()
        return code == 0

    def _processes(self) -> dict[str, list[int]]:
        """The family by role; a fit of the full-data model works in the cache."""
        found: dict[str, list[int]] = {}
        for process in family(self.folder):
            try:
                words = Path(f"/proc/{process}/cmdline").read_text().split("\0")
            except OSError:
                continue
            role = next((role for word, role in ROLES.items() if word in words), None)
            if role is not None:
                found.setdefault(role, []).append(process)
        return found

    def _wait_for_the_family(self) -> None:
        """Children follow a killed loop by themselves, within seconds."""
        assert self._command is not None
        self._command.wait()
        deadline = time.monotonic() + 15
        while family(self.folder) and time.monotonic() < deadline:
            time.sleep(0.05)


def tiny_base(folder: Path) -> str:
    """A transformer with random weights and real vocabulary, which is fine-tuned in seconds."""
    from transformers import AutoTokenizer, BertConfig, BertModel

    from learner.encoder import encoder_path

    words = AutoTokenizer.from_pretrained(encoder_path())
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
    )
    BertModel(config).save_pretrained(folder)
    words.save_pretrained(folder)
    return str(folder)


def main() -> None:
    """Kill, and print a table."""
    parser = argparse.ArgumentParser(prog="scripts/bench faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    dice, began = Random(arguments.seed), time.monotonic()
    survived: Counter[str] = Counter()
    breaches: list[str] = []
    campaigns = answers = 0
    print(f"{datetime.date.today()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| kill | campaign | model | killed | seconds later | acknowledged | breaches |")
    print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)
    with TemporaryDirectory(prefix="parity-faults-") as name:
        base = tiny_base(Path(name) / "tiny")
        while survived.total() < arguments.kills:
            model = "head" if campaigns % 2 == 0 else base
            rehearsal = Rehearsal(Path(name) / f"campaign-{campaigns}", model, dice)
            campaigns += 1
            try:
                for kill in rehearsal.kills():
                    survived[kill.role] += 1
                    number, kind = survived.total(), Path(model).name
                    print(
                        f"| {number} | {campaigns} | {kind} | {kill.role} | {kill.after:.1f} | "
                        f"{kill.acknowledged} | {'; '.join(kill.breaches) or 'none'} |",
                        flush=True,
                    )
                    breaches += kill.breaches
                    if number == arguments.kills:
                        break
                breaches += (ended := rehearsal.finish())
            finally:
                rehearsal.stop()
            answers += len(rehearsal.seen.submitted())
            if ended:
                print(f"campaign {campaigns}: {'; '.join(ended)}", file=sys.stderr)
                print(rehearsal.log.read_text()[-3000:], file=sys.stderr)
            shutil.rmtree(rehearsal.folder)
    by_role = ", ".join(f"{count} of the {role}" for role, count in sorted(survived.items()))
    print(
        f"\n{survived.total()} kills ({by_role}) in {campaigns} campaigns with {answers} answers, "
        f"{(time.monotonic() - began) / 60:.0f} minutes: {len(breaches)} breaches"
    )
    sys.exit(bool(breaches))


if __name__ == "__main__":
    main()
