"""The verb restore confirm: spending goes on in a restored installation."""

from __future__ import annotations

import asyncio

from tokenry.api.admin.models import Nothing
from tokenry.api.admin.shown import Json, when
from tokenry.api.rooms import Rooms
from tokenry.base.errors import Conflict
from tokenry.ledger import RestoreUnconfirmed
from tokenry.storage import forget_restore, read_restore


async def confirm(rooms: Rooms, ask: Nothing) -> Json:  # noqa: ARG001 - takes nothing
    """Let requests be charged again. Raises Conflict when nothing waits for it."""
    waiting = await asyncio.to_thread(read_restore, rooms.data_dir)
    if waiting is None:
        raise Conflict("nothing waits to be confirmed: this data folder was not restored, or it was confirmed already")
    await asyncio.to_thread(forget_restore, rooms.data_dir)
    rooms.ledger.reopen(RestoreUnconfirmed)
    return {
        "data_dir": str(rooms.data_dir),
        "restored_at": when(waiting.restored_at),
        "newest_at": when(waiting.newest_at) if waiting.newest_at else None,
    }
