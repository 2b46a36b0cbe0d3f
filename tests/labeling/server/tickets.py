"""A small data set of every kind of field, question and metadata, made for exact expectations."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from people import Person, person

from labeling.embedded import Embedded

CATEGORIES = [f"category_{n:03}" for n in range(150)]
TAGS = ["billing", "urgent", "shipping", "praise"]

# number -> title, body; record 8 holds a chat, too, and record 3 an image
TEXTS = [
    ("Where is my parcel?", "The parcel 42 was due on Monday"),
    ("Refund", "I want my money back, don't delay"),
    ("ÜBERWEISUNG zurück", "Straße, naïve café"),
    ("100% refund of my parcel", "C++ and user@example.com"),
    ("我要退款", "退货 please"),
    ("O'Brien's \"quoted\" order", "AND OR NOT NEAR(x)"),
    ("parcels", "refund_policy foo-bar"),
    ("😀 great", "1,000.50 euros"),
    ("chat", None),
    ("nothing else", None),
]
CHAT = [
    {"role": "user", "content": "hello from the window"},
    {"role": "assistant", "content": "how may I help"},
]
METADATA: list[dict[str, Any] | None] = [
    {"source": "mail", "round": 0, "price": 0.5},
    {"source": ["mail", "phone"], "round": 1, "price": 1.25},
    {"source": "phone", "round": 2, "price": -3.0},
    {"source": "Ümlaut 'quoted'", "round": 10, "price": 1e-7},
    {"source": [], "round": -5},
    {"round": 2, "price": 100.0},
    {"source": "mail", "price": 2.0},
    {},
    None,
    None,
]
# number -> category and its score and agent, tags and their scores, stars
SUGGESTIONS: dict[int, dict[str, tuple[Any, Any, str | None, str | None]]] = {
    0: {
        "category": ("category_000", 0.9, "head", "model"),
        "tags": (["billing", "urgent"], [0.9, 0.2], "head", "model"),
        "stars": (1, 0.1, "head", "model"),
    },
    1: {
        "category": ("category_149", 0.25, "v1.2: big", "model"),
        "tags": (["urgent"], [0.6], "head", "model"),
        "stars": (10, 0.8, "head", "model"),
    },
    2: {"category": ("category_010", None, None, "human"), "stars": (2, 0.5, None, None)},
    3: {
        "category": ("category_000", 0.5, "head", None),
        "rank": ([{"value": "a", "rank": 1}, {"value": "b", "rank": 2}], None, None, None),
        "spans": ([{"start": 0, "end": 3, "label": "place"}], None, None, None),
        "comment": ("category_000", None, None, None),
    },
}
VECTORS = {
    0: [1.0, 0.0, 0.0],
    1: [0.0, 1.0, 0.0],
    2: [0.0, 0.0, 1.0],
    3: [3.0, 4.0, 0.0],
    4: [-1.0, 0.0, 0.0],
    5: [10.0, 1.0, 0.0],
}


@dataclass
class Tickets:
    """The data set on one server, and the people there."""

    id: str
    owner: Person
    people: list[Person]
    ids: dict[int, str]
    vector_id: str
    properties: dict[str, str]  # metadata name -> id

    def search(self, who: Person | None = None, limit: int = 100, **body: Any) -> dict[str, Any]:
        """The answer to a search; by the owner in all answers unless somebody is named."""
        path = f"/api/v1/{'me/' if who else ''}datasets/{self.id}/records/search"
        http = (who or self.owner).http
        offset = body.pop("offset", 0)
        response = http.post(path, params={"limit": limit, "offset": offset}, json=body)
        assert response.status_code == 200, response.text
        result: dict[str, Any] = response.json()
        return result

    def found(self, who: Person | None = None, **body: Any) -> list[int]:
        """The numbers of the records found, in order; as many as the total says."""
        result = self.search(who, **body)
        numbers = [int(item["record"]["external_id"]) for item in result["items"]]
        assert result["total"] == len(numbers)
        return numbers


def make_tickets(server: Embedded, min_submitted: int = 2) -> Tickets:
    """Make the data set with its ten records, and nobody's answers."""
    owner = person(server.url, server.credentials.owner)
    people = [person(server.url, account) for account in server.credentials.annotators]
    http = owner.http
    workspaces = _get(http, "/api/v1/me/workspaces")["items"]
    dataset_id = _post(
        http,
        "/api/v1/datasets",
        {
            "name": f"tickets-{uuid4().hex[:8]}",
            "workspace_id": workspaces[0]["id"],
            "distribution": {"strategy": "overlap", "min_submitted": min_submitted},
        },
    )["id"]
    at = f"/api/v1/datasets/{dataset_id}"
    for name, kind, required in (
        ("title", {"type": "text", "use_markdown": False}, True),
        ("body", {"type": "text", "use_markdown": False}, False),
        ("talk", {"type": "chat", "use_markdown": False}, False),
        ("picture", {"type": "image"}, False),
        ("extra", {"type": "custom", "template": "<b></b>", "advanced_mode": False}, False),
    ):
        _post(http, f"{at}/fields", _named(name, settings=kind, required=required))
    questions = {
        name: _post(http, f"{at}/questions", _named(name, settings=kind, required=required))["id"]
        for name, kind, required in (
            ("category", {"type": "label_selection", "options": _options(CATEGORIES)}, True),
            ("tags", {"type": "multi_label_selection", "options": _options(TAGS)}, False),
            ("stars", {"type": "rating", "options": [{"value": n} for n in range(1, 11)]}, False),
            ("rank", {"type": "ranking", "options": _options(["a", "b"])}, False),
            (
                "spans",
                {"type": "span", "field": "title", "options": _options(["place", "time"])},
                False,
            ),
            ("comment", {"type": "text", "use_markdown": False}, False),
        )
    }
    properties = {
        name: _post(
            http,
            f"{at}/metadata-properties",
            _named(name, settings={"type": kind}, visible_for_annotators=True),
        )["id"]
        for name, kind in (("source", "terms"), ("round", "integer"), ("price", "float"))
    }
    vector_id = _post(http, f"{at}/vectors-settings", _named("mini", dimensions=3))["id"]
    _put(http, f"{at}/publish")
    ids = {}
    for number in range(len(TEXTS)):  # one after another, so that each has a time of its own
        record = _record(number, questions)
        ids[number] = _post(http, f"{at}/records/bulk", {"items": [record]})["items"][0]["id"]
    return Tickets(dataset_id, owner, people, ids, vector_id, properties)


