"""The web UI's pages: they ask nothing from any other host, and hold a script and style of ours."""

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OUTSIDE_STYLESHEET = re.compile(r"@import url\(https?://[^)]*\);?")

_OWN = Path(__file__).with_name("ui")
_OWN_TAGS = (
    '<link href="/parity.css" rel="stylesheet"><script src="/settings.js"></script>'
    '<script src="/parity.js" defer></script><script src="/one-time.js" defer></script></head>'
)

# What the stripping below might miss (another version, a record's content), browsers refuse.
_CONTENT_SECURITY_POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "object-src 'none'; frame-ancestors 'self'"
)
_HEADERS = [
    (b"content-security-policy", _CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]


def load_app(folder: Path) -> Any:
    """Import Argilla's application, with the copy of the pages that it makes kept in `folder`.

    Must come before anything else of `argilla_server` is imported, as any import makes that copy.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    tempfile.tempdir = str(folder)  # otherwise each start leaves 14 MB behind
    from argilla_server._app import app

    tempfile.tempdir = None
    for stylesheet in folder.rglob("*.css"):
        content = stylesheet.read_text(encoding="utf-8")
        stylesheet.write_text(_OUTSIDE_STYLESHEET.sub("", content), encoding="utf-8")
    _add_own_script_and_style(folder)
    # The interactive API documentation is a page that loads its scripts from elsewhere.
    from argilla_server.api.routes import api_v1

    api_v1.router.routes = [
        route
        for route in api_v1.router.routes
        if getattr(route, "path", None) not in (api_v1.docs_url, api_v1.redoc_url)
    ]
    return OnlyFromHere(app)


def _add_own_script_and_style(folder: Path) -> None:
    """Have every page of Argilla's load ours, and serve `ui/` beside them."""
    for page in folder.rglob("*.html"):
        content = page.read_text(encoding="utf-8")
        page.write_text(content.replace("</head>", _OWN_TAGS, 1), encoding="utf-8")
    [root] = (page.parent for page in folder.rglob("200.html"))
    shutil.copytree(_OWN, root, dirs_exist_ok=True)


class OnlyFromHere:
    """Tells browsers to load nothing from another host, and not to be framed by one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        await self.app(scope, receive, send_with_policy)
