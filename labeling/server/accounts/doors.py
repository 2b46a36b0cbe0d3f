"""What answers without a login: signing in, choosing a password, and a sign of health. No more."""

from argilla_server.database import AsyncSessionLocal
from argilla_server.security import auth
from fastapi import FastAPI, Security
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_parameterless_sub_dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from labeling.server.accounts import passwords
from labeling.server.routes import Session

# The sign-in page asks for the providers before there is a login.
OPEN = {
    "/token",
    "/password",
    "/oauth2/providers",
    "/oauth2/providers/{provider}/authentication",
    "/oauth2/providers/{provider}/access-token",
}


class Choice(BaseModel):
    """Somebody's present password, one-time or not, and the one they want from now on."""

    username: str
    password: str
    new_password: str


def close(app: FastAPI, api: FastAPI) -> None:
    """Ask for a login at every route of `api` but those that are OPEN; add what this server has.

    `app` serves the pages and, below /api/v1, `api`. The description of the API stays, for whoever
    is signed in; the pages that show it are gone, as they load their scripts from elsewhere.
    """
    mounts = [route for route in app.router.routes if isinstance(route, Mount)]
    app.router.routes = [Route("/health", _health), *mounts]
    api.router.routes = [route for route in api.router.routes if isinstance(route, APIRoute)]
    api.add_api_route("/openapi.json", lambda: api.openapi(), include_in_schema=False)
    api.add_api_route("/password", _choose_password, methods=["POST"], status_code=204)
    for route in api.router.routes:
        if isinstance(route, APIRoute) and route.path not in OPEN and not _locked(route.dependant):
            lock = get_parameterless_sub_dependant(
                depends=Security(auth.get_current_user), path=route.path_format
            )
            route.dependant.dependencies.insert(0, lock)


def _locked(dependant: Dependant) -> bool:
    return dependant.call == auth.get_current_user or any(
        _locked(dependency) for dependency in dependant.dependencies
    )


async def _health(_request: Request) -> PlainTextResponse:
    """200 when the database answers, 503 when it does not; nothing else is told."""
    try:
        async with AsyncSessionLocal() as session:
            await session.execute(text("SELECT 1 FROM alembic_version"))
    except Exception:  # whatever it is, the server is of no use now
        return PlainTextResponse("the database does not answer", 503)
    return PlainTextResponse("healthy")


async def _choose_password(choice: Choice, session: Session) -> None:
    await passwords.choose(session, choice.username, choice.password, choice.new_password)
