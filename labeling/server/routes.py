"""Routes of our own under /api/v1, and what they are given."""

from typing import Annotated

from argilla_server.api.routes import api_v1
from argilla_server.database import get_async_db
from argilla_server.models import User
from argilla_server.search_engine import SearchEngine, get_search_engine
from argilla_server.security import auth
from fastapi import APIRouter, Depends, Security
from sqlalchemy.ext.asyncio import AsyncSession

Session = Annotated[AsyncSession, Depends(get_async_db)]
Engine = Annotated[SearchEngine, Depends(get_search_engine)]
SignedIn = Annotated[User, Security(auth.get_current_user)]


def put_first(router: APIRouter) -> None:
    """Serve `router`; a route that Argilla has as well takes the place of Argilla's."""
    api_v1.router.routes[:0] = router.routes
