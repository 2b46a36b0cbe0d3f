"""What the pieces of the page say, and that whatever comes from outside is shown as text."""

import pytest
from hostile import HOSTILE
from html_pages import Page

from learner.demo.results import LONGEST, SHOWN, feeling, file_result, one_result
from learner.routing.deciding import Decision
from learner.routing.router import Routed

TO_A_HUMAN = Decision("human", 2, "the customer sounds angry (sentiment -0.80, at most -0.5)")
TOP = [("track_order", 0.9), ("get_refund", 0.06), ("cancel_order", 0.04)]
ONE = {"div", "h2", "h3", "p", "ol", "li", "span", "small"}
TABLE = {"bdi", "p", "div", "table", "caption", "span", "thead", "tbody", "tr", "th", "td"}


def routed(
    text: str = "where is my parcel",
    decision: Decision = TO_A_HUMAN,
    top: list[tuple[str, float]] = TOP,
    sentiment: float = -0.8,
) -> Routed:
    return Routed(7, text, top, sentiment, decision)


def words(html: str) -> str:
    """The text of a piece, as one line."""
    return " ".join(Page(html.replace("><", "> <")).text.split())


def test_an_inquiry_is_shown_with_route_reason_scores_and_sentiment() -> None:
    assert words(one_result(routed(), "VADER")) == (
        "To a human the customer sounds angry (sentiment -0.80, at most -0.5), by rule 2 "
        "Category, with the model’s score "  # noqa: RUF001
        "track_order 0.900 get_refund 0.060 cancel_order 0.040 "
        "Sentiment -0.80, angry (from -1 to +1, by VADER)"
    )


def test_the_auto_responder_by_default_looks_and_sounds_otherwise() -> None:
    html = one_result(routed(decision=Decision("auto-responder", None, "no rule fits")), "VADER")
    assert words(html).startswith("To the auto-responder no rule fits, by default Category")
    assert ("div", {"class": "auto-responder"}) in Page(html).elements
    assert ("div", {"class": "human"}) in Page(one_result(routed(), "VADER")).elements


def test_each_bar_is_as_long_as_its_score() -> None:
    bars = [
        attributes["style"]
        for name, attributes in Page(one_result(routed(), "VADER")).elements
        if attributes.get("class") == "bar"
    ]
    assert bars == ["--score: 0.9000", "--score: 0.0600", "--score: 0.0400"]


@pytest.mark.parametrize(
    ("sentiment", "word"),
    [
        *((-1, "angry"), (-0.5, "angry"), (-0.49, "displeased"), (-0.05, "displeased")),
        *((-0.04, "neutral"), (0, "neutral"), (0.04, "neutral"), (0.05, "pleased"), (1, "pleased")),
    ],
)
def test_a_sentiment_has_a_word(sentiment: float, word: str) -> None:
    assert feeling(sentiment) == word


@pytest.mark.parametrize("name", HOSTILE)
def test_no_category_reason_or_reader_becomes_an_element(name: str) -> None:
    text = HOSTILE[name]
    one = routed(top=[(text, 1.0)], decision=Decision("human", 1, text))
    page = Page(one_result(one, text))
    assert {element for element, _ in page.elements} == ONE
    assert {key for _, attributes in page.elements for key in attributes} <= {"class", "style"}
    assert page.text.count(text) == 3


@pytest.mark.parametrize("name", HOSTILE)
def test_no_inquiry_of_a_file_becomes_an_element(name: str) -> None:
    text = HOSTILE[name]
    page = Page(file_result(1, 0, [routed(text=text)]))
    assert {element for element, _ in page.elements} == TABLE
    allowed = {"class", "scope", "role", "aria-label", "tabindex"}
    assert {key for _, attributes in page.elements for key in attributes} <= allowed
    assert text[: LONGEST - 1] in page.text


def test_a_file_is_shown_by_its_share_and_first_rows() -> None:
    rows = [routed(), routed(decision=Decision("auto-responder", 5, "clear"), sentiment=0.4)]
    assert words(file_result(1_200, 900, rows)) == (
        "900 of 1,200 (75%) to the auto-responder The first 2 "
        "row inquiry category score sentiment to "
        "7 where is my parcel track_order 0.900 -0.80 "
        "human: the customer sounds angry (sentiment -0.80, at most -0.5) "
        "7 where is my parcel track_order 0.900 +0.40 auto-responder: clear"
    )
    assert "The first 10" in words(file_result(1_200, 900, [routed()] * SHOWN))


def test_a_long_inquiry_is_cut_on_the_page() -> None:
    text = Page(file_result(1, 0, [routed(text="parcel " * 1_430)])).text
    assert len(text) < LONGEST + 300
    assert "parcel parce…" in text
