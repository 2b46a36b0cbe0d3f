"""The owner's requests about annotators: take people in, name them, renew a password, let one go.

Whoever is let go keeps their name and their answers; only the ways in are closed. (Argilla's own
deletion of a user deletes the answers as well.)
"""

from pathlib import Path
from typing import Any

from argilla_server.enums import ResponseStatus, UserRole
from argilla_server.errors import ForbiddenOperationError
from argilla_server.errors.future import NotFoundError, NotUniqueError, UnprocessableEntityError
from argilla_server.models import Response, User, Workspace, WorkspaceUser
from argilla_server.models.database import generate_user_api_key
from fastapi import APIRouter, Security
from pydantic import BaseModel
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from labeling.server.accounts import passwords
from labeling.server.accounts.credentials import WORKSPACE, forget_annotator, make_account
from labeling.server.accounts.initial import join
from labeling.server.routes import Session, SignedIn

LONGEST_NAME = 64
_IN_NAMES = "._@-"


class Newcomer(BaseModel):
    """Somebody who is to annotate."""

    username: str


def router(home: Path) -> APIRouter:
    """The routes below `/annotators`, for the owner only; `home` holds the credentials file."""
    routes = APIRouter(prefix="/annotators", dependencies=[Security(_owner)])

    @routes.get("")
    async def everybody(session: Session) -> dict[str, Any]:
        submitted = func.count(Response.id).filter(Response.status == ResponseStatus.submitted)
        rows = await session.execute(
            select(User, submitted)
            .outerjoin(Response)
            .where(User.role == UserRole.annotator)
            .group_by(User.id)
            .order_by(User.username)
        )
        return {
            "items": [
                {"username": user.username, "state": _state(user), "answers": answers}
                for user, answers in rows
            ]
        }

    @routes.post("", status_code=201)
    async def add(newcomer: Newcomer, session: Session) -> dict[str, str]:
        name = newcomer.username
        _check_name(name)
        same = await session.scalar(select(User).where(func.lower(User.username) == name.lower()))
        if same is not None:
            raise NotUniqueError(_taken(same))
        made = make_account(name)
        user = User(first_name=name, username=name, role=UserRole.annotator)
        user.password_hash = passwords.one_time(made.password)
        session.add(user)
        await session.flush()
        await _join(session, user)
        await session.commit()
        return {"username": name, "password": made.password}

    @routes.post("/{username}/reset")
    async def reset(username: str, session: Session) -> dict[str, str]:
        user = await _annotator(session, username)
        made = make_account(username)
        forget_annotator(home, username)  # first: the next start would bring back what is in there
        user.password_hash = passwords.one_time(made.password)
        user.api_key = generate_user_api_key()
        await _join(session, user)
        await session.commit()
        return {"username": username, "password": made.password}

    @routes.delete("/{username}")
    async def remove(username: str, session: Session) -> dict[str, str]:
        user = await _annotator(session, username)
        if passwords.is_removed(user):
            raise NotFoundError(f"{username} has been removed already")
        forget_annotator(home, username)
        user.password_hash = passwords.no_password()
        user.api_key = generate_user_api_key()  # nobody is told
        await session.execute(delete(WorkspaceUser).where(WorkspaceUser.user_id == user.id))
        await session.commit()
        return {"username": username}

    return routes


async def _owner(user: SignedIn) -> None:
    if not user.is_owner:
        raise ForbiddenOperationError()


async def _annotator(session: AsyncSession, username: str) -> User:
    user = await User.get_by(session, username=username)
    if user is None or user.role != UserRole.annotator:
        raise NotFoundError(f"there is no annotator {username!r}")
    return user


async def _join(session: AsyncSession, user: User) -> None:
    """Make `user` a member of the workspace of campaigns."""
    await join(session, user, await Workspace.get_by(session, name=WORKSPACE))


def _check_name(name: str) -> None:
    good = all(letter.isalnum() or letter in _IN_NAMES for letter in name)
    if not (good and name[:1].isalnum() and len(name) <= LONGEST_NAME):
        raise UnprocessableEntityError(
            f"{name!r} cannot be a name: letters, digits and {' '.join(_IN_NAMES)}, "
            f"beginning with a letter or digit, at most {LONGEST_NAME} of them"
        )


def _taken(user: User) -> str:
    if passwords.is_removed(user):
        return f"{user.username} has been here before; `reset` lets them back in"
    return f"there is {user.username} already"


def _state(user: User) -> str:
    if passwords.is_removed(user):
        return "removed"
    return "invited" if passwords.is_one_time(user) else "active"
