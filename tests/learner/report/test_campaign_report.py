"""The page about a campaign shows what its journal holds, and opens offline, whatever is in it."""

from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from campaign_homes import LABELLED, POOL, Home, ended_home
from html_pages import HOSTILE, Page

from labeling.errors import InputError
from learner.live.journal import EVALUATED, open_journal, read_journal
from learner.live.pool import kept_pool
from learner.live.record import read_record
from learner.report.campaign import write_report
from learner.report.campaign.map import MOST_POINTS, pool_map
from learner.stopping.parity import points

ALL = [
    "The decision",
    "Learning curve",
    "What is taken for what",
    "Most confused pairs",
    "By category",
    "Can the scores be trusted?",
    "What was asked, and why",
    "Where in the pool it was asked",
    "The people",
    "Seconds a round",
    "To run it again",
]
RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT OVERRIDE}abc"
WRITTEN = ['"><script>alert(1)</script>', "' onload=alert(1) x='", RIGHT_TO_LEFT, "🧾 paid twice"]


def report(home: Home) -> str:
    out = home.path.parent / "report.html"
    write_report(home.path, out, lambda _: None)
    return out.read_text("utf-8")


def headings(page: Page) -> list[str]:
    """What the page's sections are called, in their order."""
    names = [given["aria-labelledby"] for tag, given in page.elements if tag == "section"]
    assert all(name is not None and name.endswith("-heading") for name in names)
    return [heading for heading in ALL if heading in page.text]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return ended_home(tmp_path_factory.mktemp("ended"), "head")


@pytest.fixture(scope="module")
def page(ended: Home) -> str:
    return report(ended)


def test_a_campaign_that_ended_has_every_section(page: str) -> None:
    found = Page(page)
    tags = [tag for tag, _ in found.elements]
    assert tags.count("h1") == 1
    assert tags.count("h2") == len(ALL)
    assert headings(found) == ALL


def test_its_figures_are_the_journals(ended: Home, page: str) -> None:
    last, text = read_record(ended.path).evaluations.iloc[-1], Page(page).text
    assert f"Labels{LABELLED}{LABELLED / POOL * 100:.3g} % of {POOL} inquiries" in text
    assert f"Accuracy of the model{last['accuracy']:.4f}95 % interval" in text
    assert f"{last['accuracy_low']:.4f}\N{EN DASH}{last['accuracy_high']:.4f}" in text
    assert f"Accuracy of the full-data model{last['full_accuracy']:.4f}" in text
    assert f"Gap, in points{points(last['gap'])}at most {points(last['gap_high'])} with" in text
    assert "Asking stopped because the labels asked for are there." in text
    row = f"{LABELLED}{last['accuracy']:.4f} {last['accuracy_low']:.4f}"
    assert row in text.split("Every evaluation")[1]


@pytest.mark.parametrize(
    ("times", "says"),
    [(2, "Parity is proved: with 24 labels"), (0.5, "Parity is not proved yet: with 24 labels")],
)
def test_parity_is_said_as_the_margin_has_it(times: float, says: str, ended: Home) -> None:
    bound = read_record(ended.path).evaluations.iloc[-1]["gap_high"]
    ended.journal.write_settings({"margin": bound * times})
    try:
        assert says in report(ended)
    finally:
        ended.journal.write_settings({"margin": ended.campaign.settings.margin})


def test_random_labels_and_both_confusion_matrices_are_there(page: str) -> None:
    spoken = [
        given["aria-label"] or "" for _, given in Page(page).elements if "aria-label" in given
    ]
    assert any("with 24 random labels" in words for words in spoken)
    matrices = [words for words in spoken if words.startswith("Confusion matrix")]
    assert [words.split(":")[0] for words in matrices] == [
        "Confusion matrix, model on 24 labels",
        "Confusion matrix, full-data model",
    ]


