"""Queue and fast lane at the real server: what people are asked, and when they are asked anew."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from person import Person

from labeling.codebook import codebook_from_labels
from labeling.embedded import Embedded
from labeling.overlap import is_shared
from labeling.workspace import Connection, Workspace, open_workspace
from learner.asking.neighbours import neighbour_graph
from learner.defaults import INITIAL
from learner.fitting.recipe import Recipe
from learner.live.campaign import Campaign, Settings
from learner.live.fast_lane import FastLane
from learner.live.journal import ASKED, Journal, open_journal
from learner.live.queue import Queue
from learner.live.scoreboard import Scoreboard
from learner.models.head import Head

pytestmark = pytest.mark.slow

CATEGORIES = ["cancel", "refund", "track"]


@pytest.fixture
def workspace(connection: Connection, tmp_path: Path) -> Workspace:
    codebook = codebook_from_labels(CATEGORIES)
    return open_workspace(connection, "parity", tmp_path.name, codebook, keeps_order=True)


@pytest.fixture
def person(server: Embedded, workspace: Workspace) -> Person:
    return Person(server, workspace)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return open_journal(tmp_path / "home")


def batch(round_: int, *inquiries: str) -> pd.DataFrame:
    rows = [
        (i, round_, rank, 0.5, "random", "track", "track", 0.4, 1)
        for rank, i in enumerate(inquiries)
    ]
    return pd.DataFrame(rows, columns=ASKED)


def resumed(journal: Journal, workspace: Workspace, inquiries: str = "abcdef") -> Queue:
    queue = Queue(journal, workspace, {i: f"Inquiry {i}" for i in inquiries}, CATEGORIES)
    queue.resume()
    return queue


def test_a_new_batch_replaces_what_is_open_but_not_the_cold_start(
    journal: Journal, workspace: Workspace, person: Person
) -> None:
    queue = resumed(journal, workspace)
    queue.replace(batch(0, "b", "a"))
    assert list(person.queue()) == ["b", "a"]
    queue.replace(batch(1, "d", "c"))
    assert list(person.queue()) == ["b", "a", "d", "c"]
    queue.replace(batch(2, "e", "d"))
    assert list(person.queue()) == ["b", "a", "e", "d"]
    assert set(queue.open["inquiry"]) == set(journal.open()["inquiry"]) == set("abde")
    assert queue.staying()["inquiry"].tolist() == ["b", "a"]


def test_what_was_answered_is_open_no_more_and_its_label_is_in_the_journal(
    journal: Journal, workspace: Workspace, person: Person
) -> None:
    queue = resumed(journal, workspace)
    queue.replace(batch(1, "a", "b", "c", "d"))
    shown = person.queue()
    person.answer(shown["a"])
    person.answer(shown["b"], "track", "draft")
    person.answer(shown["c"], "track", "discarded")
    queue.look()
    assert queue.open["inquiry"].tolist() == ["d"]
    assert queue.taken == {"a", "b", "c"}
    assert queue.labels[["inquiry", "category"]].to_numpy().tolist() == [["a", "refund"]]
    assert set(journal.answers()["inquiry"]) == {"a", "b", "c"}
    queue.replace(batch(2, "e"))
    statuses = workspace.answers().set_index("inquiry")["status"]
    assert statuses.to_dict() == {"a": "submitted", "b": "draft", "c": "discarded"}


def test_whoever_discards_everything_that_is_open_is_asked_anew(
    journal: Journal, workspace: Workspace, person: Person, tmp_path: Path
) -> None:
    lane = fast_lane(journal, workspace, tmp_path)
    lane.play_round()
    lane.queue.look()
    for record in person.queue().values():
        person.answer(record, status="discarded")
    lane.queue.look()
    assert lane.is_due()
    lane.play_round()
    assert person.queue()


def test_what_a_crash_kept_from_being_shown_is_shown_by_the_next_start(
    journal: Journal, workspace: Workspace, person: Person
) -> None:
    journal.write_asked(batch(1, "a", "b"))  # and then the process was killed
    assert person.queue() == {}
    queue = resumed(journal, workspace)
    assert list(person.queue()) == ["a", "b"]
    assert queue.open["text"].tolist() == ["Inquiry a", "Inquiry b"]


def test_an_answer_that_came_while_nobody_looked_is_read_by_the_next_start(
    journal: Journal, workspace: Workspace, person: Person
) -> None:
    resumed(journal, workspace).replace(batch(1, "a", "b"))
    person.answer(person.queue()["a"])
    queue = resumed(journal, workspace)
    assert queue.labels["inquiry"].tolist() == ["a"]
    assert list(person.queue()) == ["b"]


def test_answers_to_inquiries_of_another_campaign_are_not_counted(
    journal: Journal, workspace: Workspace, person: Person, tmp_path: Path
) -> None:
    resumed(open_journal(tmp_path / "other"), workspace).replace(batch(1, "a", "b"))
    for record in person.queue().values():
        person.answer(record)
    queue = resumed(journal, workspace, inquiries="a")
    assert queue.labels["inquiry"].tolist() == ["a"]
    assert queue.taken == {"a"}


def test_after_the_end_nothing_is_asked(
    journal: Journal, workspace: Workspace, person: Person
) -> None:
    queue = resumed(journal, workspace)
    queue.replace(batch(0, "a", "b", "c"))
    person.answer(person.queue()["a"])
    queue.close()
    assert person.queue() == {}
    assert journal.open()["inquiry"].tolist() == ["a"], "answered, not withdrawn"
    assert queue.labels["inquiry"].tolist() == ["a"]


POOL = 80
RNG = np.random.default_rng(0)
TRUTH = np.arange(POOL + 60) % 3
POINTS = (np.eye(3)[TRUTH] + RNG.normal(0, 0.3, (POOL + 60, 3))).astype(np.float32)


def fast_lane(
    journal: Journal,
    workspace: Workspace,
    home: Path,
    until: str = "parity",
    audit: tuple[str, ...] = (),
    zero_shot: Head | None = None,
) -> FastLane:
    """A fast lane over points in three clouds; people are the only ones who know the truth.

    With an audit sample nothing is there to compare with.
    """
    names = [CATEGORIES[number] for number in TRUTH]
    table = pd.DataFrame(
        {
            "id": [f"i{n:03d}" for n in range(len(TRUTH))],
            "text": [f"text {n}" for n in range(len(TRUTH))],
            "category": names,
        }
    )
    campaign = Campaign(
        settings=Settings(
            "file.csv",
            until=until,
            batch_size=5,
            model="head",
            margin=0.02,
            reference="none" if audit else "labels",
        ),
        codebook=codebook_from_labels(CATEGORIES),
        pool=table[:POOL],
        test=table[POOL:].reset_index(drop=True),
        recipe=Recipe("head", "none", name="head"),
        fingerprint="f",
        audit=audit,
    )
    texts = dict(zip(campaign.pool["id"], campaign.pool["text"], strict=True))
    queue = Queue(journal, workspace, texts, CATEGORIES)
    queue.resume()
    scores = Scoreboard(campaign, journal, home, print, lambda: 0.0)
    return FastLane(
        campaign=campaign,
        journal=journal,
        queue=queue,
        scores=scores,
        recipe=campaign.recipe,
        vectors=POINTS[:POOL],
        graph=neighbour_graph(POINTS[:POOL]),
        test_vectors=POINTS[POOL:],
        full=campaign.truth if campaign.has_reference else None,
        zero_shot=zero_shot,
    )


def answer_truly(person: Person, count: int) -> list[str]:
    """Answer the first `count` inquiries of the queue with the truth."""
    shown = list(person.queue().items())[:count]
    for inquiry, record in shown:
        person.answer(record, CATEGORIES[TRUTH[int(inquiry[1:])]])
    return [inquiry for inquiry, _ in shown]


def test_a_round_is_due_at_the_start_and_after_as_many_answers_as_a_batch_holds(
    journal: Journal, workspace: Workspace, person: Person, tmp_path: Path
) -> None:
    lane = fast_lane(journal, workspace, tmp_path)
    assert lane.is_due()
    lane.play_round()
    assert len(person.queue()) == INITIAL
    assert not lane.is_due()
    answer_truly(person, 4)
    lane.queue.look()
    assert not lane.is_due()
    answer_truly(person, 1)
    lane.queue.look()
    assert lane.is_due()


def test_suggestions_come_with_the_first_head_and_each_round_is_measured(
    journal: Journal, workspace: Workspace, person: Person, tmp_path: Path
) -> None:
    lane = fast_lane(journal, workspace, tmp_path)
    lane.play_round()
    assert not any(record["suggestions"] for record in person.queue().values())
    cold = answer_truly(person, INITIAL)
    lane.play_round()
    shown = person.queue()
    assert len(shown) == 15, "a batch of five and twice as many in reserve"
    assert not set(shown) & set(cold)
    suggested = {inquiry: record["suggestions"][0]["value"] for inquiry, record in shown.items()}
    right = [CATEGORIES[TRUTH[int(i[1:])]] == category for i, category in suggested.items()]
    assert np.mean(right) > 0.6
    evaluations = journal.evaluations("fast")
    assert evaluations["labels"].tolist() == [INITIAL]
    assert evaluations["accuracy"].iloc[0] > 0.9
    assert journal.rounds()["labels"].tolist() == [0, INITIAL]


def test_before_the_first_head_the_codebook_suggests(
    journal: Journal, workspace: Workspace, person: Person, tmp_path: Path
) -> None:
    described = Head(10 * np.eye(3, dtype=np.float32), np.zeros(3, dtype=np.float32))
    lane = fast_lane(journal, workspace, tmp_path, zero_shot=described)
    lane.play_round()
    shown = {
        i: r for i, r in person.queue().items() if not is_shared(i, lane.campaign.settings.seed)
    }
    assert len(shown) > INITIAL / 2
    for inquiry, record in shown.items():
        (suggestion,) = record["suggestions"]
        assert suggestion["value"] == CATEGORIES[POINTS[int(inquiry[1:])].argmax()]
        assert 1 / 3 < suggestion["score"] <= 1


def test_the_share_drawn_at_random_is_asked_blind_and_of_two_people(
    journal: Journal, workspace: Workspace, server: Embedded, tmp_path: Path
) -> None:
    described = Head(10 * np.eye(3, dtype=np.float32), np.zeros(3, dtype=np.float32))
    lane = fast_lane(journal, workspace, tmp_path, zero_shot=described)
    lane.play_round()
    ann, ben, cem = (Person(server, workspace, number) for number in range(3))
    drawn = [i for i in ann.queue() if is_shared(i, lane.campaign.settings.seed)]
    assert drawn, "one in twenty of forty"
    asked = journal.asked().set_index("inquiry")
    assert asked.loc[drawn, "suggestion"].isna().all()
    assert asked.loc[drawn, "guess"].notna().all()
    for person in (ann, ben):
        for inquiry, record in person.queue().items():
            assert not (inquiry in drawn and record["suggestions"])
            person.answer(record)
    assert cem.queue() == {}
    lane.queue.look()
    answers = lane.queue.labels.set_index("inquiry")["answers"]
    assert (answers[drawn] == 2).all()
    assert (answers.drop(drawn) == 1).all()


def test_a_label_that_the_head_contradicts_is_asked_of_somebody_else_first_and_blind(
    journal: Journal, workspace: Workspace, server: Embedded, tmp_path: Path
) -> None:
    lane = fast_lane(journal, workspace, tmp_path)
    ann, ben = (Person(server, workspace, number) for number in range(2))
    wrong = None
    while len(lane.queue.labels) < 62 or wrong is None:
        lane.play_round()
        for inquiry, record in list(ann.queue().items())[:20]:
            category = CATEGORIES[TRUTH[int(inquiry[1:])]]
            if wrong is None and record["suggestions"] and record["suggestions"][0]["score"] > 0.6:
                wrong, category = inquiry, next(c for c in CATEGORIES if c != category)
            ann.answer(record, category)
        for record in list(ben.queue().values())[:1]:
            ben.answer(record, CATEGORIES[TRUTH[int(record["external_id"][1:])]])
        lane.queue.look()
    for _ in range(4):  # others may be doubted, too, as they lie between two clouds
        lane.play_round()
        if wrong in journal.asked_again()["inquiry"].tolist():
            break
        first, record = next(iter(ben.queue().items()))
        ben.answer(record, CATEGORIES[TRUTH[int(first[1:])]])
        lane.queue.look()
    assert wrong not in ann.queue()
    first, record = next(iter(ben.queue().items()))
    assert (first, record["suggestions"]) == (wrong, [])
    assert [wrong, False, False] in lane.queue.asked_again().to_numpy().tolist()

    ben.answer(record, CATEGORIES[TRUTH[int(wrong[1:])]])
    lane.queue.look()
    assert [wrong, True, True] in lane.queue.asked_again().to_numpy().tolist()
    label = lane.queue.labels.set_index("inquiry").loc[wrong]
    assert label["answers"] == 2
    assert label["confidence"] < 0.9, "two people say two things"


def test_what_somebody_discarded_is_asked_of_nobody_else_until_they_think_better_of_it(
    journal: Journal, workspace: Workspace, server: Embedded
) -> None:
    queue = resumed(journal, workspace)
    queue.replace(batch(1, "a", "b"))
    ann, ben = (Person(server, workspace, number) for number in range(2))
    record = ann.queue()["a"]
    ann.answer(record, status="discarded")
    queue.look()
    assert queue.discarded == {"a"}
    assert "a" not in ben.queue()
    assert resumed(journal, workspace).discarded == {"a"}

    path, params = f"me/datasets/{ann.dataset}/records/search", {"include": "responses"}
    found = ann.http.post(path, params=params, json={}).json()["items"]
    own = next(item["record"] for item in found if item["record"]["external_id"] == "a")
    ann.http.delete(f"responses/{own['responses'][0]['id']}").raise_for_status()
    queue.look()
    assert queue.discarded == set()
    assert "a" in ann.queue()


def test_at_the_end_nobody_is_asked_for_a_second_answer(
    journal: Journal, workspace: Workspace, server: Embedded
) -> None:
    queue = resumed(journal, workspace)
    queue.replace(batch(1, "a").assign(wanted=2))
    ann, ben = (Person(server, workspace, number) for number in range(2))
    ann.answer(ann.queue()["a"])
    assert "a" in ben.queue()
    queue.close()
    assert ben.queue() == {}
    assert queue.labels["inquiry"].tolist() == ["a"]


def test_nothing_is_asked_beyond_the_budget(
    journal: Journal, workspace: Workspace, person: Person, tmp_path: Path
) -> None:
    lane = fast_lane(journal, workspace, tmp_path, until="43")
    lane.play_round()
    answer_truly(person, INITIAL)
    lane.play_round()
    assert len(person.queue()) == 3


def test_the_audit_sample_is_asked_without_suggestion_and_teaches_nothing(
    journal: Journal, workspace: Workspace, person: Person, tmp_path: Path
) -> None:
    audit = ("i011", "i012", "i013")
    lane = fast_lane(journal, workspace, tmp_path, audit=audit)
    lane.play_round()
    assert not set(answer_truly(person, INITIAL)) & set(audit), "the cold start teaches"
    lane.play_round()
    shown = person.queue()
    assert len(shown) == 15 + 3
    assert [list(shown).index(inquiry) for inquiry in audit] == [2, 5, 8]
    blind = {inquiry for inquiry, record in shown.items() if not record["suggestions"]}
    assert blind == set(audit)
    assert not len(journal.evaluations("fast")), "nothing of the sample is answered yet"

    for inquiry in audit:
        person.answer(shown[inquiry], CATEGORIES[TRUTH[int(inquiry[1:])]])
    answer_truly(person, 5)
    lane.queue.look()
    lane.play_round()
    labels, _ = journal.watched()
    assert labels.tolist() == [INITIAL, INITIAL + 5], "without the three of the sample"
    last = journal.evaluations("fast").iloc[-1]
    assert last["labels"] == INITIAL + 8, "which people were asked all the same"
    assert last["accuracy"] == 1.0
    assert pd.isna(last["gap"])


def test_without_a_reference_asking_ends_when_predictions_stay_and_the_sample_is_answered(
    journal: Journal, workspace: Workspace, person: Person, tmp_path: Path
) -> None:
    audit = ("i011", "i012", "i013")
    lane = fast_lane(journal, workspace, tmp_path, audit=audit)
    while not lane.is_stable:
        lane.play_round()
        for inquiry, record in list(person.queue().items())[:20]:
            if inquiry not in audit:
                person.answer(record, CATEGORIES[TRUTH[int(inquiry[1:])]])
        lane.queue.look()
        assert not lane.is_exhausted
    assert not lane.is_settled
    assert fast_lane(journal, workspace, tmp_path, audit=audit).is_stable, "after a new start, too"
    lane.play_round()
    assert list(person.queue()) == list(audit), "nothing else is asked any more"
    answer_truly(person, 3)
    lane.queue.look()
    assert lane.is_settled


def test_the_last_labels_of_a_budget_are_measured_too(
    journal: Journal, workspace: Workspace, person: Person, tmp_path: Path
) -> None:
    lane = fast_lane(journal, workspace, tmp_path, until="42")
    lane.play_round()
    answer_truly(person, INITIAL)
    lane.play_round()
    answer_truly(person, 2)
    lane.queue.look()
    lane.finish()
    assert journal.evaluations("fast")["labels"].tolist() == [INITIAL, 42]
    assert person.queue() == {}
    lane.finish()
    assert len(journal.evaluations("fast")) == 2, "nothing new, nothing measured"


def test_a_new_start_goes_on_with_the_next_round_and_asks_nothing_twice(
    journal: Journal, workspace: Workspace, person: Person, tmp_path: Path
) -> None:
    lane = fast_lane(journal, workspace, tmp_path)
    lane.play_round()
    answered = answer_truly(person, INITIAL)
    lane.play_round()
    before = list(person.queue())

    again = fast_lane(journal, workspace, tmp_path)
    assert not again.is_due()
    assert list(person.queue()) == before
    answered += answer_truly(person, 5)
    again.queue.look()
    assert again.is_due()
    again.play_round()
    assert not set(person.queue()) & set(answered)
    assert journal.rounds()["round"].tolist() == [0, 1, 2]


def test_when_every_inquiry_is_answered_no_round_is_due(
    journal: Journal, workspace: Workspace, person: Person, tmp_path: Path
) -> None:
    lane = fast_lane(journal, workspace, tmp_path)
    while not lane.is_exhausted:
        assert lane.is_due()
        lane.play_round()
        assert answer_truly(person, 100), "the queue is empty while there is something to ask"
        lane.queue.look()
    assert not lane.is_due()
    assert len(lane.queue.labels) == POOL
    assert set(journal.answers()["inquiry"]) == set(lane.campaign.pool["id"])
