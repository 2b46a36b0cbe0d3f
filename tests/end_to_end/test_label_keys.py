"""Labelling by keyboard in the real web UI: a key never submits what the person did not choose."""

from collections.abc import Callable, Iterator

import argilla as rg
import pytest
from playwright.sync_api import Page, expect
from screen import THINGS, Screen, add_records, make_label_dataset

from labeling.embedded import Embedded

pytestmark = pytest.mark.end_to_end

REASONS = [f"reason {n:03}" for n in range(1, 151)]
SUGGESTED = "reason 005"


@pytest.fixture(scope="module")
def owner(server: Embedded) -> rg.Argilla:
    return rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)


@pytest.fixture
def watch(page: Page, server: Embedded) -> Iterator[Callable[[rg.Dataset], Screen]]:
    screens: list[Screen] = []

    def watch(dataset: rg.Dataset) -> Screen:
        screens.append(Screen(page, server, server.credentials.annotators[0], dataset))
        return screens[-1]

    yield watch
    assert [url for screen in screens for url in screen.outside_requests()] == []
    assert [answer for screen in screens for answer in screen.refused] == []


@pytest.fixture
def screen(watch: Callable[[rg.Dataset], Screen], owner: rg.Argilla) -> Screen:
    """The only question has 150 labels, of which twenty are unfolded; the fifth is suggested."""
    screen = watch(make_label_dataset(owner, REASONS))
    assert screen.chosen() == [SUGGESTED]
    return screen


def search(screen: Screen, text: str) -> None:
    screen.page.locator("form #searchLabel").click()
    screen.page.keyboard.type(text)


def test_enter_in_the_label_search_takes_the_one_hit(screen: Screen) -> None:
    first = screen.number()
    search(screen, "112")
    expect(screen.page.locator("form label.label-text")).to_have_count(1)
    screen.shoot("one-hit")
    screen.page.keyboard.press("Enter")

    screen.expect_another_than(first)
    assert screen.answers("submitted") == {first: {"category": "reason 112"}}


def test_enter_pressed_twice_at_the_one_hit_answers_one_inquiry(screen: Screen) -> None:
    first = screen.number()
    search(screen, "112")
    screen.page.keyboard.press("Enter")
    screen.page.keyboard.press("Enter")
    screen.expect_another_than(first)
    screen.page.keyboard.press("Enter")
    screen.page.wait_for_timeout(1000)

    assert screen.answers("submitted") == {first: {"category": "reason 112"}}
    screen.page.keyboard.press("Enter")  # now it has been seen
    screen.page.wait_for_timeout(500)
    assert len(screen.answers("submitted")) == 2


@pytest.mark.parametrize("text", ["reason 11", "no such reason"])
def test_enter_at_several_hits_or_none_does_nothing(screen: Screen, text: str) -> None:
    first = screen.number()
    search(screen, text)
    screen.page.keyboard.press("Enter")
    screen.page.wait_for_timeout(500)

    assert screen.number() == first
    assert screen.page.locator("form #searchLabel").input_value() == text
    assert screen.answers("submitted") == {}


def test_enter_in_an_empty_label_search_submits_what_is_chosen(screen: Screen) -> None:
    first = screen.number()
    screen.page.locator("form #searchLabel").click()
    screen.page.keyboard.press("Enter")

    screen.expect_another_than(first)
    assert screen.answers("submitted") == {first: {"category": SUGGESTED}}


@pytest.mark.parametrize(("keys", "label"), [("112", 112), ("16", 16), ("149", 149)])
def test_the_number_of_a_label_picks_it_however_many_digits_it_has(
    screen: Screen, keys: str, label: int
) -> None:
    first = screen.number()
    for key in keys:
        screen.page.keyboard.press(key)

    screen.expect_another_than(first)
    screen.page.wait_for_timeout(300)
    assert screen.answers("submitted") == {first: {"category": f"reason {label:03}"}}


def test_a_number_that_may_go_on_waits_and_then_only_chooses(screen: Screen) -> None:
    first = screen.number()
    screen.page.keyboard.press("1")
    screen.page.keyboard.press("1")
    screen.shoot("number")
    expect(screen.page.locator("form label.label-active")).to_contain_text("reason 011")

    assert screen.number() == first
    assert screen.answers("submitted") == {}
    screen.page.keyboard.press("Enter")
    screen.expect_another_than(first)
    assert screen.answers("submitted") == {first: {"category": "reason 011"}}


def test_enter_ends_a_number_and_backspace_takes_it_back(screen: Screen) -> None:
    first = screen.number()
    screen.page.keyboard.press("1")
    screen.page.keyboard.press("Backspace")
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")

    screen.expect_another_than(first)
    assert screen.answers("submitted") == {first: {"category": "reason 002"}}
    assert screen.answers("discarded") == {}


def test_the_number_of_the_suggested_label_accepts_it(
    watch: Callable[[rg.Dataset], Screen], owner: rg.Argilla
) -> None:
    screen = watch(make_label_dataset(owner, REASONS[:9]))
    first = screen.number()
    screen.page.keyboard.press("5")

    screen.expect_another_than(first)
    assert screen.answers("submitted") == {first: {"category": SUGGESTED}}


def test_a_number_after_a_click_on_another_label_counts(screen: Screen) -> None:
    first = screen.number()
    screen.page.locator("form label.label-text", has_text="reason 007").click()
    screen.page.keyboard.press("1")
    screen.page.keyboard.press("1")
    screen.page.keyboard.press("2")

    screen.expect_another_than(first)
    assert screen.answers("submitted") == {first: {"category": "reason 112"}}


def test_where_more_is_asked_keys_choose_and_enter_submits(
    watch: Callable[[rg.Dataset], Screen], owner: rg.Argilla
) -> None:
    topics = rg.MultiLabelQuestion("topics", labels=["one", "two", "three"], required=False)
    screen = watch(make_label_dataset(owner, REASONS, other_questions=[topics]))
    first = screen.number()
    search(screen, "112")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator("form label.label-active")).to_contain_text(["reason 112"])
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("3")
    screen.page.keyboard.press("2")
    screen.page.wait_for_timeout(300)
    assert screen.number() == first
    assert screen.answers("submitted") == {}
    screen.page.keyboard.press("Enter")

    screen.expect_another_than(first)
    assert screen.answers("submitted") == {first: {"category": "reason 112", "topics": ["three"]}}


def test_the_pager_counts_what_arrives_in_the_queue_and_anew_what_is_searched_for(
    watch: Callable[[rg.Dataset], Screen], owner: rg.Argilla
) -> None:
    dataset = make_label_dataset(owner, REASONS[:9], records=12, queued=True)
    screen = watch(dataset)
    screen.expect_total(12)
    add_records(dataset, SUGGESTED, range(12, 24), queued=True)
    for answered in range(1, 15):
        number = screen.number()
        screen.page.keyboard.press("Enter")
        screen.expect_another_than(number)
        expect(screen.page.get_by_label("Current Record")).to_have_text(str(answered + 1))
    screen.expect_total(24)
    screen.shoot("pager")
    counts = {"total": 24, "submitted": 14, "pending": 10, "draft": 0, "discarded": 0}
    assert screen.metrics() == counts

    still_open = set(range(24)) - set(screen.answers("submitted"))
    thing = THINGS[screen.number() % len(THINGS)]
    screen.page.locator(".filters .search-area .--search").click()
    screen.page.keyboard.type(thing)
    screen.page.keyboard.press("Enter")
    screen.expect_total(len([n for n in still_open if THINGS[n % len(THINGS)] == thing]))
    expect(screen.page.get_by_label("Current Record")).to_have_text("1")
