"""SQLite has one writer at a time; here those who wait for it take turns.

Left to themselves they look again and again whether the database is free, with longer and longer
pauses: under load some wait for seconds while others are served at once.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argilla_server.settings import settings

_writing = asyncio.Lock()


@asynccontextmanager
async def turn_to_write() -> AsyncIterator[None]:
    """Enter before the first write of a transaction, and leave after its end."""
    if settings.database_is_sqlite:
        async with _writing:
            yield
    else:
        yield
