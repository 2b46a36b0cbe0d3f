"""Whatever a file of rules holds: rules that decide about every inquiry, or one line."""

from pathlib import Path

import pytest
from damage import any_bytes, damaged, few, made_or_refused
from hypothesis import given
from hypothesis import strategies as st

from learner.routing.deciding import decide
from learner.routing.reading import read_rules

pytestmark = pytest.mark.generated

CATEGORIES = ["complaint", "track_order"]
GOOD = b"""\
[[rules]]
to = "human"
categories = ["complaint"]
sentiment_at_most = -0.5
words = ["scam", "no reply"]
reason = "angry"

[[rules]]
to = "auto-responder"
confidence_at_least = 0.9
shouting = true

[default]
to = "human"
"""
WORDS = [*GOOD.split(b"\n"), b"[[rules]]\n", b'to = "human"\n', b'[default]\nto = "human"\n']
VALUES = st.sampled_from(
    [
        *("nan", "inf", "-0.0", "1e999", "0x1", "9" * 5_000, "true", "2026-01-01", "00:00:00"),
        *(
            "[]",
            '[""]',
            '["a", 1]',
            "[" * 3_000,
            "[" * 3_000 + "]" * 3_000,
            '"\\u0000"',
            '"\\ud800"',
        ),
        *(
            "{}",
            "{a = {a = 1}}",
            "'''a\nb'''",
            '["complaint"]',
            '["(?:", "a\\nb"]',
            "0.5",
            '"human"',
        ),
    ]
)
KEYS = st.sampled_from(
    [
        *("to", "reason", "categories", "words", "shouting", "confidence_at_least", "rules"),
        *("sentiment_at_most", "sentiment_at_least", "default", "colour", "a.b", '""', '"a\\nb"'),
    ]
)


def read(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    rules = made_or_refused(lambda: read_rules(path, CATEGORIES))
    assert list(path.parent.iterdir()) == [path]
    for text in ("this is a SCAM", "", "WHERE IS MY PARCEL NOW"):
        if rules is not None:
            assert decide(rules, text, "complaint", 0.95, -0.7).reason


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rules") / "rules.toml"


@few
@given(any_bytes(*WORDS))
def test_any_bytes(path: Path, content: bytes) -> None:
    read(path, content)


@few
@given(damaged(GOOD))
def test_a_damaged_file(path: Path, content: bytes) -> None:
    read(path, content)


@few
@given(st.lists(st.tuples(KEYS, VALUES), max_size=4), st.booleans())
def test_any_values(path: Path, lines: list[tuple[str, str]], has_default: bool) -> None:
    rule = "\n".join(f"{key} = {value}" for key, value in lines)
    default = '\n[default]\nto = "human"\n' if has_default else ""
    read(path, f'[[rules]]\nto = "human"\nshouting = true\n[[rules]]\n{rule}{default}'.encode())
