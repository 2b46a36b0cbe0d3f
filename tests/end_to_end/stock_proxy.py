"""Our server behind a proxy: seen as somebody else's, or through a network that has troubles."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Literal

import httpx

OURS = ("/api/v1/parity",)
HOP_BY_HOP = {"connection", "content-encoding", "content-length", "transfer-encoding"}


@dataclass
class Network:
    """What is wrong with the way to the server at this moment; None: nothing."""

    trouble: Literal["unavailable", "slow", "cut off", "garbled", "silent"] | None = None


SLOW_SECONDS = 2.0


def as_stock(url: str) -> AbstractContextManager[str]:
    """The address of a proxy for the server at `url` that answers what is ours with 404."""
    return behind_proxy(url, Network(), hidden=OURS)


@contextmanager
def behind_proxy(url: str, network: Network, hidden: tuple[str, ...] = ()) -> Iterator[str]:
    """The address of a proxy for the server at `url`, with the troubles of `network`.

    Paths that begin with one of `hidden` are answered with 404.
    """
    with httpx.Client(base_url=url, timeout=60) as upstream:

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size)
                if self.path.startswith(hidden or ("nothing",)):
                    self._answer(404, {}, b"{}")
                    return
                if network.trouble == "silent":
                    self.close_connection = True
                    return
                if network.trouble == "unavailable":
                    self._answer(503, {}, b"try again later")
                    return
                if network.trouble == "slow":
                    time.sleep(SLOW_SECONDS)
                headers = {name: value for name, value in self.headers.items() if name != "Host"}
                found = upstream.request(self.command, self.path, content=body, headers=headers)
                self._answer(found.status_code, found.headers, found.content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on  # noqa: N815

            def _answer(
                self, status: int, headers: httpx.Headers | dict[str, str], body: bytes
            ) -> None:
                half = body[: len(body) // 2]
                if network.trouble == "garbled":
                    body = half
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                is_cut_off = network.trouble == "cut off"
                self.wfile.write(half if is_cut_off else body)
                self.close_connection = self.close_connection or is_cut_off

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
