"""What projects have left here, people's chats, and answers kept for Idempotency-Keys come to their end: once a minute
what is over is forgotten.
"""

from __future__ import annotations

import asyncio

from tokenry.access import Desk
from tokenry.base.errors import TokenryError
from tokenry.base.logs import get_logger
from tokenry.objects import Objects
from tokenry.workspace import sweep as sweep_chats

ROUND_EVERY_S = 60.0

log = get_logger("tokenry")


async def keep_tidy(objects: Objects, desk: Desk) -> None:
    """Until it is cancelled. What went wrong is in the log, and the next round tries again."""
    while True:
        await asyncio.sleep(ROUND_EVERY_S)
        try:
            await asyncio.to_thread(objects.sweep)
            await asyncio.to_thread(sweep_chats, objects.ground)
            await asyncio.to_thread(desk.once.sweep)
        except (TokenryError, OSError) as error:
            log.error("what is over could not be forgotten", why=str(error))
