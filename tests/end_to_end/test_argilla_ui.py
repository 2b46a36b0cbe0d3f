"""Every menu of Argilla's web UI, used in a real browser on 2,000 inquiries.

After each step, what the page shows is compared with what follows from the data (see
`make_large_dataset`) and with what the server's API says.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import argilla as rg
import pytest
from playwright.sync_api import Page, expect
from screen import CATEGORIES, CHANNELS, RECORDS, Screen, make_large_dataset, numbers, terms

from labeling.embedded import Embedded

pytestmark = pytest.mark.end_to_end

ALL = set(range(RECORDS))
OPEN = [terms("status", ["pending"], "response"), terms("status", ["pending"], "record")]


@pytest.fixture(scope="module")
def dataset(server: Embedded) -> rg.Dataset:
    owner = rg.Argilla(api_url=server.url, api_key=server.credentials.owner.api_key)
    return make_large_dataset(owner)


@pytest.fixture
def screen(page: Page, server: Embedded, dataset: rg.Dataset) -> Iterator[Screen]:
    screen = Screen(page, server, server.credentials.annotators[0], dataset)
    yield screen
    assert screen.outside_requests() == []
    assert screen.refused == []


@pytest.fixture
def still_open(screen: Screen) -> set[int]:
    """The inquiries that nobody has answered, discarded or begun: only one person works here."""
    begun = screen.search(terms("status", ["submitted", "draft", "discarded"], "response"))
    return ALL - set(found_numbers(begun))


def metadata(name: str) -> dict[str, str]:
    return {"entity": "metadata", "metadata_property": name}


def suggestion(question: str, prop: str) -> dict[str, str]:
    return {"entity": "suggestion", "question": question, "property": prop}


def response(question: str) -> dict[str, str]:
    return {"entity": "response", "question": question}


def among(scope: dict[str, str], *values: str) -> dict[str, Any]:
    return {"type": "terms", "scope": scope, "values": list(values)}


def between(scope: dict[str, str], low: float, high: float) -> dict[str, Any]:
    return {"type": "range", "scope": scope, "ge": low, "le": high}


def found_numbers(found: dict[str, Any]) -> list[int]:
    return numbers("\n".join(item["record"]["fields"]["text"] for item in found["items"]))


def shown_after(screen: Screen, action: Callable[[], object]) -> list[int]:
    """The inquiries that the page got after `action`; it shows the first of them."""
    with screen.page.expect_response(
        lambda answer: answer.url.split("?")[0].endswith("/records/search")
    ) as answer:
        action()
    found = found_numbers(answer.value.json())
    expect(screen.record).to_contain_text(re.compile(rf"inquiry {found[0]}\b"))
    return found


def expect_found(screen: Screen, expected: set[int], *filters: dict[str, Any]) -> None:
    """The page says how many were expected and shows one of them; the API finds the same."""
    screen.expect_total(len(expected))
    assert screen.number() in expected
    found = screen.search(*filters)
    assert found["total"] == len(expected)
    assert set(found_numbers(found)) <= expected


def open_menu(screen: Screen, menu: str, *entries: str) -> None:
    """Unfold the filters, then one menu of them, then its entries, one inside the other."""
    if not screen.page.locator(".filters__list").is_visible():
        screen.page.locator(".filters__filter-button").click()
    screen.page.locator(f".filters__list .{menu} .dropdown__header").click()
    for entry in entries:
        screen.page.locator(f".{menu} .category__item", has_text=entry).click()


def tick(screen: Screen, option: str) -> None:
    screen.page.locator(".labels-selector__item", has_text=option).click()


def set_range(screen: Screen, low: float, high: float) -> None:
    for position, value in enumerate((low, high)):
        box = screen.page.locator(".range__inputs input").nth(position)
        box.fill(str(value))
        shown_after(screen, box.blur)


def reset(screen: Screen) -> None:
    shown_after(screen, screen.page.locator(".filters__reset-button").click)


def choose(screen: Screen, category: str) -> None:
    """Click on a category, unless it is suggested: then a click would take it back."""
    if category not in screen.chosen():
        screen.page.locator("form label.label-text", has_text=category).click()


def submit(screen: Screen) -> None:
    screen.page.locator("button.button--submit").click()


def test_the_search_box_finds_all_words_and_marks_them(
    screen: Screen, still_open: set[int]
) -> None:
    screen.page.locator(".filters .search-area .--search").click()
    screen.page.keyboard.type("refund 1337")
    screen.page.keyboard.press("Enter")
    screen.expect_total(1)
    assert screen.number() == 1337
    assert screen.search(*OPEN, query={"text": {"q": "refund 1337"}})["total"] == 1
    marked = "[...CSS.highlights.values()].flatMap(marks => [...marks].map(String))"
    assert sorted(screen.page.evaluate(marked)) == ["1337", "refund"]
    screen.shoot("search")

    box = screen.page.locator(".filters .search-area__input")
    box.fill("password")
    box.press("Enter")
    expected = {n for n in still_open if n % 4 == 3}
    screen.expect_total(len(expected))
    assert screen.number() in expected

    box.fill("no such inquiry")
    box.press("Enter")
    expect(screen.page.get_by_text("You have no pending records matching")).to_be_visible()
    assert screen.search(*OPEN, query={"text": {"q": "no such inquiry"}})["total"] == 0


def test_the_metadata_menu_filters_by_terms_and_by_ranges_together(
    screen: Screen, still_open: set[int]
) -> None:
    open_menu(screen, "metadata-filter", "channel")
    tick(screen, "mail")
    tick(screen, "phone")
    expected = {n for n in still_open if CHANNELS[n % 3] != "chat"}
    filters = [*OPEN, among(metadata("channel"), "mail", "phone")]
    expect_found(screen, expected, *filters)

    screen.page.locator(".metadata-filter__header").click()
    screen.page.locator(".category__item", has_text="round").click()
    set_range(screen, 10, 19)
    expected &= {n for n in still_open if 10 <= n % 100 <= 19}
    filters.append(between(metadata("round"), 10, 19))
    expect_found(screen, expected, *filters)

    screen.page.locator(".metadata-filter__header").click()
    screen.page.locator(".category__item", has_text="doubt").click()
    set_range(screen, 0.5, 0.75)
    expected &= {n for n in still_open if 0.5 <= n / RECORDS <= 0.75}
    filters.append(between(metadata("doubt"), 0.5, 0.75))
    expect_found(screen, expected, *filters)
    screen.shoot("metadata")

    reset(screen)
    screen.expect_total(len(still_open))


def test_the_suggestion_menu_filters_by_value_score_and_agent(
    screen: Screen, still_open: set[int]
) -> None:
    open_menu(screen, "suggestion-filter", "category", "Suggestion values")
    tick(screen, CATEGORIES[7])
    expected = {n for n in still_open if n % 20 == 7}
    expect_found(screen, expected, *OPEN, among(suggestion("category", "value"), CATEGORIES[7]))
    assert screen.chosen()[0] == CATEGORIES[7]

    screen.open()
    open_menu(screen, "suggestion-filter", "category", "Score")
    set_range(screen, 0.5, 0.6)
    expected = {n for n in still_open if 25 <= n % 50 <= 30}
    expect_found(screen, expected, *OPEN, between(suggestion("category", "score"), 0.5, 0.6))

    screen.open()
    open_menu(screen, "suggestion-filter", "category", "Agent")
    tick(screen, "model")
    expected = {n for n in still_open if n % 2 == 0}
    expect_found(screen, expected, *OPEN, among(suggestion("category", "agent"), "model"))
    screen.shoot("suggestion")


def test_the_response_menu_filters_and_the_sort_menu_sorts_ones_own_answers(
    screen: Screen,
) -> None:
    records = screen.search(*OPEN)["items"][:6]
    for position, item in enumerate(records):
        values = {"category": {"value": CATEGORIES[position % 2]}, "urgency": {"value": position}}
        if position == 0:
            del values["urgency"]
        answer = screen.api.post(
            f"/records/{item['record']['id']}/responses",
            json={"values": values, "status": "submitted"},
        )
        assert answer.status_code == 201, answer.text
    given = screen.answers("submitted")
    mine = terms("status", ["submitted"], "response")

    screen.show("submitted")
    screen.expect_total(len(given))
    open_menu(screen, "responses-filter", "category")
    tick(screen, CATEGORIES[1])
    expected = {n for n, values in given.items() if values["category"] == CATEGORIES[1]}
    expect_found(screen, expected, mine, among(response("category"), CATEGORIES[1]))

    reset(screen)
    screen.open()
    screen.show("submitted")
    open_menu(screen, "responses-filter", "urgency")
    set_range(screen, 2, 4)
    expected = {n for n, values in given.items() if 2 <= values.get("urgency", 0) <= 4}
    expect_found(screen, expected, mine, between(response("urgency"), 2, 4))
    reset(screen)

    screen.page.locator(".sort-filter .dropdown__header").first.click()
    entry = screen.page.locator(".sort-categories__item").nth(5)
    shown = shown_after(screen, entry.click)
    assert [given[n].get("urgency") for n in shown] == [1, 2, 3, 4, 5, None]
    turn = screen.page.locator(".sort-selector-item__direction")
    shown = shown_after(screen, turn.click)
    assert [given[n].get("urgency") for n in shown] == [5, 4, 3, 2, 1, None]
    found = screen.search(mine, sort=[{"scope": response("urgency"), "order": "desc"}])
    assert found_numbers(found) == shown


# Position in the sort menu, what the API calls it, and what it sorts inquiry n by.
SORTS: list[tuple[int, dict[str, str], Callable[[int], Any]]] = [
    (0, {"entity": "record", "property": "inserted_at"}, lambda n: n),
    (1, {"entity": "record", "property": "updated_at"}, lambda n: n),
    (2, suggestion("category", "score"), lambda n: n % 50),
    (3, suggestion("urgency", "score"), lambda _: 0.5),
    (4, suggestion("urgency", "value"), lambda n: n % 5),
    (6, metadata("channel"), lambda n: CHANNELS[n % 3]),
    (7, metadata("round"), lambda n: n % 100),
    (8, metadata("doubt"), lambda n: n),
]


def test_every_entry_of_the_sort_menu_sorts_both_ways(screen: Screen, still_open: set[int]) -> None:
    entries = screen.page.locator(".sort-categories__item")
    menu = screen.page.locator(".sort-filter .dropdown__header").first
    for position, scope, key in SORTS:
        menu.click()
        expect(entries).to_have_count(9)
        shown = shown_after(screen, entries.nth(position).click)
        assert [key(n) for n in shown] == sorted(map(key, still_open))[:10], scope
        ascending = screen.search(*OPEN, sort=[{"scope": scope, "order": "asc"}])
        assert found_numbers(ascending)[:10] == shown

        turn = screen.page.locator(".sort-selector-item__direction")
        shown = shown_after(screen, turn.click)
        assert [key(n) for n in shown] == sorted(map(key, still_open), reverse=True)[:10], scope
        descending = screen.search(*OPEN, sort=[{"scope": scope, "order": "desc"}])
        assert found_numbers(descending)[:10] == shown
        shown_after(screen, screen.page.locator(".sort-selector-item__close-button").click)
        expect(entries).to_have_count(0)


def test_find_similar_lists_the_nearest_and_the_farthest(
    screen: Screen, still_open: set[int]
) -> None:
    reference = screen.number()

    def away(n: int) -> int:
        """Steps around the circle on which the vectors lie."""
        return min((n - reference) % RECORDS, (reference - n) % RECORDS)

    others = sorted(away(n) for n in still_open - {reference})
    shown = shown_after(screen, screen.page.get_by_role("button", name="Find similar").click)
    assert [away(n) for n in shown] == others[:50]
    expect(screen.page.locator(".similarity-reference__preview")).to_contain_text(
        f"inquiry {reference} "
    )
    expect(screen.page.locator(".similarity-score")).to_have_text("100%")
    screen.shoot("similar")
    found = screen.search(*OPEN, query=similar(screen, reference, "most_similar"))
    assert found_numbers(found)[:50] == shown

    order = screen.page.locator(".similarity-reference .similarity-config", has_text="most")
    order.locator(".dropdown__header").click()
    shown = shown_after(screen, order.get_by_text("least").click)
    assert [away(n) for n in shown] == others[::-1][:50]
    found = screen.search(*OPEN, query=similar(screen, reference, "least_similar"))
    assert found_numbers(found)[:50] == shown

    screen.page.locator(".similarity-reference__preview__button-close").click()
    screen.expect_total(len(still_open))


def similar(screen: Screen, reference: int, order: str) -> dict[str, Any]:
    found = screen.search(*OPEN, query={"text": {"q": f'"inquiry {reference}"'}})
    [record] = [
        item["record"]["id"]
        for item in found["items"]
        if numbers(item["record"]["fields"]["text"]) == [reference]
    ]
    return {"vector": {"name": "meaning", "record_id": record, "order": order}}


def test_a_draft_waits_in_its_own_view_until_it_is_submitted(screen: Screen) -> None:
    number = screen.number()
    choose(screen, CATEGORIES[3])
    screen.page.keyboard.press("Control+s")
    expect(screen.page.locator(".status-tag")).to_contain_text("draft")
    assert screen.number() == number
    assert screen.answers("draft")[number]["category"] == CATEGORIES[3]

    screen.show("draft")
    screen.expect_total(1)
    assert screen.number() == number
    assert screen.chosen() == [CATEGORIES[3]]

    submit(screen)
    expect(screen.page.get_by_text("You have no draft records to review")).to_be_visible()
    assert screen.answers("draft") == {}
    assert screen.answers("submitted")[number]["category"] == CATEGORIES[3]


def test_a_discarded_inquiry_leaves_the_queue_and_lies_in_its_own_view(screen: Screen) -> None:
    number = screen.number()
    screen.page.keyboard.press("Backspace")
    screen.expect_another_than(number)
    assert list(screen.answers("discarded")) == [number]
    assert number not in screen.answers("submitted")

    screen.show("discarded")
    screen.expect_total(1)
    assert screen.number() == number


def test_a_submitted_answer_can_be_changed(screen: Screen) -> None:
    number = screen.number()
    choose(screen, CATEGORIES[4])
    submit(screen)
    screen.expect_another_than(number)
    before = screen.answers("submitted")
    assert before[number]["category"] == CATEGORIES[4]

    screen.show("submitted")
    screen.expect_total(len(before))
    shown = screen.number()
    new = CATEGORIES[19] if before[shown]["category"] != CATEGORIES[19] else CATEGORIES[18]
    choose(screen, new)
    submit(screen)
    screen.expect_another_than(shown)
    after = screen.answers("submitted")
    assert after[shown]["category"] == new
    assert {n for n in after if after[n] != before[n]} == {shown}


def test_the_bulk_view_gives_one_answer_to_all_that_are_ticked(screen: Screen) -> None:
    before = screen.answers("submitted")
    screen.page.get_by_label("Switch to Bulk Mode").click()
    expect(screen.page.locator(".record--bulk")).to_have_count(10)
    listed = numbers(screen.page.locator(".bulk__records").inner_text())
    assert screen.chosen() == [], "nothing is suggested for many at once"
    for position in (0, 2, 3):
        screen.page.locator(".fields__checkbox").nth(position).click()
    expect(screen.page.get_by_text("3 records selected")).to_be_visible()
    choose(screen, CATEGORIES[7])
    screen.shoot("bulk")
    submit(screen)
    expect(screen.page.get_by_text("3 records selected")).not_to_be_visible()

    after = screen.answers("submitted")
    ticked = {listed[0], listed[2], listed[3]}
    assert set(after) - set(before) == ticked
    assert {after[n]["category"] for n in ticked} == {CATEGORIES[7]}
    statuses = screen.page.locator(".record--bulk .status-tag").all_inner_texts()
    assert {
        n for n, status in zip(listed, statuses, strict=True) if "submitted" in status.lower()
    } == ticked
    screen.open()
    assert not ticked & set(numbers(screen.page.locator(".wrapper__records").inner_text()))


def test_the_progress_bar_counts_ones_own_answers_and_the_teams(screen: Screen) -> None:
    records = [item["record"]["id"] for item in screen.search(*OPEN)["items"][:100]]
    answers = [
        {"record_id": id, "status": "submitted", "values": {"category": {"value": CATEGORIES[0]}}}
        for id in records
    ]
    bulk = screen.api.post("/me/responses/bulk", json={"items": answers})
    assert [item["error"] for item in bulk.json()["items"]] == [None] * 100
    screen.open()
    counts = screen.metrics()
    assert sum(counts[status] for status in ("pending", "draft", "discarded", "submitted")) == 2000
    progress = screen.api.get(f"/datasets/{screen.dataset.id}/progress").json()
    assert progress["completed"] == counts["submitted"]
    percent = f"{progress['completed'] / RECORDS:.2%}"
    expect(screen.page.locator(".team-progress__percent")).to_have_text(percent)
    expect(screen.page.locator(".my-progress__container")).to_contain_text(f"{counts['submitted']}")

    screen.page.locator(".wrapper__right .panel__header").click()
    detail = screen.page.locator(".wrapper__right .panel__content")
    expect(detail).to_contain_text(f"{progress['completed']} of 2000")
    shown = detail.locator(".my-progress__list").inner_text().split()
    assert dict(zip(shown[::2], map(int, shown[1::2]), strict=True)) == {
        status.capitalize(): counts[status]
        for status in ("pending", "draft", "discarded", "submitted")
    }
    screen.shoot("progress")

    number = screen.number()
    submit(screen)
    screen.expect_another_than(number)
    expect(detail).to_contain_text(f"{progress['completed'] + 1} of 2000")
    assert screen.metrics()["submitted"] == counts["submitted"] + 1
