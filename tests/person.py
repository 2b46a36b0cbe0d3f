"""An annotator of Parity's own data set, at the HTTP API that the web UI uses."""

from typing import Any

import httpx

from labeling.annotators import PENDING
from labeling.embedded import Embedded
from labeling.workspace import Workspace


class Person:
    """One of the embedded server's annotators."""

    def __init__(self, server: Embedded, workspace: Workspace, number: int = 0) -> None:
        account = server.credentials.annotators[number]
        headers = {"X-Argilla-Api-Key": account.api_key}
        self.http = httpx.Client(base_url=f"{server.url}/api/v1/", headers=headers, timeout=60)
        self.dataset = workspace.dataset

    def queue(self) -> dict[str, dict[str, Any]]:
        """Records by inquiry, in the order in which they are shown."""
        path = f"me/datasets/{self.dataset}/records/search"
        params: dict[str, str | int] = {"limit": 100, "include": "suggestions"}
        items = self.http.post(path, params=params, json=PENDING).json()["items"]
        return {item["record"]["external_id"]: item["record"] for item in items}

    def answer(
        self, record: dict[str, Any], category: str = "refund", status: str = "submitted"
    ) -> int:
        """The status code of answering `record`."""
        body = {"values": {"category": {"value": category}}, "status": status}
        return self.http.post(f"records/{record['id']}/responses", json=body).status_code
