"""Passwords that only their owner knows, and logins that end when the password changes.

Argilla's users have one column for this, `password_hash`. It holds a bcrypt hash; or, as long as
the person has not chosen a password, a marked hash of a one-time password, which opens nothing but
the page where one is chosen; or, for somebody who was removed, no hash at all.
"""

import hashlib
import secrets
from typing import Any

from argilla_server.contexts import accounts
from argilla_server.contexts.accounts import hash_password
from argilla_server.errors.future import UnprocessableEntityError
from argilla_server.models import User
from argilla_server.security.authentication.db import (
    APIKeyAuthenticationBackend,
    BearerTokenAuthenticationBackend,
)
from argilla_server.security.authentication.jwt import JWT
from argilla_server.security.authentication.provider import AuthenticationProvider
from argilla_server.security.authentication.userinfo import UserInfo
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.authentication import AuthCredentials
from starlette.exceptions import HTTPException
from starlette.requests import Request

from labeling.server.accounts.attempts import Attempts

SHORTEST, LONGEST = 8, 72  # bcrypt reads no more bytes
_ONE_TIME = "one-time:"
_REMOVED = "removed"
_verify_hash = accounts.verify_password  # Argilla's own, as the next one
_authenticate = accounts.authenticate_user
_attempts = Attempts()


def one_time(password: str) -> str:
    """What `password_hash` holds until the person has chosen another password."""
    return _ONE_TIME + hash_password(password)


def no_password() -> str:
    """What `password_hash` holds for somebody who was removed."""
    return _REMOVED


def is_one_time(user: User) -> bool:
    """Whether the person has yet to choose a password."""
    return bool(user.password_hash.startswith(_ONE_TIME))


def is_removed(user: User) -> bool:
    """Whether nobody can sign in as this user any more."""
    return bool(user.password_hash == _REMOVED)


def guard() -> None:
    """Make Argilla keep to the marks: at sign-in, and for every login that was handed out.

    Wrong passwords are slowed down.
    """
    accounts.authenticate_user = _sign_in
    accounts.verify_password = _verify
    accounts.generate_user_token = _token
    AuthenticationProvider.backends = [APIKeyAuthenticationBackend(), _SealedTokens()]


async def choose(session: AsyncSession, username: str, current: str, chosen: str) -> None:
    """Replace a password, one-time or not, by the one that its owner chose.

    Raises UnprocessableEntityError with a sentence for that person when this cannot be, and
    HTTPException (429) after too many wrong passwords.
    """
    _attempts.check(username)
    user = await User.get_by(session, username=username)
    password_hash = user.password_hash if user is not None else accounts._DUMMY_HASH
    matches = _verify(current, _without_mark(password_hash))  # costs the same for nobody
    _attempts.note(username, user is not None and matches)
    if user is None or not matches:
        raise UnprocessableEntityError("The name or the present password is wrong.")
    if chosen == current:
        raise UnprocessableEntityError("Choose a password other than the present one.")
    if len(chosen) < SHORTEST or len(chosen.encode()) > LONGEST:
        raise UnprocessableEntityError(f"Choose a password of {SHORTEST} to {LONGEST} characters.")
    await user.update(session, password_hash=hash_password(chosen))


async def _sign_in(session: AsyncSession, username: str, password: str) -> User | None:
    _attempts.check(username)
    user = await _authenticate(session, username, password)
    _attempts.note(username, user is not None)
    return user


def _verify(password: str, password_hash: str) -> bool:
    """Whether `password` signs in: none does for the removed, a one-time password only says why."""
    if password_hash.startswith(_ONE_TIME) and _verify(password, _without_mark(password_hash)):
        raise HTTPException(403, "Choose a password of your own first, at /choose-password")
    is_hash = password_hash.startswith("$2")
    return is_hash and bool(_verify_hash(password, password_hash))


def _without_mark(password_hash: str) -> str:
    return password_hash.removeprefix(_ONE_TIME)


def _token(user: User) -> str:
    """A login for the browser, as Argilla's own but for the seal."""
    return str(
        JWT.create(
            UserInfo(
                identity=str(user.id),
                name=user.first_name,
                username=user.username,
                role=user.role,
                seal=_seal(user),
            )
        )
    )


def _seal(user: User) -> str:
    """What changes with the password: a login carries it, and is void once it differs."""
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:32]


class _SealedTokens(BearerTokenAuthenticationBackend):
    """Argilla's browser logins, which end when their user is removed or the password changes."""

    async def authenticate(self, request: Request) -> Any:
        """Who holds the login; None when there is none or it is void."""
        credentials = await self.scheme(request)
        if not credentials:
            return None
        claims = JWT.decode(credentials.credentials)
        user = await accounts.get_user_by_username(request.state.db, claims.get("username"))
        if user is None or is_removed(user):
            return None
        if not secrets.compare_digest(str(claims.get("seal")), _seal(user)):
            return None
        return AuthCredentials(), UserInfo(
            username=user.username, name=user.first_name, role=user.role, identity=str(user.id)
        )
