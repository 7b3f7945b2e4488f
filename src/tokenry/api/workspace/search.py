"""Search over one's own chats: `/v1/tokenry/search`. Never over temporary chats, never over somebody else's."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Query
from tokenry.api.workspace.person import whose
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest
from tokenry.workspace import Hit, search


class SearchChats(Query, kw_only=True, frozen=True):
    """What is looked for: words, the last of which may go on; "quotation marks" keep words side by side."""

    q: str
    after: str | None = None
    limit: Annotated[int, Meta(ge=1, le=50)] = 20


class PieceShape(msgspec.Struct, kw_only=True):
    """A part of a snippet; `hit` marks what was looked for. It is plain text, never HTML."""

    text: str
    hit: bool


class HitShape(msgspec.Struct, kw_only=True):
    """Where it was found: in a message, or (no `message_id`) in a chat's title. Times are seconds since the epoch."""

    chat_id: str
    title: str
    folder_id: str | None
    archived: bool
    message_id: str | None
    role: str | None
    at: int
    snippet: list[PieceShape]
    object: Literal["tokenry.search_hit"] = "tokenry.search_hit"


class SearchPage(msgspec.Struct, kw_only=True):
    """One page, the best first. `next` is what `after` of the next page takes, when `has_more`."""

    data: list[HitShape]
    has_more: bool
    next: str | None
    object: Literal["list"] = "list"


def find(call: Call) -> SearchPage:
    """Search your chats. All words must occur in one message or title; titles come first, then the best messages."""
    ask: SearchChats = call.query
    offset = _offset(ask.after)
    hits, more = search(call.rooms.desk.db, whose(call), ask.q, ask.limit, offset)
    return SearchPage(data=[_shape(hit) for hit in hits], has_more=more, next=str(offset + ask.limit) if more else None)


def _offset(after: str | None) -> int:
    if after is None:
        return 0
    if not after.isascii() or not after.isdigit() or len(after) > 6:
        raise InvalidRequest("`after` is what `next` of the page before said", param="after")
    return int(after)


def _shape(hit: Hit) -> HitShape:
    return HitShape(
        chat_id=hit.chat_id, title=hit.title, folder_id=hit.folder_id, archived=hit.archived,
        message_id=hit.message_id, role=hit.role, at=hit.at // NS_PER_S,
        snippet=[PieceShape(text=piece.text, hit=piece.hit) for piece in hit.snippet],
    )  # fmt: skip


ROUTES = (Guarded("GET", "/v1/tokenry/search", None, find, asks=SearchChats),)
