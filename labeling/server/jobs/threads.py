"""Blocking work off the event loop, in threads that a stop of the server does not wait for."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

_THREADS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="blocking")


async def in_thread(do: Callable[..., Any], *arguments: Any) -> Any:
    """Call `do` in a thread, with the caller's context; its result, or what it raises."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_THREADS, copy_context().run, do, *arguments)
