"""A seeded generator of customer inquiries over 27 support categories.

Every inquiry says what one category means in one of several sentence forms, then takes on a tone,
perhaps irrelevant background, and perhaps careless spelling. One letter marks each of these:

====  ==================================================================================
flag  the inquiry
====  ==================================================================================
B     is a plain statement or request
I     is a question
D     is indirect: it tells the situation and leaves the request to be understood
C     is coordinated: a situation and the request that follows from it
K     is a row of keywords
N     holds a negation
P     is polite
W     is rude
V     is wordy: greeting, background that has nothing to do with the request, sign-off
Q     is colloquial (u, pls, wanna, dont; often no capitals)
E     uses abbreviations (acct, pw, asap)
Z     has typos
====  ==================================================================================

The letters follow Bitext's where a letter of theirs fits; the sentences are our own.
"""

import re
from pathlib import Path
from random import Random

import pandas as pd

from labeling.inquiries.duplicates import normal_form
from labeling.sample import registers
from labeling.sample.grammar import chance, expand, pick
from labeling.sample.phrases import PHRASES, SLOTS, Phrases

DEFAULT_ROWS = 4_400
DEFAULT_SEED = 27

# In which proportion categories occur: a few of them make up most of the mail, as they do
# in a real inbox; the largest is 43 times the smallest.
SHARES: dict[str, int] = {
    "track_order": 690, "get_refund": 552, "cancel_order": 470, "payment_issue": 430,
    "delivery_period": 380, "recover_password": 340, "change_order": 310, "track_refund": 280,
    "change_shipping_address": 250, "complaint": 230, "get_invoice": 210,
    "contact_human_agent": 190, "edit_account": 170, "delivery_options": 150,
    "contact_customer_service": 140, "place_order": 130, "check_payment_methods": 120,
    "create_account": 105, "check_invoice": 95, "check_refund_policy": 85,
    "registration_problems": 75, "delete_account": 65, "check_cancellation_fee": 52,
    "newsletter_subscription": 42, "set_up_shipping_address": 32, "review": 22,
    "switch_account": 16,
}  # fmt: skip

FLAGS = "BIDCKNPWVQEZ"
FORMS = "BBBBIIIIDDDCCCK"  # as often as they stand here
TONES = "PPW            "
WORDY = 0.06
SPELLINGS = (
    ("E", 0.08, registers.abbreviated),
    ("Q", 0.10, registers.colloquial),
    ("Z", 0.07, registers.mistyped),
)
PINNED = (
    "product", "amount", "colour", "relative", "city", "when", "ref", "gripe", "detail", "service",
    "method",
)  # fmt: skip

_SENTENCE_START = re.compile(r"(?:^|(?<=[.!?] ))[a-z]")
_NEGATION = re.compile(
    r"\b(no(?!\. \d)|not|never|nothing|nobody|none|nowhere|cannot|without|\w+n't)\b", re.I
)


def generate(rows: int, seed: int) -> pd.DataFrame:
    """Return ``rows`` inquiries with the columns ``flags``, ``text`` and ``category``.

    The same arguments give the same table on every machine. Categories keep the proportions of
    ``SHARES``, each with at least one row; no two rows have the same normal form, so no text
    stands under two categories. Raises ValueError for fewer rows than categories.
    """
    if rows < len(SHARES):
        raise ValueError(
            f"rows is {rows}; it must be at least {len(SHARES)}, one for each category"
        )
    rng = Random(seed)
    seen: set[str] = set()
    table: list[tuple[float, str, str, str]] = []
    for category, count in _counts(rows).items():
        made = 0
        while made < count:
            flags, text = _inquiry(PHRASES[category], rng)
            form = normal_form(text)
            if form not in seen:
                seen.add(form)
                table.append((rng.random(), flags, text, category))
                made += 1
    table.sort()
    return pd.DataFrame([row[1:] for row in table], columns=["flags", "text", "category"])


