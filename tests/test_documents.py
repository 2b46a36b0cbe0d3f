"""What README.md and docs/ tell people to type is there, and what they point at, too.

Every command line in a fenced block has to parse as it stands; one that is quoted within a sentence
may leave out what a command asks for. Capitals (`FILE`, `N`) stand for what a reader puts there.
"""

import re
import shlex
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from cyclopts import CycloptsError, MissingArgumentError

from learner.cli import app
from scripts.reference import REFERENCE, reference

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
COMMAND = re.compile(
    r"""^(?:\$\ |ExecStart=)?(?:sudo\ (?:-\w+\ \w+\ )*)?(?:[A-Z_]+=\S+\ )*  # what may stand before
        (?:(?:\S*/)?\.venv/bin/)?(?P<command>parity|(?:\S*/)?scripts/\w+)(?=\ |$)(?P<rest>.*)$""",
    re.VERBOSE,
)
PROGRAM = re.compile(r"(?:^|[\s=])\.venv(?:-argilla)?/bin/python (?:-m )?(\S+)")


class Quoted(NamedTuple):
    """A command line, where it stands, and whether it is in a fenced block."""

    page: str
    words: tuple[str, ...]
    in_block: bool


def fenced_lines(text: str) -> Iterator[str]:
    """Lines of blocks that are typed: no Python, no drawings."""
    for language, block in FENCE.findall(text):
        if language in ("", "sh", "bash", "console", "ini"):
            yield from re.sub(r"\\\n\s*", " ", block).splitlines()


def inline_code(text: str) -> Iterator[str]:
    for code in CODE.findall(FENCE.sub("", text)):
        yield " ".join(code.split())


def command_lines(line: str) -> Iterator[tuple[str, ...]]:
    """The commands on a line, as words; `a|b` within a sentence is two commands."""
    without_remark = re.split(r"(?:^| )#(?: |$)", line)[0]
    for part in re.split(r" (?:\||&&) |; ", without_remark):
        found = COMMAND.match(re.split(r" [<>] ?", part)[0].strip())
        if found is None:
            continue
        words = shlex.split(re.sub(r"[][…]", "", found["rest"]))
        choices = [
            word.split("|") if re.fullmatch(r"[\w-]+(\|[\w-]+)+", word) else [word]
            for word in words
        ]
        name = found["command"]
        for chosen in product(*choices):
            yield (name if name == "parity" else name[name.index("scripts/") :], *chosen)


def quoted() -> list[Quoted]:
    return [
        Quoted(page.name, words, in_block)
        for page in PAGES
        if page != REFERENCE  # made from the code
        for lines, in_block in ((fenced_lines, True), (inline_code, False))
        for line in lines(page.read_text())
        for words in command_lines(line)
    ]


def complaint(words: tuple[str, ...], in_block: bool) -> str | None:
    """What is wrong with a command of ours; None: nothing."""
    name, *arguments = words
    if name == "scripts/run":
        name, arguments = "parity", ["up", *arguments]
    if name == "parity":
        return parity_complaint(arguments, in_block)
    script = ROOT / name
    if not script.is_file():
        return "there is no such script"
    sources = [script.read_text()]
    if name == "scripts/bench":
        sources += [bench.read_text() for bench in (ROOT / "scripts" / "benches").glob("*.py")]
    options = {word.partition("=")[0] for word in arguments if word.startswith("--")} - {"--help"}
    unknown = [option for option in sorted(options) if not any(option in each for each in sources)]
    return f"there is no option {', '.join(unknown)}" if unknown else None


def parity_complaint(arguments: list[str], in_block: bool) -> str | None:
    if arguments == ["COMMAND", "--help"]:
        return None
    try:
        app.parse_args(
            ["1" if word in ("N", "P", "X", "K") else word for word in arguments],
            exit_on_error=False,
            print_error=False,
        )
    except MissingArgumentError as error:
        return str(error) if in_block else None
    except CycloptsError as error:
        return str(error)
    return None


@pytest.mark.parametrize("one", quoted(), ids=lambda one: f"{one.page}: {' '.join(one.words)}")
def test_a_quoted_command_is_one_that_can_be_typed(one: Quoted) -> None:
    assert complaint(one.words, one.in_block) is None


def test_python_programs_that_are_quoted_are_there() -> None:
    missing = [
        (page.name, program)
        for page in PAGES
        for program in PROGRAM.findall(page.read_text())
        if not (ROOT / program).is_file()
        and not (ROOT / program.replace(".", "/")).with_suffix(".py").is_file()
        and not (ROOT / program.replace(".", "/") / "__main__.py").is_file()
    ]
    assert missing == []


def test_options_that_are_named_alone_are_there() -> None:
    sources = [
        reference(),
        *(each.read_text() for each in ROOT.glob("scripts/*") if each.is_file()),
    ]
    sources += [each.read_text() for each in ROOT.glob("scripts/benches/*.py")]
    sources += [(ROOT / "labeling" / "server" / "__main__.py").read_text()]
    there = {option for source in sources for option in re.findall(r"--[a-z][\w-]*", source)}
    named = {
        (page.name, code.split()[0])
        for page in PAGES
        for code in inline_code(page.read_text())
        if re.match(r"--[a-z]", code)
    }
    assert sorted((page, option) for page, option in named if option not in there) == []


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, made as GitHub makes them."""
    headings = HEADING.findall(FENCE.sub("", page.read_text()))
    plain = [re.sub(r"[^\w -]", "", re.sub(LINK, "", heading)).lower() for heading in headings]
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for link in LINK.findall(CODE.sub("", FENCE.sub("", page.read_text()))):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_of_ours_that_are_named_are_there(page: Path) -> None:
    named = [
        code
        for code in inline_code(page.read_text())
        if re.fullmatch(r"(labeling|learner|scripts|tests|docs)/[\w./-]+", code)
    ]
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        reached.add(page)
        links = (link.partition("#")[0] for link in LINK.findall(page.read_text()))
        found = {(page.parent / link).resolve() for link in links if link.endswith(".md")}
        ahead += [each for each in found - reached if each.exists()]
    assert [page.name for page in PAGES if page not in reached] == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("parity stauts", "stauts"),
        ("parity status --homme mine", "--homme"),
        ("parity annotators add --home mine", "requires"),
        ("parity annotators ad anna", "ad"),
        ("parity up --port many", "many"),
        ("scripts/run --until", "--until"),
        ("/opt/parity/scripts/runn --home mine", "no such script"),
        ("scripts/bench people sample --anwsers 3", "--anwsers"),
        ("parity report --out report.html && parity nothing", "nothing"),
        (".venv/bin/parity predict --model DIR --json TEXT… > out.jsonl", None),
        ("ExecStart=/opt/parity/scripts/run --home /srv/mine --port N", None),
    ],
)
def test_mistakes_in_commands_are_found(line: str, wrong: str | None) -> None:
    found = [complaint(words, in_block=True) for words in command_lines(line)]
    assert found[-1] is None if wrong is None else wrong in str(found[-1])


def test_commands_are_found_in_blocks_and_sentences() -> None:
    found = {(one.page, one.words[:3]) for one in quoted()}
    assert ("README.md", ("scripts/run",)) in found
    assert ("server.md", ("parity", "backup", "--home")) in found
    assert ("CHANGELOG.md", ("parity", "annotators", "remove")) in found
