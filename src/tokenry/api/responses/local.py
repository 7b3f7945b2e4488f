"""What a connection remembers by itself: the newest response on it, so that the next turn can go on from one that was
not stored.

Source: OpenAI's guide to its WebSocket mode: the connection keeps the most recent response, in memory alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from tokenry.access import Principal
from tokenry.api.responses.fields import Context
from tokenry.api.responses.items import ITEMS_MAX, Item
from tokenry.api.responses.memory import Kept, Memory
from tokenry.api.responses.messages import FileData
from tokenry.base.limits import BODY_SIZE_MAX
from tokenry.objects import StoredResponse


class LocalMemory:
    """The house's memory, with one response beside it. For one connection, whose turns come one after the other."""

    def __init__(self, house: Memory) -> None:
        self._house = house
        self._before: list[Item] = []
        self._last: tuple[str, str, list[Item]] | None = None  # project, response, its whole transcript

    async def before(self, principal: Principal, body: Context) -> list[Item]:
        """See Memory."""
        last = self._last
        named = body.previous_response_id
        if last is not None and named is not None and last[:2] == (principal.project_id, named):
            self._before = last[2]
        else:
            self._before = await self._house.before(principal, body)
        return self._before

    async def item(self, principal: Principal, item_id: str) -> Item:
        """See Memory."""
        return await self._house.item(principal, item_id)

    async def files(self, principal: Principal, file_ids: Iterable[str]) -> dict[str, FileData]:
        """See Memory."""
        return await self._house.files(principal, file_ids)

    async def keep(self, kept: Kept) -> None:
        """See Memory."""
        self.remember(kept.principal, kept.made, kept.own)
        await self._house.keep(kept)

    async def find(self, principal: Principal, response_id: str) -> StoredResponse | None:
        """See Memory."""
        return await self._house.find(principal, response_id)

    def remember(self, principal: Principal, made: dict[str, Any], own: list[Item]) -> None:
        """Keep what the next turn may go on from."""
        whole = [*self._before, *own, *made["output"]]
        fits = len(whole) <= ITEMS_MAX and len(msgspec.json.encode(whole)) <= BODY_SIZE_MAX
        self._last = (principal.project_id, made["id"], whole) if fits else None

    def forget(self) -> None:
        """A turn that failed leaves nothing to go on from."""
        self._last = None
