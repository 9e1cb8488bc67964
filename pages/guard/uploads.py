"""The memory that uploads take: how much there is, and its return when a visitor has left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from streamlit.runtime import Runtime, get_instance
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from pages.guard.background import in_background

SWEEP_SECONDS = 10.0


def room_for(n_bytes: int, session: str, of_session: int, in_all: int) -> bool:
    """Return whether a session may upload so much more, by what it and everybody holds already."""
    files = cast("MemoryUploadedFileManager", get_instance().uploaded_file_mgr).file_storage
    held = {one: sum(len(file.data) for file in list(own.values())) for one, own in list(files.items())}
    return held.get(session, 0) + n_bytes <= of_session and sum(held.values()) + n_bytes <= in_all


def let_go_of_those_who_left(runtime: Runtime) -> None:
    """End the visits whose time to come back is over, and all that they held.

    Streamlit itself ends such a visit only when another visitor leaves.
    """
    sessions = cast("WebsocketSessionManager", runtime._session_mgr)
    storage = cast("MemorySessionStorage", sessions._session_storage)
    for _, left in storage._cache.expire():  # type: ignore[attr-defined]
        left.session.shutdown()
        left.session.session_state.clear()


@asynccontextmanager
async def sweeping() -> AsyncIterator[None]:
    """Let go of those who left, every few seconds while the block runs."""

    async def sweep() -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            let_go_of_those_who_left(get_instance())

    async with in_background(sweep(), "sweep"):
        yield
