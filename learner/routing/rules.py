"""A rule of routing, and the rules that hold where no file is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from learner.sentiment import ANGRY

Destination = Literal["auto-responder", "human"]
SURE = 0.8  # the least score at which a category counts as clear

# Categories in which people expect a person, by the names that Bitext and the sample give them.
DELICATE = ("complaint", "contact_human_agent")
STRONG_WORDS = (
    *("idiot", "idiots", "idiotic", "stupid", "moron", "morons", "fool", "fools", "incompetent"),
    *("useless", "pathetic", "disgusting", "disgraceful", "ridiculous", "outrageous", "furious"),
    *("scam", "scammer", "scammers", "liar", "liars", "thief", "thieves"),
    *("crook", "crooks", "damn", "bloody", "crap", "shit", "bullshit", "fuck", "fucking"),
)


@dataclass(frozen=True)
class Rule:
    """Sends an inquiry `to` somewhere if all that it tests holds.

    `categories`: the predicted one is among these. `confidence_at_least`: its score, from 0 to 1.
    `sentiment_at_most` and `sentiment_at_least`: from -1 to 1. `words`: at least one of them, words
    or phrases, stands in the text. `shouting`: it is written in capitals. What is left out is not
    tested. `reason` is told with the facts that were tested.
    """

    to: Destination
    categories: tuple[str, ...] = ()
    confidence_at_least: float | None = None
    sentiment_at_most: float | None = None
    sentiment_at_least: float | None = None
    words: tuple[str, ...] = ()
    shouting: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Rules:
    """Rules in their order, and the one without tests that decides where none of them fits."""

    rules: tuple[Rule, ...]
    default: Rule
    source: str = "the built-in rules"


def default_rules(categories: Sequence[str]) -> Rules:
    """The built-in rules for a model of these categories: a human where in doubt."""
    delicate = tuple(name for name in DELICATE if name in categories)
    wants_person = Rule("human", delicate, reason="this kind of inquiry is for a person")
    return Rules(
        rules=(
            *([wants_person] if delicate else []),
            Rule("human", sentiment_at_most=ANGRY, reason="the customer sounds angry"),
            Rule("human", shouting=True, reason="the customer shouts"),
            Rule("human", words=STRONG_WORDS, reason="the customer uses strong words"),
            Rule("auto-responder", confidence_at_least=SURE, reason="the category is clear"),
        ),
        default=Rule("human", reason="the model is not sure enough of the category"),
    )
