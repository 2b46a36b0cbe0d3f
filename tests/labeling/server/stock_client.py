"""What people do with nothing but Argilla's own client; run by test_stock_client.py.

The environment names the server and a key; files go to the working directory.
"""

import argilla as rg

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)
TEXTS = [
    "Where is my order?",
    "I want my money back",
    "Cancel order 15, please",
    "Die Straße ist zu",
]
TOPICS = ["order", "refund", "order", "address"]

client = rg.Argilla()
assert client.me.role == "owner"

# -- Users and workspaces

support = rg.Workspace("support").create()
anna = rg.User("anna", first_name="Anna", role="annotator", password="a good password").create()
ben = rg.User("ben", first_name="Ben", role="admin", password="another password").create()
support.add_user(anna)
ben.add_to_workspace(support)
assert {user.username for user in support.users} == {"anna", "ben"}
assert client.users("anna").role == "annotator"
assert client.users("nobody") is None
support.remove_user(ben)
assert [user.username for user in support.users] == ["anna"]
assert "support" in [workspace.name for workspace in client.workspaces]

# -- A data set with every type of field, question, metadata and vector

settings = rg.Settings(
    guidelines="Read, then answer.",
    fields=[
        rg.TextField("text", title="Inquiry"),
        rg.ImageField("picture", required=False),
        rg.ChatField("talk", required=False),
        rg.CustomField("card", template="<b>{{record.fields.card.name}}</b>", required=False),
    ],
    questions=[
        rg.LabelQuestion(
            "topic", labels={"order": "Order", "refund": "Refund", "address": "Address"}
        ),
        rg.MultiLabelQuestion("tones", labels=["calm", "angry", "polite"], required=False),
        rg.RankingQuestion("needs", values=["speed", "price", "care"], required=False),
        rg.RatingQuestion("urgency", values=[1, 2, 3, 4, 5], required=False),
        rg.SpanQuestion("parts", field="text", labels=["thing", "wish"], required=False),
        rg.TextQuestion("reply", required=False),
    ],
    metadata=[
        rg.TermsMetadataProperty("channel", options=["mail", "phone"]),
        rg.IntegerMetadataProperty("length", min=0),
        rg.FloatMetadataProperty("priority"),
    ],
    vectors=[rg.VectorField("meaning", dimensions=3)],
    distribution=rg.TaskDistribution(min_submitted=1),
)
dataset = rg.Dataset("inquiries", workspace="support", settings=settings).create()
assert [field.name for field in dataset.fields] == ["text", "picture", "talk", "card"]
assert {question.name for question in dataset.questions} == {
    *("topic", "tones", "needs", "urgency", "parts", "reply"),
}

# -- Records are logged

answers = [
    rg.Response("topic", "order", user_id=anna.id, status="submitted"),
    rg.Response("urgency", 5, user_id=anna.id, status="submitted"),
]


def record(number: int) -> rg.Record:
    return rg.Record(
        id=f"inquiry-{number}",
        fields={
            "text": TEXTS[number],
            "picture": PIXEL,
            "talk": [{"role": "user", "content": TEXTS[number]}],
            "card": {"name": f"Customer {number}"},
        },
        metadata={
            "channel": "mail" if number % 2 == 0 else "phone",
            "length": 10 * number,
            "priority": number / 4,
        },
        vectors={"meaning": [1.0, float(number), 0.0]},
        suggestions=[
            rg.Suggestion("topic", TOPICS[number], score=0.2 * (number + 1), agent="head"),
            rg.Suggestion("tones", ["calm", "polite"], score=[0.9, 0.5], agent="head"),
            rg.Suggestion("needs", ["care", "speed", "price"]),
            rg.Suggestion("urgency", number + 1, score=0.5),
            rg.Suggestion("parts", [{"start": 0, "end": 5, "label": "wish"}]),
            rg.Suggestion("reply", "Dear customer"),
        ],
        responses=answers if number == 0 else [],
    )


dataset.records.log([record(number) for number in range(4)])

# -- Records are found


def found(query: rg.Query) -> list:
    return sorted(each.id for each in dataset.records(query))


def ids(*numbers: int) -> list:
    return [f"inquiry-{number}" for number in numbers]


assert found(rg.Query(query="order")) == ids(0, 2)
assert found(rg.Query(query="ORDER please")) == ids(2)
assert found(rg.Query(query="straße")) == ids(3)
assert found(rg.Query(query="nowhere")) == []
assert found(rg.Query(filter=("status", "==", "completed"))) == ids(0)
assert found(rg.Query(filter=("id", "in", ids(1, 3)))) == ids(1, 3)
assert found(rg.Query(filter=("metadata.channel", "==", "phone"))) == ids(1, 3)
assert found(rg.Query(filter=("metadata.length", ">=", 20))) == ids(2, 3)
assert found(rg.Query(filter=("metadata.priority", "<=", 0.25))) == ids(0, 1)
assert found(rg.Query(filter=("topic.suggestion", "in", ["order", "address"]))) == ids(0, 2, 3)
assert found(rg.Query(filter=("topic.score", ">=", 0.7))) == ids(3)
assert found(rg.Query(filter=("topic.agent", "==", "head"))) == ids(0, 1, 2, 3)
assert found(rg.Query(filter=("urgency.suggestion", "==", 2))) == ids(1)
assert found(rg.Query(filter=("topic.response", "==", "order"))) == ids(0)
assert found(rg.Query(filter=("response.status", "==", "submitted"))) == ids(0)
both = [("metadata.channel", "==", "mail"), ("topic.suggestion", "==", "order")]
assert found(rg.Query(query="order", filter=[*both, ("metadata.length", ">=", 5)])) == ids(2)

