"""A workspace with one of everything, for tests of who may reach what."""

from typing import Any
from uuid import uuid4

import argilla as rg
import httpx
from people import CATEGORIES

ANSWER = {"values": {"category": {"value": CATEGORIES[1]}}, "status": "submitted"}
WEBHOOK = {"events": ["response.created"], "description": "x"}


class Place:
    """A workspace with one of everything, all of it the owner's; `ids` by the names in paths."""

    def __init__(self, owner: rg.Argilla, http: httpx.Client, workspace: str) -> None:
        self.http = http
        dataset = rg.Dataset(
            name=f"roles-{uuid4().hex[:8]}",
            workspace=workspace,
            client=owner,
            settings=rg.Settings(
                fields=[rg.TextField("text")],
                questions=[rg.LabelQuestion("category", labels=CATEGORIES)],
                metadata=[rg.TermsMetadataProperty("channel")],
                vectors=[rg.VectorField("meaning", dimensions=2)],
            ),
        ).create()
        dataset.records.log(
            [
                rg.Record(
                    id="secret",
                    fields={"text": "the secret inquiry"},
                    metadata={"channel": "mail"},
                    vectors={"meaning": [1.0, 0.0]},
                    suggestions=[rg.Suggestion("category", CATEGORIES[0])],
                )
            ]
        )
        path = f"/datasets/{dataset.id}"
        [record] = self.get(f"{path}/records?include=suggestions")["items"]
        answer = self.post(f"/records/{record['id']}/responses", ANSWER)
        somebody = self.post(
            "/users",
            {"first_name": "x", "username": f"x-{uuid4().hex[:8]}", "password": "long enough"},
        )
        hook = self.post("/webhooks", {**WEBHOOK, "url": "http://127.0.0.1:9/"})
        self.http.patch(f"/webhooks/{hook['id']}", json={"enabled": False}).raise_for_status()
        self.ids = {
            "dataset_id": str(dataset.id),
            "record_id": record["id"],
            "suggestion_id": record["suggestions"][0]["id"],
            "response_id": answer["id"],
            "field_id": self.get(f"{path}/fields")["items"][0]["id"],
            "question_id": self.get(f"{path}/questions")["items"][0]["id"],
            "metadata_property_id": self.get(f"/me{path}/metadata-properties")["items"][0]["id"],
            "vector_settings_id": self.get(f"{path}/vectors-settings")["items"][0]["id"],
            "workspace_id": str(dataset.workspace.id),
            "user_id": somebody["id"],
            "username": somebody["username"],
            "webhook_id": hook["id"],
            "job_id": "none",
            "provider": "huggingface",
        }

    def close(self) -> None:
        for path in ("webhooks/{webhook_id}", "datasets/{dataset_id}", "users/{user_id}"):
            self.http.delete("/" + path.format(**self.ids))

    def get(self, path: str) -> Any:
        return self.http.get(path).raise_for_status().json()

    def post(self, path: str, body: Any) -> Any:
        return self.http.post(path, json=body).raise_for_status().json()

    def everything(self) -> list[Any]:
        """All that the place holds, for its owner."""
        paths = [
            "/datasets/{dataset_id}",
            "/datasets/{dataset_id}/records?include=responses&include=suggestions&include=vectors",
            "/datasets/{dataset_id}/fields",
            "/datasets/{dataset_id}/questions",
            "/datasets/{dataset_id}/vectors-settings",
            "/datasets/{dataset_id}/answers",
            "/me/datasets/{dataset_id}/metadata-properties",
            "/workspaces/{workspace_id}/users",
            "/users/{user_id}",
            "/webhooks",
        ]
        found = [self.get(path.format(**self.ids)) for path in paths]
        found[5].pop("until")
        return found
