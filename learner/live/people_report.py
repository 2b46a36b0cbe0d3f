"""The people of a campaign: how far they agree, how fast they are, whether they still read.

Read from the home folder. People are shown under letters unless their names are asked for.
"""

from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from labeling.agreement import confused, measure_agreement
from labeling.consensus import given
from labeling.pace import hours_to_come, seconds_an_answer
from labeling.reliability import careless, shared, skills
from learner.live.journal import Journal, read_journal
from learner.live.status import read_status
from learner.measuring.evaluation import wilson_interval

MOST_CONFUSED = 10  # pairs


def read_people(home: Path, names: bool = False) -> dict[str, Any]:
    """Figures about the people of the campaign in `home`. Raises InputError if there is none."""
    forecast = read_status(home)["forecast"]
    with read_journal(home) as journal:
        return {"home": str(home), **_measured(journal, forecast, names)}


def _measured(journal: Journal, forecast: dict[str, int] | None, names: bool) -> dict[str, Any]:
    answers, guesses = journal.answers(), _guesses(journal)
    times = journal.history().groupby(["inquiry", "annotator"]).size()
    changed = int((times - 1).sum())
    said = given(answers).merge(guesses, on="inquiry", how="left")
    seconds = seconds_an_answer(said)
    shown = names_of(answers["annotator"], names)
    agreement = measure_agreement(said)
    return {
        "agreement": None if agreement is None else asdict(agreement),
        "confused": confused(said).head(MOST_CONFUSED).to_dict("records"),
        "suggestions": {
            "shown": _accepted(said[said["suggestion"].notna()]),
            "blind": _accepted(said[said["suggestion"].isna()]),
        },
        "discarded": answers.loc[answers["status"] == "discarded", "inquiry"].nunique(),
        "changed": changed,
        "seconds_an_answer": None if seconds.empty else float(seconds.median()),
        "hours_to_come": None
        if seconds.empty or forecast is None
        else {name: round(hours_to_come(n, seconds), 2) for name, n in forecast.items()},
        "careless": [shown[name] for name in careless(said)],
        "people": _people(answers, said, seconds, shown),
    }


def names_of(annotators: pd.Series, names: bool) -> dict[str, str]:
    """What to call each annotator: a letter, in an order that says nothing, or their name."""
    everybody = sorted(annotators.unique(), key=lambda name: sha256(name.encode()).digest())
    return {
        name: name if names else f"annotator {_letters(number)}"
        for number, name in enumerate(everybody)
    }


def spoken_people(found: dict[str, Any]) -> list[str]:
    """The figures in lines for a terminal."""
    lines = []
    agreement = found["agreement"]
    if agreement is None:
        lines.append("agreement    not known: hardly any inquiry has two answers yet")
    else:
        lines.append(
            f"agreement    alpha {agreement['alpha']:.2f} ({agreement['low']:.2f} to "
            f"{agreement['high']:.2f}) on {agreement['inquiries']:,} inquiries with two answers"
        )
    lines += [
        f"confused     {pair['category']} / {pair['other']}: {pair['inquiries']} times"
        for pair in found["confused"]
    ]
    for how, told in (("shown", "suggestions shown were"), ("blind", "guesses nobody saw were")):
        rate = found["suggestions"][how]
        if rate is not None:
            lines.append(
                f"guesses      {rate['rate']:.0%} ({rate['low']:.0%} to {rate['high']:.0%}) of "
                f"{rate['answers']:,} {told} answered"
            )
    if found["seconds_an_answer"] is not None:
        lines.append(
            f"pace         {found['seconds_an_answer']:.0f} s an answer, the median person"
        )
    if found["hours_to_come"] is not None:
        hours = found["hours_to_come"]
        lines.append(
            f"to come      about {hours['likely']:g} hours of work, all together "
            f"({hours['low']:g} to {hours['high']:g})"
        )
    lines.append(
        f"discarded    {found['discarded']:,} inquiries; {found['changed']:,} answers changed"
    )
    lines += [
        f"{person['name']}  {person['answers']:,} answers, {person['discarded']:,} discards, "
        f"{_seconds(person['seconds'])}, {person['shared']:,} shared, reliability "
        f"{person['reliability']:.2f}"
        for person in found["people"]
    ]
    lines += [
        f"careless?    {name} agrees far more seldom than others" for name in found["careless"]
    ]
    return lines


def _guesses(journal: Journal) -> pd.DataFrame:
    return journal.asked()[["inquiry", "guess", "suggestion"]]


def _accepted(said: pd.DataFrame) -> dict[str, Any] | None:
    """How often the answer is what the model guessed before."""
    said = said[said["guess"].notna()]
    if said.empty:
        return None
    agreed = int((said["category"] == said["guess"]).sum())
    low, high = wilson_interval(agreed, len(said))
    return {"answers": len(said), "rate": agreed / len(said), "low": low, "high": high}


def _people(
    answers: pd.DataFrame, said: pd.DataFrame, seconds: pd.Series, shown: dict[str, str]
) -> list[dict[str, Any]]:
    if answers.empty:
        return []
    reliable = skills(said) if len(said) else pd.Series(dtype=float)
    both = shared(said)["annotator"].value_counts()
    status = pd.crosstab(answers["annotator"], answers["status"])
    return [
        {
            "name": name,
            "answers": int(status.get("submitted", {}).get(person, 0)),
            "discarded": int(status.get("discarded", {}).get(person, 0)),
            "seconds": None if person not in seconds else float(seconds[person]),
            "shared": int(both.get(person, 0)),
            "reliability": float(reliable.get(person, 1.0)),
        }
        for person, name in shown.items()
    ]


def _seconds(seconds: float | None) -> str:
    return "pace unknown" if seconds is None else f"{seconds:.0f} s each"


def _letters(number: int) -> str:
    """A, B, … Z, AA, …"""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
