"""The verbs about consent to training: hand over, withdrawn. They act in the first organization.

Only whoever works at the machine hands anything over: no key and no role does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from msgspec import Meta

from tokenry.api.admin.asked import Asked
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json, when
from tokenry.api.rooms import Rooms
from tokenry.workspace import hand_over, withdrawals


class HandOver(Asked, kw_only=True, frozen=True):
    """To whom, and after which page."""

    taker: str
    after: Annotated[int, Meta(ge=0)] = 0


class Withdrawals(Asked, kw_only=True, frozen=True):
    """Of which taker; None = of all."""

    taker: str | None = None


async def hand(rooms: Rooms, ask: HandOver) -> Json:
    """Some messages that people consented to; `next` is what `after` of the following page takes, null at the end."""

    def work() -> Json:
        page = hand_over(rooms.desk, by_hand(rooms), rooms.people.roster, ask.taker, ask.after)
        return {"messages": [one._asdict() for one in page.messages], "next": page.next}

    return await asyncio.to_thread(work)


async def withdrawn(rooms: Rooms, ask: Withdrawals) -> Json:
    """What is to be taken out again by whoever took it."""

    def work() -> Json:
        with rooms.desk.db.read() as connection:
            found = withdrawals(connection, by_hand(rooms).organization_id, ask.taker)
        return {
            "withdrawn": [
                {"consent_id": one.consent_id, "taker": one.taker, "withdrawn_at": when(one.withdrawn_at),
                 "document_ids": list(one.document_ids)}
                for one in found
            ]
        }  # fmt: skip

    return await asyncio.to_thread(work)


CONSENTS: dict[str, tuple[type[Asked], Callable[[Rooms, Any], Awaitable[Json]]]] = {
    "consent hand-over": (HandOver, hand),
    "consent withdrawn": (Withdrawals, withdrawn),
}
