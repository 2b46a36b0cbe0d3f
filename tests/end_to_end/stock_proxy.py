"""Our server seen as somebody else's: behind a proxy that knows Argilla's own API only."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

OURS = ("/api/v1/parity",)
HOP_BY_HOP = {"connection", "content-encoding", "content-length", "transfer-encoding"}


@contextmanager
def as_stock(url: str) -> Iterator[str]:
    """The address of a proxy for the server at `url` that answers what is ours with 404."""
    with httpx.Client(base_url=url, timeout=60) as upstream:

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size)
                if self.path.startswith(OURS):
                    self._answer(404, {}, b"{}")
                    return
                headers = {name: value for name, value in self.headers.items() if name != "Host"}
                found = upstream.request(self.command, self.path, content=body, headers=headers)
                self._answer(found.status_code, found.headers, found.content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on  # noqa: N815

            def _answer(
                self, status: int, headers: httpx.Headers | dict[str, str], body: bytes
            ) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

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
