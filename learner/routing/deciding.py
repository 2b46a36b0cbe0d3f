"""The first rule that fits decides, and says why."""

import re
from dataclasses import dataclass
from functools import lru_cache

from learner.routing.rules import Destination, Rule, Rules

LEAST_LETTERS = 12  # below, an order number or "ASAP" would be shouting
CAPITALS = 0.7  # share of letters that are capitals, from which on it is


@dataclass(frozen=True)
class Decision:
    """Where an inquiry goes, by which rule (from 1; None for the default), and why in words."""

    to: Destination
    rule: int | None
    reason: str


def decide(rules: Rules, text: str, category: str, confidence: float, sentiment: float) -> Decision:
    """Where `text` goes, of the predicted category with its score, and of a sentiment."""
    for number, rule in enumerate(rules.rules, start=1):
        facts = _facts(rule, text, category, confidence, sentiment)
        if facts is not None:
            return Decision(rule.to, number, _said(rule.reason, facts))
    return Decision(rules.default.to, None, rules.default.reason or "no rule fits")


def is_shouting(text: str) -> bool:
    """Whether a text is written in capitals; scripts that have none never are."""
    cased = [letter.isupper() for letter in text if letter.isupper() or letter.islower()]
    return len(cased) >= LEAST_LETTERS and sum(cased) / len(cased) >= CAPITALS


def _facts(
    rule: Rule, text: str, category: str, confidence: float, sentiment: float
) -> list[str] | None:
    """All that the rule tests, as it was found; None if some of it does not hold."""
    facts = []
    if rule.categories:
        if category not in rule.categories:
            return None
        facts.append(f"category {category}")
    if rule.confidence_at_least is not None:
        if confidence < rule.confidence_at_least:
            return None
        facts.append(f"score {confidence:.2f}, at least {rule.confidence_at_least:g}")
    if rule.sentiment_at_most is not None:
        if sentiment > rule.sentiment_at_most:
            return None
        facts.append(f"sentiment {sentiment:.2f}, at most {rule.sentiment_at_most:g}")
    if rule.sentiment_at_least is not None:
        if sentiment < rule.sentiment_at_least:
            return None
        facts.append(f"sentiment {sentiment:.2f}, at least {rule.sentiment_at_least:g}")
    if rule.words:
        found = _pattern(rule.words).search(text.casefold())
        if found is None:
            return None
        facts.append(f'the text says "{" ".join(found.group().split())}"')
    if rule.shouting:
        if not is_shouting(text):
            return None
        facts.append("written in capitals")
    return facts


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of these in a casefolded text, not inside of longer words."""
    spelt = [r"\s+".join(map(re.escape, word.casefold().split())) for word in words]
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelt)})(?!\w)")


def _said(reason: str, facts: list[str]) -> str:
    told = "; ".join(facts)
    return f"{reason} ({told})" if reason else told
