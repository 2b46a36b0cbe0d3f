"""Reading what changed since the last look."""

import time
from statistics import median
from typing import Any

from labeling.answers import Reader
from labeling.workspace import Workspace
from scripts.benches.annotators import Annotator, hire
from scripts.benches.inquiries import CATEGORIES, make_dataset, push, records
from scripts.benches.servers import Place, Server, run

NEWS = 50
LOOKS = 15
PAUSE = 6  # what was written in the last five seconds is read once more


def looks(place: Place, answers: int) -> tuple[float, float]:
    """Seconds a look takes with `answers` answers there: nothing new, and 50 new ones (medians)."""
    with run(place) as server:
        return _looks(server, answers)


def _looks(server: Server, answers: int) -> tuple[float, float]:
    dataset = make_dataset(server)
    people = hire(server, 10)
    items = list(records(dataset, answers + 1000, vectors=False))
    for number, item in enumerate(items[:answers]):
        item["responses"] = [_response(people[number % len(people)], number)]
    push(server, dataset, items)
    workspace = Workspace(server.connection, str(dataset.id), "", True, {})
    reader = Reader(workspace)
    reader.look()
    assert len(reader.answers) == answers
    time.sleep(PAUSE)
    nothing = []
    for _ in range(LOOKS):
        start = time.perf_counter()
        assert reader.look() is None
        nothing.append(time.perf_counter() - start)
    some = []
    for round_ in range(LOOKS // 3):
        for item in items[answers + round_ * NEWS : answers + (round_ + 1) * NEWS]:
            item["responses"] = [_response(people[0], round_)]
        push(server, dataset, items[answers + round_ * NEWS : answers + (round_ + 1) * NEWS])
        start = time.perf_counter()
        news = reader.look()
        some.append(time.perf_counter() - start)
        assert news is not None
        assert len(news) == NEWS
        time.sleep(PAUSE)
    return median(nothing), median(some)


def _response(person: Annotator, number: int) -> dict[str, Any]:
    values = {"category": {"value": CATEGORIES[number % len(CATEGORIES)]}}
    return {"user_id": person.user_id, "status": "submitted", "values": values}
