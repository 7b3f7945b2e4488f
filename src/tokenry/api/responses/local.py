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

REMEMBERED_SIZE_MAX = 512 * 1024 * 1024  # bytes of what all connections remember
_items = msgspec.json.Decoder(list[dict[str, Any]])


class Shelf:
    """The room that all connections have together: a warm-up costs nothing, and there may be thousands of them."""

    def __init__(self, size: int = REMEMBERED_SIZE_MAX) -> None:
        self.free = size


class LocalMemory:
    """The house's memory, with one response beside it. For one connection, whose turns come one after the other.

    What lies here lies as JSON, which takes a tenth of what its items would. Whoever is done with it says `forget`.
    """

    def __init__(self, house: Memory, shelf: Shelf) -> None:
        self._house = house
        self._shelf = shelf
        self._before: list[Item] = []
        self._last: tuple[str, str, bytes] | None = None  # project, response, its whole transcript

    async def before(self, principal: Principal, body: Context) -> list[Item]:
        """See Memory."""
        last = self._last
        named = body.previous_response_id
        if last is not None and named is not None and last[:2] == (principal.project_id, named):
            self._before = _items.decode(last[2])
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
        """Keep what the next turn may go on from, if there is room; else its client is told that there is none, and
        sends all of it."""
        whole = [*self._before, *own, *made["output"]]
        self.forget()
        encoded = msgspec.json.encode(whole)
        if len(whole) <= ITEMS_MAX and len(encoded) <= min(BODY_SIZE_MAX, self._shelf.free):
            self._shelf.free -= len(encoded)
            self._last = (principal.project_id, made["id"], encoded)

    def forget(self) -> None:
        """A turn that failed leaves nothing to go on from, and neither does a connection's end."""
        self._before = []
        if self._last is not None:
            self._shelf.free += len(self._last[2])
            self._last = None
