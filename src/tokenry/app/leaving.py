"""What projects have left here, and answers kept for Idempotency-Keys, come to their end: once a minute what is over is
forgotten.
"""

from __future__ import annotations

import asyncio

from tokenry.access import Once
from tokenry.base.errors import TokenryError
from tokenry.base.logs import get_logger
from tokenry.objects import Objects

ROUND_EVERY_S = 60.0

log = get_logger("tokenry")


async def keep_tidy(objects: Objects, once: Once) -> None:
    """Until it is cancelled. What went wrong is in the log, and the next round tries again."""
    while True:
        await asyncio.sleep(ROUND_EVERY_S)
        try:
            await asyncio.to_thread(objects.sweep)
            await asyncio.to_thread(once.sweep)
        except (TokenryError, OSError) as error:
            log.error("what is over could not be forgotten", why=str(error))
