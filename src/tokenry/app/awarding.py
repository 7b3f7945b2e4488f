"""What time does to award programmes while we serve, every minute: tranches fall due, reports, ends."""

from __future__ import annotations

import asyncio

from tokenry.api.admin import Rooms
from tokenry.base.logs import get_logger
from tokenry.programmes import Round, go_round

EVERY_S = 60.0

log = get_logger("tokenry")


async def attend_to_awards(rooms: Rooms) -> None:
    """Go round, again and again, until cancelled. What fails is tried again."""
    failing: str | None = None
    while True:
        try:
            done = await go_round(rooms)
            if done != Round():
                log.info("awards attended to", **{name: getattr(done, name) for name in Round.__slots__})
            failing = None
        except Exception as error:  # edge: task supervisor; a busy or full disk is tried again in a minute
            if failing != str(error):
                log.error("awards could not be attended to; it is tried again", why=str(error))
            failing = str(error)
        await asyncio.sleep(EVERY_S)
