"""What rules would do with inquiries whose categories are known, on tables worked out by hand."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labeling.errors import InputError
from labeling.inquiries import read_inquiries
from learner.models.bow import BagOfWords, fit_bag_of_words
from learner.routing.measuring import described, evaluation, labelled, measure, spoken_evaluation
from learner.routing.router import Router
from learner.routing.rules import Rule, Rules
from learner.sentiment import load_sentiment

PARITY = str(Path(sys.executable).with_name("parity"))
CATEGORIES = ["refund", "track"]
RULES = Rules(
    rules=(
        Rule("human", sentiment_at_most=-0.6, reason="the customer sounds angry"),
        Rule("auto-responder", confidence_at_least=0.8),
        Rule("auto-responder", categories=("nothing",)),
    ),
    default=Rule("human"),
)
TABLE = pd.DataFrame(
    [
        *([1, True, -0.9], [1, False, -0.6]),
        *([2, True, 0.0], [2, True, 0.3], [2, True, -0.5], [2, False, -0.55]),
        *([0, False, 0.0], [0, True, -0.5]),
    ],
    columns=["rule", "right", "sentiment"],
)
RULES_FILE = """
[[rules]]
to = "human"
sentiment_at_most = -0.7
reason = "angry"

[[rules]]
to = "auto-responder"
categories = ["track"]

