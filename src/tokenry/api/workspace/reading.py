"""Reading somebody else's chats, by leave: `/v1/tokenry/content_grants`; and what the member sees of it,
`/v1/tokenry/me/content_accesses`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.workspace.person import name_of, whose
from tokenry.base.clock import NS_PER_S
from tokenry.workspace import Access, Grant, Leave, end_leave, give_leave, list_accesses, list_grants, read_chats

ACCESSES_SHOWN = 500  # the newest


class GrantShape(msgspec.Struct, kw_only=True):
    """Leave to read one member's chats: `reader` those of `user`. `stands`: whether it opens anything now.

    Times are seconds since the epoch.
    """

    id: str
    user_id: str
    user: str | None
    reader_id: str
    reader: str | None
    granted_by: str
    granted_by_name: str | None
    reason: str
    granted_at: int
    expires_at: int
    withdrawn_at: int | None
    stands: bool
    object: Literal["tokenry.content_grant"] = "tokenry.content_grant"


class GiveLeave(Taken, kw_only=True, frozen=True):
    """Who (`reader_id`) may read whose (`user_id`) chats, why, and for how many days. The member reads the reason."""

    user_id: str
    reader_id: str
    reason: str
    days: Annotated[int, Meta(ge=1, le=30)] = 7


class AccessShape(msgspec.Struct, kw_only=True):
    """One reading of one's chats. `chat_id` null = the list of chats, with their titles."""

    id: str
    reader_id: str
    reader: str | None
    chat_id: str | None
    reason: str
    at: int


class MyAccesses(msgspec.Struct, kw_only=True):
    """Who was given leave to read one's chats, and when they did; the newest first.

    `may_read`: leave that one has oneself now, to read somebody else's.
    """

    grants: list[GrantShape]
    accesses: list[AccessShape]
    may_read: list[GrantShape]
    object: Literal["tokenry.content_accesses"] = "tokenry.content_accesses"


class ReadChat(msgspec.Struct, kw_only=True):
    """A chat of the member's."""

    id: str
    title: str
    project_id: str
    created_at: int
    updated_at: int


class ReadChats(msgspec.Struct, kw_only=True):
    """The member's chats, the newest used first; temporary ones are not among them."""

    data: list[ReadChat]
    object: Literal["list"] = "list"


class ReadMessage(msgspec.Struct, kw_only=True):
    """A message of a chat, on whichever branch. `files` says how many were attached."""

    id: str
    parent_id: str | None
    role: str
    text: str
    model: str | None
    files: int
    created_at: int


class ReadMessages(msgspec.Struct, kw_only=True):
    """All messages of a chat, oldest first."""

    data: list[ReadMessage]
    object: Literal["list"] = "list"


def listing(call: Call) -> Page[GrantShape]:
    """List leave to read chats. All that was ever given in the organization, the newest first."""
    with call.rooms.desk.db.read() as connection:
        found = list_grants(connection, call.organization_id)
    return listed(found, call.query, lambda one: one.id, lambda one: shape(call, one))


def give(call: Call) -> GrantShape:
    """Give leave to read a member's chats. No role may without it; the member sees it at once, and each reading."""
    ask: GiveLeave = call.body
    rooms = call.rooms
    leave = Leave(user_id=ask.user_id, reader_id=ask.reader_id, reason=ask.reason, days=ask.days)
    return shape(call, give_leave(rooms.desk, rooms.notices, call.actor, rooms.people.roster, leave))


def end(call: Call) -> GrantShape:
    """Withdraw leave to read a member's chats. It opens nothing from now on."""
    return shape(call, end_leave(call.rooms.desk, call.actor, call.path["grant_id"]))


def chats(call: Call) -> ReadChats:
    """List the chats that leave was given for. Told to the member, and noted in the audit log."""
    found = [
        ReadChat(
            id=row.id, title=row.title, project_id=row.project_id, created_at=row.created_at // NS_PER_S,
            updated_at=row.updated_at // NS_PER_S,
        )
        for row in read_chats(call.rooms.desk, call.actor, call.path["grant_id"], None)
    ]  # fmt: skip
    return ReadChats(data=found)


def chat(call: Call) -> ReadMessages:
    """Read a chat that leave was given for. Told to the member, and noted in the audit log."""
    found = [
        ReadMessage(
            id=row.id, parent_id=row.parent_id, role=row.role, text=row.text, model=row.model,
            files=len(row.files or ()), created_at=row.created_at // NS_PER_S,
        )
        for row in read_chats(call.rooms.desk, call.actor, call.path["grant_id"], call.path["chat_id"])
    ]  # fmt: skip
    return ReadMessages(data=found)


def mine(call: Call) -> MyAccesses:
    """Who read your chats. Everybody who was given leave to, with the reason, and each time that they did; and leave
    that you have yourself."""
    person, now_ns = whose(call), call.rooms.clock.now_ns()
    with call.rooms.desk.db.read() as connection:
        every = list_grants(connection, call.organization_id)
        accesses = list_accesses(connection, person, ACCESSES_SHOWN)
    about_me = [one for one in every if one.user_id == person.user_id]
    mine_to_read = [one for one in every if one.reader_id == person.user_id and one.stands(now_ns)]
    return MyAccesses(
        grants=[shape(call, one) for one in about_me],
        accesses=[_access(call, one) for one in accesses],
        may_read=[shape(call, one) for one in mine_to_read],
    )


def shape(call: Call, grant: Grant) -> GrantShape:
    """Leave as it is shown."""
    withdrawn_at = grant.withdrawn_at
    return GrantShape(
        id=grant.id, user_id=grant.user_id, user=name_of(call, grant.user_id), reader_id=grant.reader_id,
        reader=name_of(call, grant.reader_id), granted_by=grant.granted_by,
        granted_by_name=name_of(call, grant.granted_by), reason=grant.reason,
        granted_at=grant.granted_at // NS_PER_S, expires_at=grant.expires_at // NS_PER_S,
        withdrawn_at=None if withdrawn_at is None else withdrawn_at // NS_PER_S,
        stands=grant.stands(call.rooms.clock.now_ns()),
    )  # fmt: skip


def _access(call: Call, access: Access) -> AccessShape:
    return AccessShape(
        id=access.id, reader_id=access.reader_id, reader=name_of(call, access.reader_id), chat_id=access.chat_id,
        reason=access.reason, at=access.at // NS_PER_S,
    )  # fmt: skip


_ALL, _ONE = "/v1/tokenry/content_grants", "/v1/tokenry/content_grants/{grant_id}"
_EXAMPLE = {
    "user_id": "user_01kdx3c8v2", "reader_id": "user_01kdx3c8v3", "days": 7,
    "reason": "A complaint about harassment, case 4711",
}  # fmt: skip
ROUTES = (
    Guarded("GET", _ALL, "audit.read", listing, asks=Paged),
    Guarded("POST", _ALL, "owners.write", give, takes=GiveLeave, example=_EXAMPLE, private=True),
    Guarded("DELETE", _ONE, "owners.write", end),
    Guarded("GET", f"{_ONE}/chats", None, chats, noted=True),
    Guarded("GET", f"{_ONE}/chats/{{chat_id}}", None, chat, noted=True),
    Guarded("GET", "/v1/tokenry/me/content_accesses", None, mine),
)
