"""The people: how far they agree, how fast they are. Nobody is called by name."""

from collections.abc import Iterator
from typing import Any

from learner.live.record import Record
from learner.report.campaign.words import DASH, name
from learner.report.page import Cell, paragraph, table


def people(record: Record, found: dict[str, Any]) -> str:
    """The section; `found` is what `learner.live.people_report.read_people` gives."""
    shown = "".join(paragraph(line) for line in _words(record, found))
    rows: list[list[Cell]] = [
        [
            person["name"],
            f"{person['answers']:,}",
            f"{person['discarded']:,}",
            DASH if person["seconds"] is None else f"{person['seconds']:.0f}",
            f"{person['shared']:,}",
            f"{person['reliability']:.2f}",
        ]
        for person in found["people"]
    ]
    shown += table(
        "Annotators, under letters in an order that says nothing",
        ["Annotator", "Answers", "Discarded", "Seconds an answer", "Shared", "Reliability"],
        rows,
    )
    if found["confused"]:
        shown += table(
            "Categories that different annotators gave the same inquiry",
            ["Category", "Other category", "Inquiries"],
            [
                [name(pair["category"]), name(pair["other"]), f"{pair['inquiries']:,}"]
                for pair in found["confused"]
            ],
        )
    return shown


def _words(record: Record, found: dict[str, Any]) -> Iterator[str]:
    if record.settings["annotators"] == "simulated":
        yield "These annotators are simulated: they answer from the labels in the data."
    agreement = found["agreement"]
    if agreement is None:
        yield "How far annotators agree is not known: hardly any inquiry has two answers."
    else:
        yield (
            f"Agreement: Krippendorff's alpha is {agreement['alpha']:.2f} (95 % interval "
            f"{agreement['low']:.2f} to {agreement['high']:.2f}) on {agreement['inquiries']:,} "
            "inquiries with two answers or more; 1 is perfect, 0 is chance."
        )
    if found["seconds_an_answer"] is not None:
        yield f"Pace: {found['seconds_an_answer']:.0f} seconds an answer, the median person."
    for how, told in (
        ("shown", "suggestions that were shown"),
        ("blind", "guesses that nobody saw"),
    ):
        rate = found["suggestions"][how]
        if rate is not None:
            yield (
                f"Of {rate['answers']:,} {told}, {rate['rate'] * 100:.0f} % were the answer "
                f"(95 % interval {rate['low'] * 100:.0f} to {rate['high'] * 100:.0f} %)."
            )
    if found["discarded"] or found["changed"]:
        yield (
            f"Inquiries discarded: {found['discarded']:,}. Answers changed later: "
            f"{found['changed']:,}."
        )
    if found["careless"]:
        yield f"Far more seldom of one mind with the others: {', '.join(found['careless'])}."
