"""What the web UI and the client may ask of a search, and what exactly they get, on each database.

The data set is `tickets`: ten records, numbered; expectations are those numbers.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from people import Person, where
from tickets import CATEGORIES, Tickets, make_tickets

from labeling.embedded import Embedded

pytestmark = pytest.mark.slow

EVERY = list(range(10))


@pytest.fixture(scope="module")
def tickets(server_on_each: Embedded) -> Tickets:
    """The data set with answers: 0 completed by two, then a draft, a discard and one submitted."""
    tickets = make_tickets(server_on_each)
    first, second = tickets.people[:2]
    answer(tickets, first, 0, "submitted", category="category_000", stars=5, tags=["urgent"])
    answer(tickets, second, 0, "submitted", category="category_149", stars=3)
    answer(tickets, first, 1, "draft", category="category_000", stars=10)
    answer(tickets, first, 2, "discarded")
    answer(tickets, second, 3, "submitted", category="category_000", tags=["urgent", "billing"])
    return tickets


def answer(tickets: Tickets, who: Person, number: int, status: str, **values: Any) -> str:
    given = {name: {"value": value} for name, value in values.items()}
    response = who.http.post(
        f"/api/v1/records/{tickets.ids[number]}/responses",
        json={"values": given, "status": status},
    )
    assert response.status_code == 201, response.text
    id: str = response.json()["id"]
    return id


def terms(entity: str, *values: Any, **scope: Any) -> dict[str, Any]:
    return {"type": "terms", "scope": {"entity": entity, **scope}, "values": list(values)}


def between(entity: str, ge: Any = None, le: Any = None, **scope: Any) -> dict[str, Any]:
    bounds = {name: bound for name, bound in (("ge", ge), ("le", le)) if bound is not None}
    return {"type": "range", "scope": {"entity": entity, **scope}, **bounds}


def both(*filters: dict[str, Any]) -> dict[str, Any]:
    return {"and": list(filters)}


def by(entity: str, order: str = "asc", **scope: Any) -> dict[str, Any]:
    return {"scope": {"entity": entity, **scope}, "order": order}


def words(query: str, field: str | None = None) -> dict[str, Any]:
    return {"text": {"q": query, **({"field": field} if field else {})}}


# --- text


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("parcel", [0, 3]),
        ("PARCEL", [0, 3]),
        ("parcel refund", [3]),
        ("refund  money", [1]),  # words in different fields
        ("parc", []),  # whole words only
        ("parc*", [0, 3, 6]),
        ("ref* parcel", [3]),
        ('"my parcel"', [0, 3]),
        ('"parcel my"', []),
        ('"my parcel" refund', [3]),
        ("parcel -refund", [0]),
        ("-parcel", [1, 2, 4, 5, 6, 7, 8, 9]),
        ("parcel | money", [0, 1, 3]),
        ("(parcel | money) refund", [1, 3]),
        ("-(parcel | money)", [2, 4, 5, 6, 7, 8, 9]),
        ("parcel +refund", [3]),
        ("überweisung", [2]),
        ("Zurück ÜBERWEISUNG", [2]),
        ("straße", [2]),
        ("cafe", []),  # accents count
        ("café", [2]),
        ("退款", [4]),
        ("我要退款", [4]),
        ("退", [4]),
        ("😀", [7]),
        ("100%", [3]),
        ("42", [0]),
        ("c++", [3]),
        ("user@example.com", [3]),
        ("don't", [1]),
        ("o'brien", [5]),
        ("refund_policy", [6]),
        ("par_el", []),
        ("foo-bar", [6]),
        ("NOT", [5]),
        ("AND", [3, 5]),
        ("near", [5]),
        ("1,000.50", [7]),
        ("hello", [8]),
        ("assistant", []),  # who speaks is not what is said
        ("upper 77", [8]),
        ("window", [8]),  # not the address of an image
        ("nowhere", []),
    ],
)
def test_words_phrases_and_operators_find_records(
    tickets: Tickets, query: str, numbers: list[int]
) -> None:
    assert sorted(tickets.found(query=words(query))) == numbers


@pytest.mark.parametrize(
    ("query", "field", "numbers"),
    [
        ("parcel", "title", [0, 3]),
        ("parcel", "body", [0]),
        ("refund money", "title", []),
        ("parcel | money", "body", [0, 1]),
        ("parcel -monday", "title", [0, 3]),  # the word is in the other field
        ("hello", "talk", [8]),
        ("hello", "title", []),
        ("退货", "body", [4]),
        ("window", "picture", []),
        ("upper", "extra", [8]),
    ],
)
def test_a_query_may_be_for_one_field(
    tickets: Tickets, query: str, field: str, numbers: list[int]
) -> None:
    assert sorted(tickets.found(query=words(query, field))) == numbers


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        '"',
        '""',
        '"unclosed',
        "'",
        "(",
        ")",
        "((((" * 500,
        "())(()",
        "|",
        "| |",
        "-",
        "--",
        "+",
        "*",
        "**",
        "a:*",
        "a & b",
        "a <-> b",
        "!a",
        ":*",
        "NEAR(a b, 2)",
        "^a",
        "title:parcel",
        "{a}",
        "a AND",
        "OR",
        "\\",
        "%",
        "_",
        "; DROP TABLE records; --",
        "\0",
        "a\0b",
        "\t\n",
        "word " * 5000,
        "w" * 5000,
        "Ⅷ*",
        "²",
        "\u0301",
        "\ufeff",
        "👩‍👩‍👧",
        "ﷺ",
    ],
)
def test_no_query_that_somebody_types_is_an_error(tickets: Tickets, query: str) -> None:
    for_one_field = tickets.search(query=words(query, "title"))
    assert tickets.search(query=words(query))["total"] <= 10
    assert for_one_field["total"] <= 10


@pytest.mark.parametrize("query", ["", "!?", '""', "( | )", "-"])
def test_a_query_without_a_word_finds_nothing(tickets: Tickets, query: str) -> None:
    assert tickets.found(query=words(query)) == []


def test_a_field_that_does_not_exist_is_refused(tickets: Tickets) -> None:
    response = tickets.owner.http.post(
        f"/api/v1/datasets/{tickets.id}/records/search", json={"query": words("parcel", "colour")}
    )
    assert response.status_code == 422


# --- filters


@pytest.mark.parametrize(
    ("filter", "numbers"),
    [
        (terms("metadata", "mail", metadata_property="source"), [0, 1, 6]),
        (terms("metadata", "phone", metadata_property="source"), [1, 2]),
        (terms("metadata", "mail", "phone", metadata_property="source"), [0, 1, 2, 6]),
        (terms("metadata", "Ümlaut 'quoted'", metadata_property="source"), [3]),
        (terms("metadata", "letter", metadata_property="source"), []),
        (terms("metadata", "2", 10, metadata_property="round"), [2, 3, 5]),
        (terms("metadata", "0.5", metadata_property="price"), [0]),
        (between("metadata", ge=1, le=2, metadata_property="round"), [1, 2, 5]),
        (between("metadata", ge=3, metadata_property="round"), [3]),
        (between("metadata", le=0, metadata_property="round"), [0, 4]),
        (between("metadata", ge=0, le=1.25, metadata_property="price"), [0, 1, 3]),
        (between("metadata", le=-1.5, metadata_property="price"), [2]),
        (between("metadata", ge=1000, metadata_property="price"), []),
        (between("metadata", ge=0, metadata_property="source"), []),
        (terms("suggestion", "category_000", question="category", property="value"), [0, 3]),
        (terms("suggestion", "category_000", question="category"), [0, 3]),
        (terms("suggestion", *CATEGORIES, question="category"), [0, 1, 2, 3]),
        (terms("suggestion", "urgent", question="tags", property="value"), [0, 1]),
        (terms("suggestion", "billing", question="tags", property="value"), [0]),
        (terms("suggestion", "praise", question="tags", property="value"), []),
        (terms("suggestion", "10", question="stars", property="value"), [1]),
        (terms("suggestion", 1, 2, question="stars", property="value"), [0, 2]),
        (terms("suggestion", "a", question="rank", property="value"), []),
        (terms("suggestion", "place", question="spans", property="value"), []),
        (terms("suggestion", "category_000", question="comment", property="value"), [3]),
        (between("suggestion", ge=2, le=10, question="stars", property="value"), [1, 2]),
        (between("suggestion", ge=0, question="category", property="value"), []),
        (between("suggestion", ge=0, question="tags", property="value"), []),
        (between("suggestion", ge=0, question="spans", property="value"), []),
        (between("suggestion", ge=0, le=0.5, question="category", property="score"), [1, 3]),
        (between("suggestion", ge=0.9, question="category", property="score"), [0]),
        (between("suggestion", le=0.3, question="tags", property="score"), [0]),
        (between("suggestion", ge=0.5, le=0.7, question="tags", property="score"), [1]),
        (terms("suggestion", "head", question="category", property="agent"), [0, 3]),
        (terms("suggestion", "v1.2: big", question="category", property="agent"), [1]),
        (terms("suggestion", "human", question="category", property="type"), [2]),
        (terms("suggestion", "model", question="category", property="type"), [0, 1]),
        (terms("suggestion", "robot", question="category", property="type"), []),
        (terms("record", "completed", property="status"), [0]),
        (terms("record", "pending", property="status"), [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (terms("record", "pending", "completed", property="status"), EVERY),
        (terms("record", "lost", property="status"), []),
        (terms("record", "3", "7", "77", property="external_id"), [3, 7]),
        (between("record", ge="3", le="5", property="external_id"), [3, 4, 5]),
        (terms("record", "not an id", property="id"), []),
        (terms("response", "category_000", question="category"), [0, 1, 3]),
        (terms("response", "category_149", question="category"), [0]),
        (terms("response", "urgent", question="tags"), [0, 3]),
        (terms("response", "3", question="stars"), [0]),
        (between("response", ge=4, question="stars"), [0, 1]),
        (between("response", ge=1, le=3, question="stars"), [0]),
        (terms("response", "x", question="rank"), []),
        (terms("response", "submitted", property="status"), [0, 3]),
        (terms("response", "draft", property="status"), [1]),
        (terms("response", "discarded", property="status"), [2]),
        (terms("response", "draft", "discarded", property="status"), [1, 2]),
        (terms("response", "pending", property="status"), [4, 5, 6, 7, 8, 9]),
        (terms("response", "pending", "draft", property="status"), [1, 4, 5, 6, 7, 8, 9]),
    ],
    ids=str,
)
def test_a_filter_finds_records(
    tickets: Tickets, filter: dict[str, Any], numbers: list[int]
) -> None:
    assert sorted(tickets.found(filters=both(filter))) == numbers


def test_records_are_found_by_id(tickets: Tickets) -> None:
    wanted = terms("record", tickets.ids[4], tickets.ids[2], property="id")
    assert sorted(tickets.found(filters=both(wanted))) == [2, 4]


def test_records_are_found_by_when_they_came(tickets: Tickets) -> None:
    items = tickets.search()["items"]
    came = {int(item["record"]["external_id"]): item["record"]["inserted_at"] for item in items}
    day = came[0][:10]
    next_day = str(datetime.fromisoformat(day).date() + timedelta(days=2))

    def found(ge: Any = None, le: Any = None, property: str = "inserted_at") -> list[int]:
        filters = both(between("record", ge=ge, le=le, property=property))
        return sorted(tickets.found(filters=filters))

    assert found(ge=came[4]) == [4, 5, 6, 7, 8, 9]
    assert found(le=came[1]) == [0, 1]
    assert found(ge=came[2], le=came[3] + "Z") == [2, 3]
    assert found(ge=day, le=next_day) == EVERY  # a day alone means all of it
    assert found(ge=next_day) == []
    assert found(ge=day, le=next_day, property="updated_at") == EVERY
    assert sorted(
        tickets.found(filters=both(terms("record", came[4], property="inserted_at")))
    ) == [4]


@pytest.mark.parametrize(
    "filter",
    [
        between("record", ge="yesterday", property="inserted_at"),
        between("record", ge="not an id", property="id"),
        between("metadata", ge="many", metadata_property="round"),
        terms("metadata", "x", metadata_property="colour"),
        terms("suggestion", "x", question="colour"),
        terms("response", "x", question="colour"),
    ],
    ids=str,
)
def test_a_filter_that_means_nothing_is_refused(tickets: Tickets, filter: dict[str, Any]) -> None:
    response = tickets.owner.http.post(
        f"/api/v1/datasets/{tickets.id}/records/search", json={"filters": both(filter)}
    )
    assert response.status_code == 422


@pytest.mark.parametrize(
    ("query", "filters", "numbers"),
    [
        (
            None,
            both(
                terms("metadata", "mail", metadata_property="source"),
                between("metadata", ge=1, metadata_property="round"),
            ),
            [1],
        ),
        (
            words("parcel"),
            both(
                terms("suggestion", "category_000", question="category"),
                terms("record", "pending", property="status"),
            ),
            [3],
        ),
        (
            None,  # every one of several tags, as the UI asks for it
            both(
                terms("response", "urgent", question="tags"),
                terms("response", "billing", question="tags"),
            ),
            [3],
        ),
        (
            None,
            both(
                terms("suggestion", "urgent", question="tags"),
                terms("suggestion", "billing", question="tags"),
            ),
            [0],
        ),
        (
            words("refund"),
            both(
                terms("response", "submitted", property="status"),
                between("suggestion", ge=0.4, question="category", property="score"),
                terms("metadata", "Ümlaut 'quoted'", metadata_property="source"),
            ),
            [3],
        ),
        (words("parcel"), both(terms("metadata", "phone", metadata_property="source")), []),
    ],
    ids=str,
)
def test_all_of_several_conditions_must_hold(
    tickets: Tickets, query: Any, filters: Any, numbers: list[int]
) -> None:
    assert sorted(tickets.found(query=query, filters=filters)) == numbers


# --- views of a person


@pytest.mark.parametrize(
    ("person", "response", "record", "numbers"),
    [
        (0, "pending", "pending", [3, 4, 5, 6, 7, 8, 9]),
        (0, "submitted", None, [0]),
        (0, "draft", None, [1]),
        (0, "discarded", None, [2]),
        (1, "pending", "pending", [1, 2, 4, 5, 6, 7, 8, 9]),
        (1, "submitted", None, [0, 3]),
        (1, "draft", None, []),
        (1, "discarded", None, []),
        (2, "pending", "pending", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (2, "submitted", None, []),
    ],
)
def test_each_person_sees_their_own_answers(
    tickets: Tickets, person: int, response: str, record: str | None, numbers: list[int]
) -> None:
    filters = where(response, record)
    assert sorted(tickets.found(tickets.people[person], filters=filters)) == numbers


def test_a_person_filters_by_what_they_answered_themselves(tickets: Tickets) -> None:
    first, second = tickets.people[:2]
    stars = both(between("response", ge=1, le=4, question="stars"))
    category = both(terms("response", "category_000", question="category"))

    assert tickets.found(first, filters=stars) == []
    assert tickets.found(second, filters=stars) == [0]
    assert sorted(tickets.found(first, filters=category)) == [0, 1]
    assert tickets.found(second, filters=category) == [3]


def test_without_a_sort_each_person_has_an_order_of_their_own_that_stays(tickets: Tickets) -> None:
    orders = [tickets.found(person) for person in tickets.people]

    assert [sorted(order) for order in orders] == [EVERY] * 3
    assert orders[0] != orders[1] != orders[2] != orders[0]
    assert orders == [tickets.found(person) for person in tickets.people]
    pages = [
        tickets.search(tickets.people[0], limit=3, offset=offset)["items"]
        for offset in (0, 3, 6, 9, 12)
    ]
    assert [int(item["record"]["external_id"]) for page in pages for item in page] == orders[0]


def test_what_is_left_keeps_its_order_while_answers_drop_out(server_on_each: Embedded) -> None:
    tickets = make_tickets(server_on_each)
    person = tickets.people[0]
    queue = tickets.found(person, filters=where("pending", "pending"))
    for number in queue[:4]:
        answer(tickets, person, number, "submitted", category="category_001")

    assert tickets.found(person, filters=where("pending", "pending")) == queue[4:]


# --- sorting


@pytest.mark.parametrize(
    ("keys", "numbers"),
    [
        ([by("record", property="inserted_at")], EVERY),
        ([by("record", "desc", property="inserted_at")], EVERY[::-1]),
        ([by("record", "desc", property="external_id")], EVERY[::-1]),
        (
            [by("metadata", metadata_property="round"), by("record", property="external_id")],
            [4, 0, 1, 2, 5, 3, 6, 7, 8, 9],
        ),
        (
            [
                by("metadata", "desc", metadata_property="round"),
                by("record", "desc", property="external_id"),
            ],
            [3, 5, 2, 1, 0, 4, 9, 8, 7, 6],
        ),
        (
            [by("metadata", metadata_property="price"), by("record", property="external_id")],
            [2, 3, 0, 1, 6, 5, 4, 7, 8, 9],
        ),
        (  # of several terms the first by name, or the last when it goes down
            [by("metadata", metadata_property="source"), by("record", property="external_id")],
            [0, 1, 6, 2, 3, 4, 5, 7, 8, 9],
        ),
        (
            [
                by("metadata", "desc", metadata_property="source"),
                by("record", property="external_id"),
            ],
            [3, 1, 2, 0, 6, 4, 5, 7, 8, 9],
        ),
        (
            [
                by("suggestion", question="category", property="value"),
                by("record", property="external_id"),
            ],
            [0, 3, 2, 1, 4, 5, 6, 7, 8, 9],
        ),
        (  # 10 stars are more than 2
            [
                by("suggestion", "desc", question="stars", property="value"),
                by("record", property="external_id"),
            ],
            [1, 2, 0, 3, 4, 5, 6, 7, 8, 9],
        ),
        (
            [
                by("suggestion", "desc", question="category", property="score"),
                by("record", property="external_id"),
            ],
            [0, 3, 1, 2, 4, 5, 6, 7, 8, 9],
        ),
        (
            [
                by("suggestion", question="category", property="score"),
                by("record", property="external_id"),
            ],
            [1, 3, 0, 2, 4, 5, 6, 7, 8, 9],
        ),
        (
            [
                by("suggestion", question="tags", property="score"),
                by("record", property="external_id"),
            ],
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        ),
        (
            [
                by("suggestion", question="category", property="agent"),
                by("record", property="external_id"),
            ],
            [0, 3, 1, 2, 4, 5, 6, 7, 8, 9],
        ),
        (
            [by("response", "desc", question="stars"), by("record", property="external_id")],
            [1, 0, 2, 3, 4, 5, 6, 7, 8, 9],
        ),
        (
            [by("response", question="stars"), by("record", "desc", property="external_id")],
            [0, 1, 9, 8, 7, 6, 5, 4, 3, 2],
        ),
        (
            [by("response", property="status"), by("record", property="external_id")],
            [2, 1, 0, 3, 4, 5, 6, 7, 8, 9],
        ),
        ([by("record", property="status"), by("record", property="external_id")], EVERY),
    ],
    ids=str,
)
def test_records_are_sorted_and_those_without_a_value_come_last(
    tickets: Tickets, keys: list[dict[str, Any]], numbers: list[int]
) -> None:
    assert tickets.found(sort=keys) == numbers


def test_a_person_sorts_by_their_own_answers(tickets: Tickets) -> None:
    keys = [by("response", "desc", question="stars"), by("record", property="external_id")]

    assert tickets.found(tickets.people[0], sort=keys)[:2] == [1, 0]
    assert tickets.found(tickets.people[1], sort=keys)[:2] == [0, 1]


def test_a_sorted_search_is_filtered_and_cut_into_pages(tickets: Tickets) -> None:
    found = tickets.search(
        filters=both(terms("record", "pending", property="status")),
        sort=[by("record", "desc", property="external_id")],
        limit=4,
        offset=2,
    )

    assert [int(item["record"]["external_id"]) for item in found["items"]] == [7, 6, 5, 4]
    assert found["total"] == 9


# --- find similar


def similar(**vector: Any) -> dict[str, Any]:
    return {"vector": {"name": "mini", **vector}}


@pytest.mark.parametrize(
    ("vector", "numbers", "scores"),
    [
        ({"value": [1, 0, 0]}, [0, 5, 3, 4], {0: 1.0, 3: 0.8, 4: 0.0}),
        ({"value": [2.5, 0, 0]}, [0, 5, 3, 4], {0: 1.0, 3: 0.8, 4: 0.0}),  # length is nothing
        ({"value": [1, 0, 0], "order": "least_similar"}, [4, 3, 5, 0], {4: 1.0, 3: 0.2, 0: 0.0}),
    ],
)
def test_records_are_ordered_by_similarity_to_a_vector(
    tickets: Tickets, vector: dict[str, Any], numbers: list[int], scores: dict[int, float]
) -> None:
    result = tickets.search(query=similar(**vector))

    score = {int(item["record"]["external_id"]): item["query_score"] for item in result["items"]}
    assert sorted(score) == [0, 1, 2, 3, 4, 5]
    assert [number for number in score if number not in (1, 2)] == numbers
    assert {number: round(score[number], 5) for number in scores} == scores
    assert score[1] == score[2] == 0.5
    assert result["total"] == 6


def test_the_record_that_others_are_compared_with_is_not_among_them(tickets: Tickets) -> None:
    vector = {"record_id": tickets.ids[0]}

    assert tickets.found(query=similar(**vector))[:2] == [5, 3]
    least = tickets.found(query=similar(**vector, order="least_similar"))
    assert (least[0], least[-1], len(least)) == (4, 5, 5)


def test_similar_records_are_searched_and_filtered_as_others(tickets: Tickets) -> None:
    vector = similar(value=[1, 0, 0])
    first = tickets.people[0]

    assert tickets.found(query={**vector, **words("parcel")}) == [0, 3]
    assert tickets.found(first, query=vector, filters=where("pending", "pending")) == [5, 3, 4]
    assert tickets.found(first, query=vector, filters=where("draft")) == [1]
    assert tickets.found(query={**vector, **words("nowhere")}) == []


def test_pages_of_similar_records_follow_each_other(tickets: Tickets) -> None:
    vector = similar(value=[1, 0.1, 0.01])
    whole = tickets.found(query=vector)

    pages = [tickets.search(query=vector, limit=2, offset=offset)["items"] for offset in (0, 2, 4)]

    assert [int(item["record"]["external_id"]) for page in pages for item in page] == whole


@pytest.mark.parametrize(
    "vector",
    [{"value": [1, 0]}, {"value": [1, 0, 0], "name": "maxi"}, {"record_id": "the ninth"}],
)
def test_a_vector_that_cannot_be_compared_is_refused(
    tickets: Tickets, vector: dict[str, Any]
) -> None:
    if vector.get("record_id"):
        vector = {"record_id": tickets.ids[9]}
    response = tickets.owner.http.post(
        f"/api/v1/datasets/{tickets.id}/records/search",
        json={"query": similar(**vector)},
    )
    assert response.status_code == 422 or response.json()["detail"]["code"] == "missing_vector"


def test_similarity_follows_new_changed_and_deleted_vectors(server_on_each: Embedded) -> None:
    tickets = make_tickets(server_on_each)
    http = tickets.owner.http
    vector = similar(value=[1, 0, 0])
    assert tickets.found(query=vector)[:2] == [0, 5]

    changed = http.patch(f"/api/v1/records/{tickets.ids[1]}", json={"vectors": {"mini": [9, 0, 0]}})
    assert changed.is_success
    added = http.patch(f"/api/v1/records/{tickets.ids[9]}", json={"vectors": {"mini": [9, 3, 0]}})
    assert added.is_success
    assert http.delete(f"/api/v1/records/{tickets.ids[0]}").is_success

    assert tickets.found(query=vector)[:4] == [1, 5, 9, 3]


# --- what is counted


def test_progress_counts_records_and_answers(tickets: Tickets) -> None:
    progress = tickets.owner.http.get(f"/api/v1/datasets/{tickets.id}/progress").json()
    mine = tickets.people[0].http.get(f"/api/v1/me/datasets/{tickets.id}/metrics").json()
    everybody = tickets.owner.http.get(f"/api/v1/datasets/{tickets.id}/users/progress").json()

    assert [progress[key] for key in ("total", "completed", "pending")] == [10, 1, 9]
    assert mine["responses"] == {
        "total": 10,
        "submitted": 1,
        "draft": 1,
        "discarded": 1,
        "pending": 7,
    }
    assert len(everybody["users"]) == 2


def test_metadata_is_summed_up_by_terms_and_ranges(tickets: Tickets) -> None:
    metrics = {
        name: tickets.owner.http.get(f"/api/v1/metadata-properties/{id}/metrics").json()
        for name, id in tickets.properties.items()
    }

    assert metrics == {
        "source": {
            "type": "terms",
            "total": 6,
            "values": [
                {"term": "mail", "count": 3},
                {"term": "phone", "count": 2},
                {"term": "Ümlaut 'quoted'", "count": 1},
            ],
        },
        "round": {"type": "integer", "min": -5, "max": 10},
        "price": {"type": "float", "min": -3.0, "max": 100.0},
    }


def test_an_empty_data_set_answers_everything(server_on_each: Embedded) -> None:
    tickets = make_tickets(server_on_each)
    http = tickets.owner.http
    ids = ",".join(tickets.ids.values())
    assert http.delete(f"/api/v1/datasets/{tickets.id}/records", params={"ids": ids}).is_success

    assert tickets.found() == []
    assert tickets.found(query=words("parcel")) == []
    assert tickets.found(query=words("-parcel")) == []
    assert tickets.found(query=similar(value=[1, 0, 0])) == []
    assert tickets.found(sort=[by("metadata", metadata_property="round")]) == []
    assert tickets.found(tickets.people[0], filters=where("pending", "pending")) == []
    progress = http.get(f"/api/v1/datasets/{tickets.id}/progress").json()
    assert [progress[key] for key in ("total", "completed", "pending")] == [0, 0, 0]
    metrics = [
        http.get(f"/api/v1/metadata-properties/{id}/metrics").json()
        for id in tickets.properties.values()
    ]
    assert metrics == [
        {"type": "terms", "total": 0, "values": []},
        {"type": "integer", "min": None, "max": None},
        {"type": "float", "min": None, "max": None},
    ]


# --- what changes is found at once


def test_the_text_of_a_changed_or_deleted_record_is_found_anew_or_not_at_all(
    server_on_each: Embedded,
) -> None:
    tickets = make_tickets(server_on_each)
    http = tickets.owner.http
    changed = http.put(
        f"/api/v1/datasets/{tickets.id}/records/bulk",
        json={"items": [{"external_id": "0", "fields": {"title": "Bicycle"}}]},
    )
    assert changed.is_success
    assert http.delete(f"/api/v1/records/{tickets.ids[3]}").is_success

    assert tickets.found(query=words("parcel")) == []
    assert tickets.found(query=words("bicycle")) == [0]
    assert tickets.found(query=words("refund")) == [1, 6]


def test_answers_of_a_deleted_person_are_no_longer_found(server_on_each: Embedded) -> None:
    tickets = make_tickets(server_on_each)
    http = tickets.owner.http
    made = http.post(
        "/api/v1/users",
        json={
            "username": f"guest-{tickets.id[:8]}",
            "first_name": "Guest",
            "role": "owner",
            "password": "a long password",
        },
    ).json()
    guest = Person(
        type(http)(base_url=http.base_url, headers={"X-Argilla-Api-Key": made["api_key"]})
    )
    answer(tickets, guest, 5, "submitted", category="category_007")
    with_answer = both(terms("response", "category_007", question="category"))
    assert tickets.found(filters=with_answer) == [5]

    assert http.delete(f"/api/v1/users/{made['id']}").is_success

    assert tickets.found(filters=with_answer) == []
    assert 5 in tickets.found(filters=both(terms("response", "pending", property="status")))


def test_one_data_set_is_not_searched_for_another(
    tickets: Tickets, server_on_each: Embedded
) -> None:
    other = make_tickets(server_on_each)
    assert other.owner.http.delete(f"/api/v1/datasets/{other.id}").is_success

    assert sorted(tickets.found(query=words("parcel"))) == [0, 3]
    assert len(tickets.found(query=similar(value=[1, 0, 0]))) == 6
