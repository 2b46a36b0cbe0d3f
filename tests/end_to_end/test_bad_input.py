"""Whatever is wrong is said in one line with exit code 2, and nothing is written."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from labeling.embedded import start_embedded
from scripts.rehearsals import run, write_inquiries

pytestmark = pytest.mark.slow

GOOD = "inquiries.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_inquiries(tmp_path / GOOD, rows=120)
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    """Everything under `folder`: a digest for each file, "" for what may change without harm.

    Readers of a database leave -wal and -shm beside it, and who holds a campaign is in its lock.
    """
    return {
        str(path.relative_to(folder)): ""
        if path.is_dir() or path.name == "lock"
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if not path.name.endswith(("-wal", "-shm"))
    }


def assert_refused(folder: Path, *arguments: object, says: str, **environment: str) -> None:
    before = contents(folder)
    refused = run(*arguments, cwd=folder, **environment)
    assert refused.returncode == 2, refused.stdout + refused.stderr
    assert refused.stderr.count("\n") == 1, refused.stderr
    assert says in refused.stderr
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.csv", None, "none.csv: no such file"),
        ("inquiries.cvs", None, "did you mean 'inquiries.csv'?"),
        ("notes.docx", "text", "notes.docx: unknown format '.docx'; give one of .csv"),
        ("empty.csv", "text,category\n", "empty.csv: no rows"),
        (
            "one.csv",
            "text,category\nwhere is it,a\nsend it,a\n",
            "one.csv: only one category, 'a', in",
        ),
        ("blank.csv", "text,category\n,a\n ,b\n", "blank.csv: no inquiry left, column 'text'"),
        (
            "ragged.csv",
            "text,category\nwhere is it,a\nsend it,b,c\n",
            "ragged.csv, line 3: the row",
        ),
        ("columns.csv", "x1,x2,x3\na,b,c\n", "--text-column (columns: x1, x2, x3)"),
        ("broken.jsonl", '{"text": "a", "category": "b"}\n{"text": \n', "line 2: not JSON"),
    ],
)
def test_a_source_that_cannot_be_used(
    folder: Path, name: str, content: str | None, says: str
) -> None:
    if content is not None:
        (folder / name).write_text(content)
    assert_refused(folder, "up", "--data", name, "--home", "home", "--model", "head", says=says)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--text-column", "txt"], "did you mean 'text'?"),
        (["--label-column", "categroy"], "did you mean 'category'?"),
        (["--until", "soon"], "--until soon: parity, or a number of labels"),
        (["--margin", "5"], "--margin 5.0: a fraction"),
        (["--margin", "0.001"], "test inquiries cannot prove a margin of 0.1 points"),
        (["--batch-size", "0"], "--batch-size 0: at least 1"),
        (["--annotator-error", "2"], "--annotator-error 2: a probability"),
        (["--strategy", "breaking-tie"], "did you mean 'breaking-ties'?"),
        (["--model", "no/such"], "--model no/such: neither auto, head, setfit nor bow"),
        (["--annotators", "peple"], 'Did you mean "people"?'),
        (["--modle", "head"], "Did you mean --model?"),
        (["--codebook", "none.csv"], "none.csv: no such file"),
        (["--port", "70000"], "--port 70000"),
        (["--home", GOOD], "there is a file of that name"),
        (["--home", "."], "no campaign; name a new or empty folder"),
        (["--argilla-url", "http://127.0.0.1:9"], "environment variable ARGILLA_API_KEY"),
    ],
)
def test_an_option_that_cannot_be_used(folder: Path, options: list[str], says: str) -> None:
    home = [] if "--home" in options else ["--home", "home"]
    assert_refused(folder, "up", "--data", GOOD, *home, *options, says=says)


def test_a_label_outside_the_codebook(folder: Path) -> None:
    (folder / "codebook.csv").write_text(
        "category,definition\n"
        "cancel_order,a\nget_refund,b\npayment_issue,c\nrecover_password,d\ntrack_orders,e\n"
    )
    options = ("--codebook", "codebook.csv", "--home", "home")
    assert_refused(folder, "up", "--data", GOOD, *options, says="did you mean 'track_orders'?")


def test_inquiries_without_labels_need_a_codebook_and_people(folder: Path) -> None:
    table = pd.read_csv(folder / GOOD)
    table[["text"]].to_csv(folder / "bare.csv", index=False)
    (folder / "codebook.csv").write_text("category,definition\na,first\nb,second\n")
    assert_refused(folder, "up", "--data", "bare.csv", says="--codebook FILE")
    given = ("up", "--data", "bare.csv", "--codebook", "codebook.csv")
    simulated = ("--annotators", "simulated", "--until", "10")
    assert_refused(folder, *given, *simulated, says="have no label")
    assert_refused(
        folder, "simulate", "--data", "bare.csv", "--out", "out", says="needs a label column"
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--sizes", "some"], "--sizes some: 'some' is no number of labels from 2 on, nor full"),
        (["--sizes", "5000"], "--sizes 5000: only"),
        (["--sizes", "100,"], "'' is no number of labels"),
        (["--test", "none.csv"], "none.csv: no such file"),
        (["--label-column", "categroy"], "did you mean 'category'?"),
        (["--data", "bare.csv"], "bare.csv: an experiment needs a label column"),
        (["--model", "no/such"], "--model no/such: neither auto, head, setfit nor bow"),
        (["--encoder", "no/such"], "encoder 'no/such' cannot be loaded"),
        (["--out", GOOD], "--out inquiries.csv: there is a file of that name"),
    ],
)
def test_a_comparison_that_cannot_be_made(folder: Path, options: list[str], says: str) -> None:
    pd.read_csv(folder / GOOD)[["text"]].to_csv(folder / "bare.csv", index=False)
    given = {"--data": GOOD, "--model": "bow", "--out": "out", "--sizes": "50"}
    given.update(zip(options[::2], options[1::2], strict=True))
    assert_refused(folder, "compare", *(word for pair in given.items() for word in pair), says=says)


def test_a_status_without_a_campaign(folder: Path) -> None:
    assert_refused(folder, "status", "--home", "home", says="no campaign in home")


@pytest.fixture
def web_server() -> Iterator[str]:
    """Something that answers HTTP and is no Argilla."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_an_argilla_url_where_there_is_no_argilla(folder: Path, web_server: str) -> None:
    for url, says in (
        ("http://127.0.0.1:9", "no Argilla server answers at http://127.0.0.1:9"),
        ("nonsense", "check --argilla-url"),
        (web_server, "check --argilla-url"),
    ):
        options = ("--data", GOOD, "--home", "home", "--model", "head", "--until", "40")
        assert_refused(
            folder, "up", *options, "--argilla-url", url, says=says, ARGILLA_API_KEY="key"
        )