def test_every_round_is_listed_with_its_reasons(page: str) -> None:
    text = Page(page).text
    assert "24 inquiries were put before annotators in 2 rounds" in text
    assert f"random{LABELLED}{LABELLED}" in text
    assert "Round 0: 12 asked, 12 labelled" in text
    assert "Round 1: 12 asked, 12 labelled" in text


def test_the_map_of_a_large_pool_keeps_what_was_asked(ended: Home) -> None:
    ids = [f"i{number:02d}" for number in range(MOST_POINTS + 1000)]
    pool = pd.DataFrame({"id": ids, "text": "where is it", "category": None})
    vectors = np.random.default_rng(0).normal(size=(len(ids), 4))
    drawn = pool_map(replace(read_record(ended.path), kept=pool), vectors)
    assert "Map of 5,000 inquiries of the pool, 24 of them asked" in drawn
    assert "Shown are 5,000 of 6,000" in drawn


def test_people_go_by_letters(page: str) -> None:
    text = Page(page).text
    assert "annotator A24" in text
    assert "annotator B24" in text
    assert "Krippendorff's alpha is 1.00" in text
    assert "bob" not in unescape(page.split("</style>")[1].split("</script>", 1)[1])


def test_places_on_this_machine_are_not_shown(ended: Home, page: str) -> None:
    assert "secret place" not in page
    assert str(ended.path) not in page
    assert "parity up --data inquiries.csv" in page


def test_tables_and_charts_speak(page: str) -> None:
    found = Page(page)
    tags = [tag for tag, _ in found.elements]
    assert tags.count("table") == tags.count("caption") > 10
    assert all(given.get("scope") in ("col", "row") for tag, given in found.elements if tag == "th")
    charts = [given for _, given in found.elements if given.get("role") == "img"]
    assert len(charts) == 6, "curve, two matrices, reliability, map, seconds"
    assert all(given["aria-label"] for given in charts)


def test_nothing_is_asked_from_outside(page: str) -> None:
    found = Page(page)
    assert not [tag for tag, given in found.elements if "src" in given]
    assert not [tag for tag, _ in found.elements if tag in ("link", "iframe", "object", "embed")]
    links = [given["href"] or "" for _, given in found.elements if "href" in given]
    assert links
    assert all(link.startswith("#") for link in links)
    policy = [given["content"] for _, given in found.elements if "http-equiv" in given]
    assert (policy[0] or "").startswith("default-src 'none'")


def test_a_live_campaign_shows_what_it_has(tmp_path: Path) -> None:
    home = Home(tmp_path, "bow")
    found = Page(report(home))
    assert headings(found) == ["The decision", "By category", "To run it again"]
    assert "Nothing is measured yet. The campaign has not ended." in found.text
    home.answer()
    assert "Learning curve" not in headings(Page(report(home)))
    home.measure()
    assert headings(Page(report(home))) == ALL


@pytest.mark.slow
def test_a_fine_tuned_model_is_shown_alone_where_no_full_data_model_is_kept(tmp_path: Path) -> None:
    home = Home(tmp_path, "tuned")
    home.answer()
    home.measure()
    found = Page(report(home))
    assert "is not kept on this machine" in found.text
    assert "random labels" not in found.text
    accuracy = read_record(home.path).evaluations.iloc[-1]["accuracy"]
    wrong = round((1 - accuracy) * len(home.campaign.test))
    counted = f"{wrong} error" if wrong else "no errors"
    assert f"model on 24 labels: {counted}" in found.text


def test_an_earlier_campaign_without_test_inquiries_has_no_matrix(ended: Home) -> None:
    kept = (ended.path / "test.parquet").read_bytes()
    (ended.path / "test.parquet").unlink()
    try:
        said: list[str] = []
        out = ended.path.parent / "earlier.html"
        write_report(ended.path, out, said.append)
    finally:
        (ended.path / "test.parquet").write_bytes(kept)
    assert "no confusion matrix" in said[0]
    text = Page(out.read_text("utf-8")).text
    assert "What is taken for what" not in text
    assert "Learning curve" in text


