"""A TOML file of routing rules: what it may say, and what of it is refused, where."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from labeling.errors import InputError
from learner.routing.deciding import decide
from learner.routing.reading import read_rules
from learner.routing.rules import Rule, Rules, default_rules
from learner.sentiment import ANGRY

DOCS = Path(__file__).parents[3] / "docs" / "demo.md"
CATEGORIES = ["cancel", "complaint", "track"]
DEFAULT = '[default]\nto = "human"\n'
EVERYTHING = """
[[rules]]
to = "human"
categories = ["cancel", "complaint"]
sentiment_at_most = 0
words = ["lawyer", "money  back"]
shouting = true
reason = "  handle with care "

[[rules]]
to = "auto-responder"
confidence_at_least = 0.9
sentiment_at_least = -0.25

[default]
to = "human"
reason = "nobody knows"
"""


def read(tmp_path: Path, content: str | bytes) -> Rules:
    path = tmp_path / "rules.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_rules(path, CATEGORIES)


def rule(lines: str) -> str:
    """A file with one rule."""
    return f"[[rules]]\n{lines}\n{DEFAULT}"


def complaint(tmp_path: Path, content: str | bytes) -> str:
    """What is said of a file that is refused, after its path."""
    with pytest.raises(InputError) as refused:
        read(tmp_path, content)
    said = str(refused.value)
    assert said.startswith(f"{tmp_path / 'rules.toml'}")
    assert "\n" not in said
    return said.removeprefix(f"{tmp_path / 'rules.toml'}")


def test_every_key_is_read_as_it_is_written(tmp_path: Path) -> None:
    found = read(tmp_path, EVERYTHING)
    assert found == Rules(
        rules=(
            Rule(
                "human",
                categories=("cancel", "complaint"),
                sentiment_at_most=0.0,
                words=("lawyer", "money  back"),
                shouting=True,
                reason="handle with care",
            ),
            Rule("auto-responder", confidence_at_least=0.9, sentiment_at_least=-0.25),
        ),
        default=Rule("human", reason="nobody knows"),
        source="rules.toml",
    )


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + EVERYTHING.encode(), EVERYTHING.encode()])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_files_that_editors_on_windows_save_are_read(
    content: bytes, line_end: bytes, tmp_path: Path
) -> None:
    assert len(read(tmp_path, content.replace(b"\n", line_end)).rules) == 2


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('to = "human"\nshout = true', ", rule 1: unknown key 'shout' (did you mean 'shouting'?)"),
        ('to = "human"\nname = "a"\nshouting = true', ", rule 1: unknown key 'name'"),
        ("shouting = true", ", rule 1: no `to`; give one of auto-responder, human"),
        (
            'to = "humans"\nshouting = true',
            ", rule 1: to = 'humans' (did you mean 'human'?); give one of auto-responder, human",
        ),
        ("to = 3\nshouting = true", ", rule 1: to = 3; give one of auto-responder, human"),
        ('to = ["human"]\nshouting = true', ", rule 1: to = ['human']; give one of"),
        ('to = "human"', ", rule 1: tests nothing, so no later rule could decide; give one of"),
        (
            'to = "human"\ncategories = ["cancel", "trak"]',
            ", rule 1: the model knows no category 'trak' (did you mean 'track'?); "
            "it knows cancel, complaint, track",
        ),
        (
            'to = "human"\ncategories = "track"',
            ", rule 1: categories = 'track' is no list of texts",
        ),
        ('to = "human"\ncategories = [1]', ", rule 1: categories = [1] is no list of texts"),
        ('to = "human"\ncategories = []', ", rule 1: categories has nothing in it"),
        ('to = "human"\nwords = "lawyer"', ", rule 1: words = 'lawyer' is no list of texts"),
        ('to = "human"\nwords = ["lawyer", " "]', ", rule 1: words has nothing in it"),
        ('to = "human"\nconfidence_at_least = 1.01', ", rule 1: confidence_at_least = 1.01 is no"),
        ('to = "human"\nconfidence_at_least = -0.1', " is no number from 0 to 1"),
        ('to = "human"\nconfidence_at_least = 80', ", rule 1: confidence_at_least = 80 is no"),
        ('to = "human"\nconfidence_at_least = nan', ", rule 1: confidence_at_least = nan is no"),
        ('to = "human"\nconfidence_at_least = "0.8"', ", rule 1: confidence_at_least = '0.8' is"),
        ('to = "human"\nconfidence_at_least = true', ", rule 1: confidence_at_least = True is no"),
        ('to = "human"\nsentiment_at_most = -2', ", rule 1: sentiment_at_most = -2 is no number"),
        ('to = "human"\nsentiment_at_least = inf', " is no number from -1 to 1"),
        (
            'to = "human"\nsentiment_at_least = 0.5\nsentiment_at_most = -0.5',
            ", rule 1: no sentiment is at least 0.5 and at most -0.5; exchange them",
        ),
        ('to = "human"\nshouting = false', ", rule 1: shouting is tested with shouting = true"),
        ('to = "human"\nshouting = 1', ", rule 1: shouting is tested with shouting = true"),
        ('to = "human"\nshouting = true\nreason = 7', ", rule 1: reason = 7 is no text"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_place(lines: str, said: str, tmp_path: Path) -> None:
    assert said in complaint(tmp_path, rule(lines))


def test_the_number_says_which_rule_is_wrong(tmp_path: Path) -> None:
    one = '[[rules]]\nto = "human"\nshouting = true\n'
    said = complaint(tmp_path, one + rule('to = "human"\nword = ["x"]'))
    assert said.startswith(", rule 2: unknown key 'word' (did you mean 'words'?)")


def test_a_rule_that_an_earlier_one_leaves_nothing_is_refused(tmp_path: Path) -> None:
    one = '[[rules]]\nto = "human"\nwords = ["lawyer"]\n'
    again = 'to = "auto-responder"\nwords = ["lawyer"]\nreason = "again"'
    said = complaint(tmp_path, one + rule(again))
    assert said == ", rule 2: tests the same as rule 1, so it never decides; take one of them out"
    assert len(read(tmp_path, one + rule(f"{again}\nshouting = true")).rules) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", ": the file is empty; give rules, and a default"),
        ("# nothing but a remark\n", ": the file is empty; give rules"),
        (DEFAULT, ": no rules; give each one under a line [[rules]]"),
        (f"rules = []\n{DEFAULT}", ": no rules; give each one under a line [[rules]]"),
        (f"rules = [1]\n{DEFAULT}", ", rule 1: not a table; give each rule under a line [[rules]]"),
        (f'[rules]\nto = "human"\n{DEFAULT}', ": no rules; give each one under a line [[rules]]"),
        ('[[rules]]\nto = "human"\nshouting = true', ": no default; end with a line [default]"),
        (rule('to = "human"\nshouting = true') + "shouting = true", ", default: unknown key 'shou"),
        (f'[[rule]]\nto = "human"\n{DEFAULT}', ": unknown key 'rule' (did you mean 'rules'?)"),
        ('[[rules]]\nto = "human"\nshouting = true\n[default]', ", default: no `to`; give one of"),
        ('[[rules]]\nto = "human\n', ': not TOML: Illegal character'),
        ('to: human', ": not TOML: Expected '=' after a key"),
        ('[[rules]]\nto = "human"\nto = "human"\n', ": not TOML: Cannot overwrite a value"),
        (b'[[rules]]\nreason = "caf\xe9"', ": not UTF-8; save it as UTF-8"),
        (EVERYTHING.encode("utf-16"), ": not UTF-8; save it as UTF-8"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused(content: str | bytes, said: str, tmp_path: Path) -> None:
    assert complaint(tmp_path, content).startswith(said)


def test_what_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    said = complaint(tmp_path, '[[rules]]\nto = "human"\nwords = [lawyer]\n')
    assert "at line 3, column" in said


def test_the_documented_file_is_read_and_every_key_is_documented(tmp_path: Path) -> None:
    page = DOCS.read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    path = tmp_path / "rules.toml"
    path.write_text(example)
    assert len(read_rules(path, ["track_order", "track_refund", "delivery_period"]).rules) == 5
    rows = " ".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`(\w+)`", rows)) == {field.name for field in fields(Rule)}


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.toml", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(InputError, match=f"{path}: cannot be read: {why}"):
            read_rules(path, CATEGORIES)


def test_the_built_in_rules_send_to_a_human_where_in_doubt() -> None:
    rules = default_rules(CATEGORIES)

    def to(text: str, category: str = "track", confidence: float = 1, sentiment: float = 0) -> str:
        return decide(rules, text, category, confidence, sentiment).to

    assert to("where is my parcel") == "auto-responder"
    assert to("where is my parcel", confidence=0.79) == "human"
    assert to("where is my parcel", sentiment=ANGRY) == "human"
    assert to("where is my parcel", category="complaint") == "human"
    assert to("WHERE IS MY PARCEL") == "human"
    assert to("where is my damn parcel") == "human"


def test_built_in_rules_name_no_category_that_the_model_does_not_know() -> None:
    named = [one.categories for one in default_rules(["cancel", "track"]).rules]
    assert named == [(), (), (), ()]