near = list(dataset.records(rg.Query(similar=rg.Similar("meaning", [1.0, 3.0, 0.0])), limit=2))
assert [each.id for each, _ in near] == ids(3, 2)
assert near[0][1] > near[1][1]
first = next(each for each in dataset.records() if each.id == "inquiry-0")
near_first = list(dataset.records(rg.Query(similar=rg.Similar("meaning", first)), limit=3))
assert [each.id for each, _ in near_first] == ids(1, 2, 3)
far = dataset.records(rg.Query(similar=rg.Similar("meaning", first, most_similar=False)), limit=3)
assert [each.id for each, _ in far] == ids(3, 2, 1)
phones = rg.Query(similar=rg.Similar("meaning", first), filter=("metadata.channel", "==", "phone"))
assert [each.id for each, _ in dataset.records(phones, limit=4)] == ids(1, 3)

# -- Everything comes back as it was given

everything = {"with_suggestions": True, "with_responses": True, "with_vectors": True}
kept = {each.id: each for each in dataset.records(**everything)}
assert sorted(kept) == ids(0, 1, 2, 3)
second = kept["inquiry-1"]
assert second.fields.to_dict() == record(1).fields.to_dict()
assert second.metadata.to_dict() == {"channel": "phone", "length": 10, "priority": 0.25}
assert second.vectors.to_dict() == {"meaning": [1.0, 1.0, 0.0]}
assert second.suggestions["topic"].value == "refund"
assert second.suggestions["topic"].score == 0.4
assert second.suggestions["tones"].value == ["calm", "polite"]
assert second.suggestions["needs"].value == ["care", "speed", "price"]
assert second.suggestions["urgency"].value == 2
assert second.suggestions["parts"].value == [{"start": 0, "end": 5, "label": "wish"}]
assert second.suggestions["reply"].value == "Dear customer"
assert [response.value for response in kept["inquiry-0"].responses["urgency"]] == [5]
assert [response.user_id for response in kept["inquiry-0"].responses["topic"]] == [anna.id]
assert dataset.progress(with_users_distribution=True) == {
    "total": 4,
    "completed": 1,
    "pending": 3,
    "users": {
        "anna": {
            "completed": {"submitted": 1, "draft": 0, "discarded": 0},
            "pending": {"submitted": 0, "draft": 0, "discarded": 0},
        }
    },
}

# -- Records and settings are changed

now = "Die Straße ist offen"
changed = {**record(3).fields.to_dict(), "text": now, "talk": [{"role": "user", "content": now}]}
suggested = [rg.Suggestion("topic", "refund", score=1.0, agent="other")]
dataset.records.log([rg.Record(id="inquiry-3", fields=changed, suggestions=suggested)])
assert found(rg.Query(query="offen")) == ids(3)
assert found(rg.Query(query="zu")) == []
assert found(rg.Query(filter=("topic.suggestion", "==", "refund"))) == ids(1, 3)
assert len(list(dataset.records())) == 4
dataset.settings.guidelines = "Read twice."
dataset.settings.distribution = rg.TaskDistribution(min_submitted=2)
dataset.settings.update()
again = client.datasets("inquiries", workspace="support")
assert again.guidelines == "Read twice."
assert again.distribution.min_submitted == 2

# -- Everything is taken along

table = dataset.records(**everything).to_datasets()
assert sorted(table["id"]) == ids(0, 1, 2, 3)
topics = table.features["topic.suggestion"].int2str(table["topic.suggestion"])
assert sorted(topics) == ["order", "order", "refund", "refund"]
dataset.records(**everything).to_json("taken.json")
dataset.to_disk(".")
copy = rg.Dataset.from_disk(".", name="copy", workspace="support")
assert sorted(each.id for each in copy.records()) == ids(0, 1, 2, 3)
copied = next(each for each in copy.records(**everything) if each.id == "inquiry-1")
parts = ("fields", "metadata", "suggestions", "status")  # the client leaves out the vectors
assert all(copied.to_dict()[part] == second.to_dict()[part] for part in parts)
copy.records.delete(list(copy.records()))
assert list(copy.records()) == []
copy.records.from_json("taken.json")
assert sorted(each.id for each in copy.records()) == ids(0, 1, 2, 3)
copy.records.delete(list(copy.records()))
copy.records.log(table)
assert sorted(each.id for each in copy.records()) == ids(0, 1, 2, 3)

# -- And everything is taken away

dataset.records.delete([each for each in dataset.records() if each.id in ids(0, 2)])
assert sorted(each.id for each in dataset.records()) == ids(1, 3)
assert found(rg.Query(query="order")) == []
copy.delete()
dataset.delete()
assert client.datasets("inquiries", workspace="support") is None
anna.delete()
ben.delete()
support.delete()
assert client.users("anna") is None
assert client.workspaces("support") is None
print("done")
