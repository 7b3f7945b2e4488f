"""What plans and credits owe, brought into the ledger while we serve: at the start, and every minute."""

from __future__ import annotations

import asyncio

from tokenry.api.admin import Rooms
from tokenry.api.pricing import issue_due, issue_noted
from tokenry.base.errors import TokenryError
from tokenry.base.logs import get_logger

EVERY_S = 60.0

log = get_logger("tokenry")


async def allot(rooms: Rooms) -> None:
    """Issue what a crash left undone and what has become due, until cancelled. What fails is tried again."""
    failing: str | None = None
    while True:
        try:
            noted = await issue_noted(rooms)
            issued = await issue_due(rooms)
            if noted or issued:
                log.info("credit issued", lots=noted + issued)
            failing = None
        except TokenryError as error:
            if failing != error.message:
                log.error("credit could not be issued; it is tried again", why=error.message)
            failing = error.message
        await asyncio.sleep(EVERY_S)
