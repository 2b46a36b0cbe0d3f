"""All sections of the page in their order, each where there is something to show in it."""

from collections.abc import Iterator

from learner.export.markdown import data_name
from learner.report.campaign.asked import asked
from learner.report.campaign.confusion import by_category, confusion, pairs
from learner.report.campaign.curve import learning_curve
from learner.report.campaign.decision import decision
from learner.report.campaign.gathering import Found
from learner.report.campaign.map import pool_map
from learner.report.campaign.people import people
from learner.report.campaign.running import settings, timings
from learner.report.campaign.scores import scores
from learner.report.page import contents, page, section, shortened

LONGEST_TITLE = 80  # characters of the data's name


def campaign_report(found: Found) -> str:
    """One page about a campaign."""
    parts = list(_parts(found))
    body = [
        section("decision", "The decision", decision(found)),
        contents([(name, heading) for name, heading, _, _ in parts]),
        *(section(name, heading, body, wide) for name, heading, body, wide in parts),
    ]
    data = shortened(data_name(found.record.settings["data"]), LONGEST_TITLE)
    return page(f"Campaign on {data}", "".join(body))


def _parts(found: Found) -> Iterator[tuple[str, str, str, bool]]:
    """Name, heading, HTML and width of each section."""
    record, measured = found.record, found.measured
    if len(record.evaluations):
        yield "curve", "Learning curve", learning_curve(record, found.random), False
    if measured is not None:
        yield "confusion", "What is taken for what", confusion(measured), True
        yield "pairs", "Most confused pairs", pairs(measured), False
    yield "categories", "By category", by_category(record, measured), False
    if measured is not None:
        yield "scores", "Can the scores be trusted?", scores(measured), False
    if len(record.asked):
        yield "asked", "What was asked, and why", asked(record), False
    if found.vectors is not None:
        yield "map", "Where in the pool it was asked", pool_map(record, found.vectors), False
    if len(record.answers):
        yield "people", "The people", people(record, found.people), False
    if len(record.rounds):
        yield "time", "Seconds a round", timings(record), False
    yield "settings", "To run it again", settings(record), False