def write(inquiries: pd.DataFrame, path: Path) -> None:
    """Write ``inquiries`` to ``path`` as CSV: UTF-8, the same bytes on every machine."""
    inquiries.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _counts(rows: int) -> dict[str, int]:
    """Return how many rows each category gets, by the largest remainder."""
    total = sum(SHARES.values())
    spare = rows - len(SHARES)  # one row each first, the rest in proportion
    exact = {name: max(share * rows / total - 1, 0.0) for name, share in SHARES.items()}
    scale = spare / sum(exact.values()) if spare else 0.0
    counts = {name: 1 + int(value * scale) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (-(exact[name] * scale % 1), name))
    for name in by_remainder[: rows - sum(counts.values())]:
        counts[name] += 1
    return counts


def _inquiry(phrases: Phrases, rng: Random) -> tuple[str, str]:
    """Return the flags and the text of one inquiry."""
    form = pick(FORMS, rng)
    tone = "" if form == "K" else pick(TONES, rng).strip()
    flags, text = _core(phrases, form, tone, rng)
    if tone:
        flags |= {tone}
        text = _in_tone(text, tone, rng)
    if form != "K" and chance(WORDY, rng):
        flags |= {"V"}
        text = _with_background(text, rng)
    if form != "K":
        text = _SENTENCE_START.sub(lambda match: match.group().upper(), text)
    if _NEGATION.search(text):
        flags |= {"N"}
    for flag, probability, rewrite in SPELLINGS:
        if chance(probability, rng):
            rewritten = rewrite(text, rng)
            flags |= {flag} if rewritten != text else set()
            text = rewritten
    return "".join(flag for flag in FLAGS if flag in flags), text


def _core(phrases: Phrases, form: str, tone: str, rng: Random) -> tuple[set[str], str]:
    """Return the flags and the text of what is asked, without tone around it or background."""
    # The inquiry speaks of one product, one amount and so on, however often it names them.
    pinned = {name: expand(f"{{{name}}}", SLOTS, rng) for name in PINNED}
    others = {
        f"other_{name}": tuple(value for value in SLOTS[f"other_{name}"] if value != pinned[name])
        for name in ("product", "amount", "colour")
    }
    slots = SLOTS | others | {name: (value,) for name, value in pinned.items()}

    def framed(frames: str) -> str:
        frame = pick(registers.FRAMES[frames], rng)
        return expand(frame.replace("{task}", pick(phrases.tasks, rng)), slots, rng)

    if form == "K":
        text = pick(phrases.keywords, rng)
    elif form == "D":
        text = pick(phrases.situations, rng)
    elif form == "C":
        request = framed("I")
        if chance(0.5, rng):
            request = _joined([pick(registers.LINKS, rng), framed("B")])
        text = f"{pick(phrases.situations, rng)} {request}"
    elif tone and chance(0.4, rng):
        text = framed(tone)
    elif form == "I":
        text = pick(phrases.questions, rng) if chance(0.6, rng) else framed("I")
    else:
        text = framed("N" if chance(0.25, rng) else "B")
    if form in "BI":
        form = "I" if text.endswith("?") else "B"
    return {form}, expand(text, slots, rng)


def _in_tone(text: str, tone: str, rng: Random) -> str:
    """Return ``text`` with a polite or rude phrase before it, after it, or both."""
    before, after = registers.COURTESIES if tone == "P" else registers.RUDENESS
    where = pick(("before", "after", "before", "after", "both"), rng)
    if where != "after":
        text = _joined([expand(pick(before, rng), SLOTS, rng), text])
    if where != "before":
        text = _joined([text, expand(pick(after, rng), SLOTS, rng)])
    return text


def _with_background(text: str, rng: Random) -> str:
    """Return ``text`` in a letter: a background sentence, often a greeting and a sign-off."""
    background = expand(pick(registers.BACKGROUND, rng), SLOTS, rng)
    parts = [background, text] if chance(0.5, rng) else [text, background]
    if chance(0.6, rng):
        parts.insert(0, expand(pick(registers.GREETINGS, rng), SLOTS, rng))
    if chance(0.5, rng):
        parts.append(expand(pick(registers.SIGN_OFFS, rng), SLOTS, rng))
    return _joined(parts)


def _joined(parts: list[str]) -> str:
    """Return ``parts`` in one line; after anything but a full stop the next starts small."""
    text = parts[0]
    for part in parts[1:]:
        if text[-1] not in ".!?" and not re.match(r"I\b", part):
            part = part[0].lower() + part[1:]
        text = f"{text} {part}"
    return text
