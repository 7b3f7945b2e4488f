"""The routes of responses that are kept, or worked on in the background."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from tokenry.api.guarded import Paged, Query, listed
from tokenry.api.keyed import Keyed, KeyedCall, Leafed
from tokenry.api.pieces import EVENTS, Pieces
from tokenry.api.responses.answers import ItemList, Response, ResponseDeleted
from tokenry.api.responses.items import Item
from tokenry.api.responses.watching import recited, watched
from tokenry.api.rooms import BackgroundRun
from tokenry.base.errors import InvalidRequest
from tokenry.objects import StoredResponse


class ResponseAsked(Query, kw_only=True, frozen=True):
    """How a response is to be told."""

    stream: bool = False
    starting_after: int | None = None
    include: tuple[str, ...] = ()
    include_obfuscation: bool | None = None


class InputItemsAsked(Leafed, kw_only=True, frozen=True):
    """Which page of the items. The last come first unless `order` says otherwise."""

    include: tuple[str, ...] = ()


async def one(call: KeyedCall) -> dict[str, Any] | Pieces:
    """One response. As it is now. With `stream`, its events: of one that runs in the background those to come, too,
    from `starting_after` on; of one that has ended, each item whole."""
    asked: ResponseAsked = call.query
    run, found = await _found(call)
    if not asked.stream:
        return run.made if run is not None else _body(found)
    after = -1 if asked.starting_after is None else asked.starting_after
    events: AsyncIterator[bytes] = watched(run, after) if run is not None else recited(_body(found), after)
    return Pieces(events, EVENTS)


async def delete(call: KeyedCall) -> ResponseDeleted:
    """Delete a response. What goes on from it can no longer be gone on from; its receipt stays. One that runs is
    cancelled first."""
    run, _ = await _found(call)
    if run is not None:
        await run.stop()
    responses = call.rooms.objects.responses
    gone = await asyncio.to_thread(responses.delete, call.project_id, call.path["response_id"])
    return ResponseDeleted(id=gone.id)


async def cancel(call: KeyedCall) -> dict[str, Any]:
    """Cancel a response. One that runs in the background; what it brought until then is charged. One that has ended
    stays as it is."""
    run, found = await _found(call)
    if run is not None:
        return await run.stop()
    if not found.background:
        raise InvalidRequest("Cannot cancel a synchronous response.", param="response_id")
    return _body(found)


def input_items(call: KeyedCall) -> ItemList:
    """The items a response was asked with. Its own, without those of what it goes on from."""
    asked: InputItemsAsked = call.query
    found = call.rooms.objects.responses.get(call.project_id, call.path["response_id"])
    items: list[Item] = msgspec.json.decode(found.input)
    if asked.order == "desc":
        items.reverse()
    page = listed(items, Paged(after=asked.after, limit=asked.limit), lambda item: str(item["id"]), lambda item: item)
    return ItemList(page.data, page.first_id, page.last_id, page.has_more)


async def _found(call: KeyedCall) -> tuple[BackgroundRun | None, StoredResponse]:
    """The run of a response, if it runs, and what is kept of it. Raises NotFound."""
    response_id, background = call.path["response_id"], call.rooms.background
    stored = await asyncio.to_thread(call.rooms.objects.responses.get, call.project_id, response_id)
    # Asked after the row: a run ends when its row says what it became.
    run = None if background is None else background.run(call.project_id, response_id)
    if run is None and stored.state in ("queued", "in_progress"):
        stored = await asyncio.to_thread(call.rooms.objects.responses.get, call.project_id, response_id)
    return run, stored


def _body(found: StoredResponse) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.json.decode(found.body)
    return made


ROUTES: tuple[Keyed, ...] = (
    Keyed("GET", "/v1/responses/{response_id}", one, asks=ResponseAsked, shows=Response),
    Keyed("DELETE", "/v1/responses/{response_id}", delete),
    Keyed("POST", "/v1/responses/{response_id}/cancel", cancel, shows=Response),
    Keyed("GET", "/v1/responses/{response_id}/input_items", input_items, asks=InputItemsAsked),
)