[default]
to = "human"
"""
LABELLED = [
    ("where is my parcel", "track"),  # automated, rightly
    ("the parcel, where is it", "track"),  # automated, rightly
    ("where is my refund for the parcel, where", "refund"),  # automated, wrongly
    ("where is my parcel, this is bad service", "track"),  # angry for a human, but automated
    ("i hate you, horrible liars, i am furious, where is my parcel", "track"),  # by rule to a human
    ("refund", "refund"),  # to a human by default
    ("", "refund"),  # no inquiry
    ("a parcel without a category", ""),  # not measured
]


@pytest.fixture
def model() -> BagOfWords:
    texts = ["where is my parcel", "where is the parcel", "parcel", "i want a refund", "refund"]
    return fit_bag_of_words(texts * 20, np.array([1, 1, 1, 0, 0] * 20), CATEGORIES)


@pytest.fixture
def folder(model: BagOfWords, tmp_path: Path) -> Path:
    """A model, a file of rules, and labelled inquiries."""
    model.save(tmp_path / "model")
    (tmp_path / "rules.toml").write_text(RULES_FILE)
    table = pd.DataFrame(LABELLED, columns=["text", "category"])
    table.to_csv(tmp_path / "labelled.csv", index=False)
    return tmp_path


def test_the_share_that_is_automated_and_how_much_of_it_is_right() -> None:
    found = measure(TABLE, RULES)
    assert found["inquiries"] == 8
    assert found["automated"] == {
        "inquiries": 4,
        "share": 0.5,
        "precision": 0.75,
        "precision_low": pytest.approx(0.3006, abs=1e-4),  # Wilson's interval of 3 out of 4
        "precision_high": pytest.approx(0.9544, abs=1e-4),
    }


def test_each_rule_is_measured_by_itself_and_the_default_last() -> None:
    found = measure(TABLE, RULES)["rules"]
    names = ("rule", "to", "inquiries", "share", "precision")
    assert [tuple(one[name] for name in names) for one in found] == [
        (1, "human", 2, 0.25, 0.5),
        (2, "auto-responder", 4, 0.5, 0.75),
        (3, "auto-responder", 0, 0.0, None),
        (None, "human", 2, 0.25, 0.5),
    ]
    assert (found[2]["precision_low"], found[2]["precision_high"]) == (None, None)


def test_angry_customers_who_would_have_met_a_machine_are_counted() -> None:
    assert measure(TABLE, RULES)["angry"] == {
        "sentiment_at_most": -0.5,
        "inquiries": 5,
        "automated": 2,
    }


def test_where_the_default_automates_what_it_decides_counts_as_automated() -> None:
    rules = Rules(RULES.rules, Rule("auto-responder"))
    found = measure(TABLE, rules)
    assert found["automated"]["inquiries"] == 6
    assert found["automated"]["precision"] == pytest.approx(4 / 6)
    assert found["angry"]["automated"] == 3


def test_it_is_said_in_words() -> None:
    assert spoken_evaluation({"sentiment": "VADER", **measure(TABLE, RULES)}) == [
        "automated    4 inquiries (50.0%), category right in 0.7500 (0.3006 to 0.9544)",
        "angry        2 of 5 angry customers would have met a machine "
        "(sentiment at most -0.5 by VADER)",
        "rule 1       human: 2 inquiries (25.0%), category right in 0.5000 (0.0945 to 0.9055); "
        "the customer sounds angry",
        "rule 2       auto-responder: 4 inquiries (50.0%), category right in 0.7500 "
        "(0.3006 to 0.9544); confidence at least 0.8",
        "rule 3       auto-responder: no inquiry; category nothing",
        "default      human: 2 inquiries (25.0%), category right in 0.5000 (0.0945 to 0.9055); "
        "no rule fits",
    ]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule("human", ("a", "b"), 0.5, 0.25, -0.5), "category a or b, confidence at least 0.5, "
         "sentiment at most 0.25, sentiment at least -0.5"),
        (Rule("human", words=("a", "b", "c")), "says a or b or c"),
        (Rule("human", words=("a", "b", "c", "d"), shouting=True), "says a or b or c …, "
         "written in capitals"),
        (Rule("human", words=("a",), reason="told"), "told"),
        (Rule("human"), "no rule fits"),
    ],
)  # fmt: skip
def test_a_rule_is_described_by_its_reason_or_its_tests(rule: Rule, words: str) -> None:
    assert described(rule) == words


def test_a_category_that_the_model_does_not_know_is_never_right_and_is_said(
    model: BagOfWords,
) -> None:
    router = Router(model, load_sentiment(["none/such"]), RULES)
    table = pd.DataFrame(
        {"row": [2, 3], "text": ["parcel", "parcel"], "category": ["track", "complaint"]}
    )
    said: list[str] = []
    found = evaluation(router, table, said.append)
    assert found["automated"]["precision"] == 0.5
    assert said == ["1 inquiry is of a category that the model does not know"]
    with pytest.raises(InputError, match="the model knows none of the categories in --data"):
        evaluation(router, table[1:], said.append)


def test_without_a_single_label_there_is_nothing_to_measure(tmp_path: Path) -> None:
    (tmp_path / "texts.csv").write_text("text\nwhere is my parcel\n")
    with pytest.raises(InputError, match=r"texts\.csv: to evaluate takes a label column"):
        labelled(read_inquiries(str(tmp_path / "texts.csv")))


def parity(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [PARITY, "route", "--model", "model", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_command_measures_the_rules_of_a_file(folder: Path) -> None:
    given = ("--rules", "rules.toml", "--evaluate", "--data", "labelled.csv")
    ran = parity(folder, *given, "--json")
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["inquiries"] == 6
    assert found["automated"]["inquiries"] == 4
    assert found["automated"]["share"] == pytest.approx(4 / 6)
    assert found["automated"]["precision"] == 0.75
    assert found["angry"] == {"sentiment_at_most": -0.5, "inquiries": 2, "automated": 1}
    assert [rule["inquiries"] for rule in found["rules"]] == [1, 4, 1]
    assert "sentiment by VADER, routed by rules.toml" in ran.stderr

    words = parity(folder, *given).stdout.splitlines()
    assert words[0].startswith("automated    4 inquiries (66.7%), category right in 0.7500 (")
    assert words[2].startswith("rule 1       human: 1 inquiry (16.7%), category right in 1.0000 (")
    assert words[1].startswith("angry        1 of 2 angry customers would have met a machine")


@pytest.mark.slow
def test_the_command_routes_texts_and_says_what_is_wrong(folder: Path) -> None:
    ran = parity(folder, "--rules", "rules.toml", "=where is my parcel", "refund")
    rows = list(csv.DictReader(io.StringIO(ran.stdout)))
    assert [(row["to"], row["rule"]) for row in rows] == [
        ("auto-responder", "2"),
        ("human", "default"),
    ]
    assert rows[0]["text"] == "'=where is my parcel"
    lines = parity(folder, "--json", "refund").stdout.splitlines()
    assert [json.loads(line)["top"][0]["category"] for line in lines] == ["refund"]

    (folder / "wrong.toml").write_text(
        '[[rules]]\nto = "machine"\nshouting = true\n[default]\nto = "human"'
    )
    for arguments, complaint in (
        ((), "give either texts, --file FILE, or --evaluate with --data SOURCE"),
        (("text", "--evaluate"), "--evaluate and --data SOURCE belong together"),
        (("--data", "labelled.csv"), "--evaluate and --data SOURCE belong together"),
        (("text", "--file", "labelled.csv"), "give either texts, --file FILE, or --evaluate"),
        (("text", "--rules", "wrong.toml"), "wrong.toml, rule 1: to = 'machine'; give one of"),
        (("text", "--rules", "none.toml"), "none.toml: cannot be read: No such file"),
    ):
        wrong = parity(folder, *arguments)
        assert wrong.returncode == 2
        assert complaint in wrong.stderr
        assert len(wrong.stderr.splitlines()) == 1
        assert wrong.stdout == ""
