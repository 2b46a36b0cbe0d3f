"""What rules would do with inquiries whose categories are known: how much they automate, how well.

labelled(inquiries) ─► evaluation(router, …) ─► measure(table) ─► spoken_evaluation(…)
"""

from typing import Any

import pandas as pd

from labeling.errors import InputError
from labeling.inquiries import Inquiries
from labeling.inquiries.hints import counted
from learner.measuring.evaluation import wilson_interval
from learner.predict import counted as watched
from learner.progress import Say
from learner.routing.router import Router
from learner.routing.rules import Rule, Rules
from learner.sentiment import ANGRY


def labelled(inquiries: Inquiries) -> pd.DataFrame:
    """The inquiries that have a category. Raises InputError where none has."""
    known = inquiries.table[inquiries.table["category"].notna()]
    if known.empty:
        raise InputError(
            f"{inquiries.source}: to evaluate takes a label column; name it with --label-column"
        )
    return known


def evaluation(router: Router, inquiries: pd.DataFrame, say: Say) -> dict[str, Any]:
    """Route labelled inquiries (columns row, text, category) and measure what would come of it.

    Raises InputError if the model knows none of their categories. One that it does not know is
    never predicted rightly; how many there are is said.
    """
    is_foreign = ~inquiries["category"].isin(router.model.categories)
    if is_foreign.all():
        raise InputError(
            "the model knows none of the categories in --data; name the column that holds them "
            "with --label-column"
        )
    if is_foreign.any():
        many = counted(int(is_foreign.sum()), "inquiry is", "inquiries are")
        say(f"{many} of a category that the model does not know")
    rows = zip(inquiries["row"], inquiries["text"], strict=True)
    found = list(watched(router.stream(rows), say))
    table = pd.DataFrame(
        {
            "rule": [one.decision.rule or 0 for one in found],
            "right": [
                one.top[0][0] == category
                for one, category in zip(found, inquiries["category"], strict=True)
            ],
            "sentiment": [one.sentiment for one in found],
        }
    )
    return {"sentiment": router.sentiment.name, **measure(table, router.rules)}


def measure(table: pd.DataFrame, rules: Rules) -> dict[str, Any]:
    """Measure decisions, a row each: rule (from 1; 0 for the default), right, sentiment.

    `precision` is the share of predicted categories that are right, with the ends of its 95 %
    interval; null where there is nothing to measure. An inquiry whose sentiment is at most `ANGRY`
    counts as angry.
    """
    numbered = [*enumerate(rules.rules, start=1), (0, rules.default)]
    automatic = [number for number, rule in numbered if rule.to == "auto-responder"]
    is_automatic, is_angry = table["rule"].isin(automatic), table["sentiment"] <= ANGRY
    return {
        "inquiries": len(table),
        "automated": _measured(table[is_automatic], len(table)),
        "rules": [
            {
                "rule": number or None,
                "to": rule.to,
                "what": described(rule),
                **_measured(table[table["rule"] == number], len(table)),
            }
            for number, rule in numbered
        ],
        "angry": {
            "sentiment_at_most": ANGRY,
            "inquiries": int(is_angry.sum()),
            "automated": int((is_angry & is_automatic).sum()),
        },
    }


def spoken_evaluation(found: dict[str, Any]) -> list[str]:
    """What `evaluation` found, for people."""
    angry = found["angry"]
    lines = [
        f"automated    {_spoken(found['automated'])}",
        f"angry        {angry['automated']:,} of {angry['inquiries']:,} angry customers would have "
        f"met a machine (sentiment at most {angry['sentiment_at_most']:g} by {found['sentiment']})",
    ]
    for rule in found["rules"]:
        name = "default" if rule["rule"] is None else f"rule {rule['rule']}"
        lines.append(f"{name:12} {rule['to']}: {_spoken(rule)}; {rule['what']}")
    return lines


def described(rule: Rule) -> str:
    """A rule in words: its reason, or else what it tests."""
    if rule.reason:
        return rule.reason
    tests = [f"category {' or '.join(rule.categories)}"] if rule.categories else []
    for name in ("confidence_at_least", "sentiment_at_most", "sentiment_at_least"):
        value = getattr(rule, name)
        if value is not None:
            tests.append(f"{name.replace('_', ' ')} {value:g}")
    if rule.words:
        tests.append(f"says {' or '.join(rule.words[:3])}{' …' if len(rule.words) > 3 else ''}")
    if rule.shouting:
        tests.append("written in capitals")
    return ", ".join(tests) or "no rule fits"


def _measured(part: pd.DataFrame, of: int) -> dict[str, Any]:
    right = int(part["right"].sum())
    low, high = wilson_interval(right, len(part)) if len(part) else (None, None)
    return {
        "inquiries": len(part),
        "share": len(part) / of,
        "precision": right / len(part) if len(part) else None,
        "precision_low": low,
        "precision_high": high,
    }


def _spoken(measured: dict[str, Any]) -> str:
    if not measured["inquiries"]:
        return "no inquiry"
    many = counted(measured["inquiries"], "inquiry", "inquiries")
    return (
        f"{many} ({measured['share']:.1%}), category right in "
        f"{measured['precision']:.4f} ({measured['precision_low']:.4f} to "
        f"{measured['precision_high']:.4f})"
    )
