"""A real HTTP server that takes webhooks' events, as somebody's own program would."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Delivery:
    """One request: its headers in lower case, and its body as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return str(json.loads(self.body)["type"])

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.body)["data"]
        return data


@dataclass
class Receiver:
    """What came so far; `status` and `seconds` say how, and after how long, it answers."""

    url: str = ""
    status: int = 200
    seconds: float = 0.0
    deliveries: list[Delivery] = field(default_factory=list)

    def types(self) -> list[str]:
        """Of what kind each event was, in the order in which they came."""
        return [each.type for each in list(self.deliveries)]

    def ids(self, event_type: str) -> list[str]:
        """Of what the events of this type tell, in the order in which they came."""
        return [each.data["id"] for each in list(self.deliveries) if each.type == event_type]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Listen on a free port of this machine."""
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            time.sleep(state.seconds)
            state.deliveries.append(
                Delivery({name.lower(): value for name, value in self.headers.items()}, body)
            )
            self.send_response(state.status)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_address[1]}/"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
