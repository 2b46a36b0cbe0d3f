"""The first rule that fits decides; what it tested, and what it found, is the reason."""

from typing import Any

import numpy as np
import pytest

from learner.models.bow import BagOfWords, fit_bag_of_words
from learner.routing.deciding import Decision, decide, is_shouting
from learner.routing.router import Router
from learner.routing.rules import STRONG_WORDS, Rule, Rules, default_rules
from learner.sentiment import load_sentiment

SURE = Rule("auto-responder", confidence_at_least=0.8)


@pytest.fixture
def model() -> BagOfWords:
    """Tells parcels from refunds, and is sure of it."""
    texts = ["where is my parcel", "where is the parcel", "parcel", "i want a refund", "refund"]
    return fit_bag_of_words(texts * 20, np.array([0, 0, 0, 1, 1] * 20), ["track", "refund"])


@pytest.fixture
def router(model: BagOfWords) -> Router:
    """That model with VADER and the built-in rules."""
    return Router(model, load_sentiment(["none/such"]), default_rules(model.categories))


def decided(
    *rules: Rule,
    text: str = "where is my parcel?",
    category: str = "track",
    confidence: float = 0.9,
    sentiment: float = 0.0,
) -> Decision:
    return decide(Rules(rules, Rule("human")), text, category, confidence, sentiment)


def test_the_first_rule_that_fits_decides() -> None:
    angry = Rule("human", sentiment_at_most=-0.5)
    assert decided(angry, SURE).rule == 2
    assert decided(angry, SURE, sentiment=-0.6).rule == 1
    assert decided(SURE, angry, sentiment=-0.6) == Decision(
        "auto-responder", 1, "score 0.90, at least 0.8"
    )


def test_where_no_rule_fits_the_default_decides() -> None:
    assert decided(SURE, confidence=0.5) == Decision("human", None, "no rule fits")
    rules = Rules((SURE,), Rule("auto-responder", reason="a quiet day"))
    assert decide(rules, "x", "track", 0.5, 0) == Decision("auto-responder", None, "a quiet day")


def test_everything_that_a_rule_tests_must_hold_and_is_told() -> None:
    rule = Rule(
        "human",
        categories=("cancel", "track"),
        confidence_at_least=0.5,
        sentiment_at_most=0.2,
        sentiment_at_least=-0.2,
        words=("parcel",),
        shouting=True,
        reason="odd",
    )
    fits: dict[str, Any] = {"text": "WHERE IS MY PARCEL?", "confidence": 0.5, "sentiment": -0.2}
    assert decided(rule, **fits).reason == (
        "odd (category track; score 0.50, at least 0.5; sentiment -0.20, at most 0.2; "
        'sentiment -0.20, at least -0.2; the text says "parcel"; written in capitals)'
    )
    for misfit in (
        {"category": "refund"},
        {"confidence": 0.49},
        {"sentiment": 0.21},
        {"sentiment": -0.21},
        {"text": "WHERE IS MY ORDER?"},
        {"text": "where is my parcel?"},
    ):
        assert decided(rule, **{**fits, **misfit}).rule is None, misfit


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("lawyer", "I will tell my LAWYER.", "lawyer"),
        ("lawyer", "lawyers are dear", None),
        ("money back", "I want my money\n  back!", "money back"),
        ("Straße", "in welcher STRASSE?", "strasse"),
        ("c++", "does it run c++?", "c++"),
        ("a.c", "abc", None),
        ("fool", "that is foolish", None),
        ("fool", "tomfool", None),
        ("🤬", "you 🤬", "🤬"),
        ("退款", "退款", "退款"),
    ],
)
def test_words_are_found_whole_and_in_any_case(word: str, text: str, found: str | None) -> None:
    decision = decided(Rule("human", words=("zzz", word)), text=text)
    expected = "no rule fits" if found is None else f'the text says "{found}"'
    assert decision.reason == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WHERE IS MY PARCEL", True),
        ("WHERE IS MY PARCEL, please", True),
        ("Where is my parcel", False),
        ("ASAP", False),
        ("Order AB-1234-CDEFGHIJK of today has not arrived", False),
        ("ГДЕ МОЯ ПОСЫЛКА", True),
        ("我的包裹在哪里我的包裹在哪里", False),
        ("", False),
        ("12345678901234567890", False),
    ],
)
def test_shouting_is_mostly_capitals_in_more_than_a_word(text: str, expected: bool) -> None:
    assert is_shouting(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "Where is my parcel? This is the third time I ask, I am furious and I hate this shop!",
        "WHERE IS MY PARCEL? I WANT IT NOW",
        "Where is my parcel, you idiots?",
        "where   IS my parcel. \U0001f621 You lied to me, this is a horrible, terrible disgrace.",
    ],
)
def test_an_angry_customer_with_a_clear_matter_goes_to_a_human(router: Router, text: str) -> None:
    calm, angry = router.route([(1, "Where is my parcel?"), (2, text)])
    assert calm.decision.to == "auto-responder"
    assert angry.top[0][0] == "track"
    assert angry.decision.to == "human"
    assert angry.decision.rule is not None
    assert angry.decision.reason.startswith("the customer ")


def test_a_long_text_is_decided_upon_soon() -> None:
    text = "fool " * 2_000 + "x" * 100_000 + " \n" * 10_000
    words = tuple(word for word in STRONG_WORDS if word != "fool")
    assert decided(Rule("human", words=(*words, "money back please")), text=text).rule is None
