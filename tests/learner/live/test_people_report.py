from pathlib import Path

import pandas as pd
import pytest

from labeling.consensus import ANSWERS
from labeling.errors import InputError
from learner.live.journal import ASKED, Journal, open_journal
from learner.live.people_report import names_of, read_people, spoken_people

CATEGORIES = ["cancel", "refund", "track"]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Ann and Ben share twenty inquiries and agree, Guy answers thirty at random."""
    journal = open_journal(tmp_path)
    journal.write_settings({"data": "file.csv", "until": "300", "margin": 0.005})
    asked: list[tuple] = []
    answers: list[tuple] = []
    for n in range(60):
        truth, inquiry = CATEGORIES[n % 3], f"i{n}"
        shown = truth if n % 2 else None
        asked.append((inquiry, 1, n, 0.5, "random", truth, shown, 0.9 if n % 2 else None, 2))
        who = ["ann", "ben"] if n < 20 else ["ann", "guy"] if n < 50 else ["ben"]
        for place, name in enumerate(who):
            said = CATEGORIES[(n // 3) % 3] if name == "guy" else truth
            when = f"2026-11-27T10:{n:02d}:{10 * place:02d}"
            answers.append((inquiry, name, said, "submitted", when))
    answers.append(("i59", "ann", None, "discarded", "2026-11-27T11:00:00"))
    journal.write_asked(pd.DataFrame(asked, columns=ASKED))
    journal.write_answers(pd.DataFrame(answers, columns=ANSWERS))
    edited = (*answers[0][:4], "2026-11-27T12:00:00")
    journal.write_answers(pd.DataFrame([edited], columns=ANSWERS))
    return journal


@pytest.mark.usefixtures("journal")
def test_agreement_confusion_pace_and_changes_are_told(tmp_path: Path) -> None:
    found = read_people(tmp_path)
    assert found["agreement"]["inquiries"] == 50
    assert 0.3 < found["agreement"]["alpha"] < 0.9
    assert sum(pair["inquiries"] for pair in found["confused"]) == 20
    assert found["seconds_an_answer"] == 60
    assert (found["discarded"], found["changed"]) == (1, 1)
    assert (
        found["suggestions"]["shown"]["answers"] + found["suggestions"]["blind"]["answers"] == 110
    )
    lines = "\n".join(spoken_people(found))
    assert "on 50 inquiries with two answers" in lines
    assert "1 inquiries; 1 answers changed" in lines


@pytest.mark.usefixtures("journal")
def test_who_guesses_is_named_by_a_letter_or_if_asked_for_by_name(tmp_path: Path) -> None:
    assert read_people(tmp_path, names=True)["careless"] == ["guy"]
    found = read_people(tmp_path)
    assert not {"ann", "ben", "guy"} & {person["name"] for person in found["people"]}
    (careless,) = found["careless"]
    person = next(person for person in found["people"] if person["name"] == careless)
    assert (person["answers"], person["shared"]) == (30, 30)
    assert person["reliability"] < 0.6
    assert careless in spoken_people(found)[-1]


def test_a_campaign_that_has_no_answers_yet_says_so(tmp_path: Path) -> None:
    open_journal(tmp_path).write_settings({"data": "f", "until": "300", "margin": 0.005})
    found = read_people(tmp_path)
    assert (found["agreement"], found["people"], found["careless"]) == (None, [], [])
    assert "not known" in spoken_people(found)[0]


def test_without_a_campaign_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no campaign in"):
        read_people(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_letters_go_on_after_z() -> None:
    called = names_of(pd.Series([f"person {n}" for n in range(28)]), names=False)
    assert sorted(called.values(), key=lambda name: (len(name), name))[-2:] == [
        "annotator AA",
        "annotator AB",
    ]