@pytest.mark.end_to_end
def test_a_key_that_argilla_does_not_accept(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with start_embedded(tmp_path_factory.mktemp("other"), None, print) as server:
        options = ("--data", GOOD, "--home", "home", "--model", "head", "--until", "40")
        assert_refused(
            folder,
            *("up", *options, "--argilla-url", server.url),
            says="does not accept this API key",
            ARGILLA_API_KEY="wrong",
        )


@pytest.mark.end_to_end
def test_a_campaign_is_not_mixed_with_another(folder: Path) -> None:
    begun = (
        "up",
        "--home",
        "home",
        "--annotators",
        "simulated",
        "--model",
        "head",
        "--until",
        "12",
    )
    first = run(*begun, "--data", GOOD, cwd=folder)
    assert first.returncode == 0, first.stderr

    write_inquiries(folder / "other.csv", rows=110)
    assert_refused(folder, *begun, "--data", "other.csv", says="holds a campaign on inquiries.csv")
    seed = "was begun with --seed 0, not 1"
    assert_refused(folder, *begun, "--data", GOOD, "--seed", "1", says=seed)
    write_inquiries(folder / GOOD, rows=119)
    changed = "inquiries.csv has changed since the campaign in home began"
    assert_refused(folder, *begun, "--data", GOOD, says=changed)


@pytest.mark.end_to_end
def test_bad_cells_and_rare_categories_are_said_and_left_out(folder: Path) -> None:
    lines = (folder / GOOD).read_text().splitlines()
    lines[3:3] = ["B,,track_order", "B, ,track_order"]
    lines.append("B,Do you sell gift vouchers?,vouchers")
    (folder / GOOD).write_text("\n".join(lines) + "\n")
    options = ("--home", "home", "--annotators", "simulated", "--model", "head", "--until", "12")
    done = run("up", "--data", GOOD, *options, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "2 rows without text: 4, 5" in done.stdout
    assert "vouchers" in done.stdout
    assert "gift vouchers" not in (folder / "home" / "labels.csv").read_text()
