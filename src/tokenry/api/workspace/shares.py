"""Chats shown to one's organization: `/v1/tokenry/chats/{chat_id}/shares`, `/v1/tokenry/shares`, and what others see,
`/v1/tokenry/shared/{share_id}`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Page, Paged, Query, Taken, listed
from tokenry.api.organization.lists import Deleted
from tokenry.api.workspace.person import name_of, whose
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import NotFound
from tokenry.workspace import Share, Shown, find_share, list_shares, share_chat, shown_messages, withdraw_share


class ShareShape(msgspec.Struct, kw_only=True):
    """What one shows. The link is `/shared/` and its id, for members of the organization who signed in."""

    id: str
    chat_id: str
    message_id: str
    title: str
    created_at: int
    object: Literal["tokenry.share"] = "tokenry.share"


class ShareChat(Taken, kw_only=True, frozen=True):
    """Where what is shown ends; null = where the chat does that one sees."""

    message_id: str | None = None


class CitedShape(msgspec.Struct, kw_only=True):
    """A passage that an answer cites."""

    number: int
    file_name: str
    page: int | None
    time_ms: int | None
    text: str


class ShownMessage(msgspec.Struct, kw_only=True):
    """A message, as others see it. `files` says how many were attached; they stay with the author."""

    id: str
    role: Literal["user", "assistant"]
    text: str
    model: str | None
    files: int
    sources: list[CitedShape]
    created_at: int


class SharedChat(msgspec.Struct, kw_only=True):
    """A chat that a member shows: a page of it, oldest first. `next` is what `after` of the next page takes."""

    id: str
    title: str
    by: str
    mine: bool
    shared_at: int
    messages: list[ShownMessage]
    has_more: bool
    next: str | None
    object: Literal["tokenry.shared_chat"] = "tokenry.shared_chat"


class ReadShared(Query, kw_only=True, frozen=True):
    """Which page."""

    after: str | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


def create(call: Call) -> ShareShape:
    """Share a chat. The branch up to a message, read-only, with your organization; noted in the audit log."""
    ask: ShareChat = call.body
    return _shape(share_chat(call.rooms.desk, call.actor, whose(call), call.path["chat_id"], ask.message_id))


def listing(call: Call) -> Page[ShareShape]:
    """List what you share. The newest first."""
    person = whose(call)
    with call.rooms.desk.db.read() as connection:
        found = list_shares(connection, person)
    return listed(found, call.query, lambda one: one.id, _shape)


def withdraw(call: Call) -> Deleted:
    """Withdraw a share. The link opens nothing from now on; noted in the audit log."""
    withdraw_share(call.rooms.desk, call.actor, whose(call), call.path["share_id"])
    return Deleted(id=call.path["share_id"], object="tokenry.share.deleted")


def read(call: Call) -> SharedChat:
    """Read a chat that a member shares. As it was when it was shared: both sides' words, and cited passages."""
    person, ask = whose(call), call.query
    with call.rooms.desk.db.read() as connection:
        share = find_share(connection, call.organization_id, call.path["share_id"])
        author = call.rooms.people.roster.members.get((call.organization_id, share.user_id))
        if author is None or author.user.disabled_at is not None:  # nobody is there who could withdraw it
            raise NotFound(f"There is no share {share.id!r}.", param="share_id")
        found, more = shown_messages(connection, share, ask.after, ask.limit)
    return SharedChat(
        id=share.id, title=share.title, by=name_of(call, share.user_id) or "", mine=share.user_id == person.user_id,
        shared_at=share.created_at // NS_PER_S, messages=[_message(one) for one in found], has_more=more,
        next=found[-1].id if more and found else None,
    )  # fmt: skip


def _shape(share: Share) -> ShareShape:
    return ShareShape(
        id=share.id, chat_id=share.chat_id, message_id=share.message_id, title=share.title,
        created_at=share.created_at // NS_PER_S,
    )  # fmt: skip


def _message(shown: Shown) -> ShownMessage:
    return ShownMessage(
        id=shown.id, role="assistant" if shown.role == "assistant" else "user", text=shown.text, model=shown.model,
        files=shown.files, sources=[_cited(dict(one)) for one in shown.sources],
        created_at=shown.created_at // NS_PER_S,
    )  # fmt: skip


def _cited(source: dict[str, Any]) -> CitedShape:
    return CitedShape(
        number=source["number"], file_name=source.get("file_name", ""), page=source.get("page"),
        time_ms=source.get("time_ms"), text=source.get("text", ""),
    )  # fmt: skip


_SHARES = "/v1/tokenry/shares"
ROUTES = (
    Guarded(
        "POST",
        "/v1/tokenry/chats/{chat_id}/shares",
        None,
        create,
        takes=ShareChat,
        example={"message_id": None},
        private=True,
    ),
    Guarded("GET", _SHARES, None, listing, asks=Paged),
    Guarded("DELETE", f"{_SHARES}/{{share_id}}", None, withdraw),
    Guarded("GET", "/v1/tokenry/shared/{share_id}", None, read, asks=ReadShared),
)