def _record(number: int, questions: dict[str, str]) -> dict[str, Any]:
    title, body = TEXTS[number]
    fields: dict[str, Any] = {"title": title}
    if body is not None:
        fields["body"] = body
    if number == 8:
        fields["talk"] = CHAT
        fields["extra"] = {"shelf": "upper", "weight": 77}
    if number == 3:
        fields["picture"] = "https://example.com/window.png"
    record: dict[str, Any] = {
        "fields": fields,
        "external_id": str(number),
        "suggestions": [
            {
                "question_id": questions[question],
                "value": value,
                "score": score,
                "agent": agent,
                "type": kind,
            }
            for question, (value, score, agent, kind) in SUGGESTIONS.get(number, {}).items()
        ],
        "vectors": {"mini": VECTORS[number]} if number in VECTORS else {},
    }
    if METADATA[number] is not None:
        record["metadata"] = METADATA[number]
    return record


def _named(name: str, **rest: Any) -> dict[str, Any]:
    return {"name": name, "title": name, **rest}


def _options(values: list[str]) -> list[dict[str, str]]:
    return [{"value": value, "text": value} for value in values]


def _get(http: httpx.Client, path: str) -> Any:
    return _answer(http.get(path))


def _post(http: httpx.Client, path: str, body: Any) -> Any:
    return _answer(http.post(path, json=body))


def _put(http: httpx.Client, path: str) -> Any:
    return _answer(http.put(path))


def _answer(response: httpx.Response) -> Any:
    assert response.is_success, f"{response.request.url}: {response.text}"
    return response.json()
