"""The first accounts: the database is made to match the credentials file, at every start.

The file is written first, so whenever a start is cut short, the next one finishes it.
"""

from argilla_server.contexts.accounts import hash_password
from argilla_server.database import AsyncSessionLocal, async_engine
from argilla_server.enums import UserRole
from argilla_server.models import User, Workspace, WorkspaceUser
from sqlalchemy.ext.asyncio import AsyncSession

from labeling.server.accounts.credentials import Account, Credentials


async def ensure_accounts(credentials: Credentials) -> None:
    """Create or repair the workspace and every account of `credentials`."""
    try:
        async with AsyncSessionLocal() as session:
            workspace = await Workspace.get_by(session, name=credentials.workspace)
            if workspace is None:
                workspace = await Workspace.create(session, name=credentials.workspace)
            await _ensure_account(session, credentials.owner, UserRole.owner, workspace)
            for annotator in credentials.annotators:
                await _ensure_account(session, annotator, UserRole.annotator, workspace)
    finally:
        # The connections of this event loop are of no use to the server's.
        await async_engine.dispose()


async def _ensure_account(
    session: AsyncSession, account: Account, role: UserRole, workspace: Workspace
) -> None:
    """One transaction an account: it is there with key, password and membership, or not at all."""
    user = await User.get_by(session, username=account.username)
    if user is None:
        user = User(first_name=account.username, username=account.username, role=role)
    # The key tells whether the account matches the file; checking a password costs half a second.
    if user.api_key != account.api_key:
        user.api_key = account.api_key
        user.password_hash = hash_password(account.password)
        await user.save(session, autocommit=False)
        await session.flush()
    await join(session, user, workspace)
    await session.commit()


async def join(session: AsyncSession, user: User, workspace: Workspace) -> None:
    """Make `user` a member of `workspace`, once; the caller commits."""
    if not await WorkspaceUser.count_by(session, workspace_id=workspace.id, user_id=user.id):
        session.add(WorkspaceUser(workspace_id=workspace.id, user_id=user.id))