def test_what_people_wrote_is_shown_and_never_run(tmp_path: Path) -> None:
    home = Home(tmp_path, "bow")
    home.answer()
    home.measure()
    _rewrite(home)
    page = report(home)
    found = Page(page)
    assert HOSTILE not in page
    for text in WRITTEN:
        assert text in found.text
    assert HOSTILE in found.text
    assert not [tag for tag, _ in found.elements if tag == "img"]
    assert not [given for _, given in found.elements if "onload" in given]
    assert sum(tag == "script" for tag, _ in found.elements) == _scripts(found)
    assert "x" * 121 not in page.split("</style>")[1].split("</script>", 1)[1]
    assert f"<bdi>{RIGHT_TO_LEFT}</bdi>" in page


def _scripts(page: Page) -> int:
    """Plotly's, one for each chart, and ours."""
    return 2 + sum(1 for _, given in page.elements if given.get("role") == "img")


def _rewrite(home: Home) -> None:
    """Put hostile words wherever somebody may have written something."""
    pool = kept_pool(home.path)
    pool.loc[: len(WRITTEN) - 1, "text"] = WRITTEN
    pool.loc[len(WRITTEN), "text"] = "x" * 10_000
    names = {name: f"{HOSTILE}{name}" for name in home.campaign.categories}
    pool["category"] = pool["category"].map(names)
    pool.to_parquet(home.path / "pool.parquet", index=False)
    test = pd.read_parquet(home.path / "test.parquet")
    test["category"] = test["category"].map(names)
    test.to_parquet(home.path / "test.parquet", index=False)
    with home.journal.connection as connection:
        connection.execute("UPDATE answers SET category = ? || category", (HOSTILE,))
        connection.execute("UPDATE asked SET why = ?", (HOSTILE,))
    home.journal.write_settings(
        {
            "categories": list(names.values()),
            "data": f"/tmp/{HOSTILE.replace('/', '')}.csv",
            "ended": f"somebody wrote {HOSTILE}",
        }
    )


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("folder.html", "that is a folder"),
        ("missing/report.html", "there is no folder"),
        ("home/journal.sqlite", r"ends in \.html"),
    ],
)
def test_nothing_is_written_where_no_file_can_be(out: str, says: str, tmp_path: Path) -> None:
    home = Home(tmp_path, "bow")
    (tmp_path / "folder.html").mkdir()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match=says):
        write_report(home.path, tmp_path / out, lambda _: None)
    assert sorted(tmp_path.rglob("*")) == before
    with read_journal(home.path) as journal:
        assert journal.settings()


def test_a_folder_without_a_campaign_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no campaign in"):
        write_report(tmp_path, tmp_path / "report.html", lambda _: None)
    assert not list(tmp_path.iterdir())
    open_journal(tmp_path).connection.close()
    with pytest.raises(InputError, match="no campaign in"):
        write_report(tmp_path, tmp_path / "report.html", lambda _: None)
    assert not (tmp_path / "report.html").exists()


def test_a_campaign_without_reference_is_measured_by_its_audit_sample(tmp_path: Path) -> None:
    home = Home(tmp_path, "bow")
    home.answer()
    (home.path / "test.parquet").unlink()
    home.journal.write_settings({"reference": "none", "has_reference": False})
    with home.journal.connection as connection:
        connection.execute("UPDATE asked SET why = 'audit' WHERE rank < 4")
        connection.execute("DELETE FROM evaluations")
    row = {"lane": "fast", "round": 1, "labels": LABELLED, "accuracy": 1.0, "accuracy_low": 0.6}
    row |= {"accuracy_high": 1.0, "macro_f1": 1.0}
    home.journal.write_evaluation(dict.fromkeys(EVALUATED) | row, None)
    text = Page(report(home)).text
    assert "By the audit sample the model is right in 100.00 % of cases" in text
    assert "predicted for 8 inquiries of the audit sample" in text
    assert "full-data model" not in text.split("What is taken for what")[1].split("By category")[0]
