"""Oneself: who one is and what one may do, and the browsers one is signed in with: `/v1/tokenry/me`."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.access import OrganizationRole, PermissionDenied, Session, csrf_token, note_ended, note_entry
from tokenry.api.guarded import Call, Guarded
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import NotFound
from tokenry.storage import is_demo


class Place(msgspec.Struct, kw_only=True):
    """An organization that one belongs to."""

    id: str
    name: str
    role: OrganizationRole


class OwnProject(msgspec.Struct, kw_only=True):
    """A project that one has a role in, one's own or a group's. `permissions` are those beside the organization's."""

    id: str
    name: str
    permissions: list[str]


class Me(msgspec.Struct, kw_only=True):
    """Who asks. `csrf_token` is for the header `X-Tokenry-CSRF`, when a browser's session asks; `demo` = nothing here
    is real."""

    id: str | None
    name: str | None
    email: str | None
    kind: Literal["session", "admin_key", "api_key", "local"]
    organization_id: str
    organizations: list[Place]
    permissions: list[str]
    projects: list[OwnProject]
    csrf_token: str | None
    demo: bool
    object: Literal["tokenry.me"] = "tokenry.me"


class SessionShape(msgspec.Struct, kw_only=True):
    """A browser that somebody is signed in with. Times are seconds since the epoch."""

    id: str
    method: str
    agent: str | None
    created_at: int
    seen_at: int
    expires_at: int
    current: bool
    object: Literal["tokenry.session"] = "tokenry.session"


class SessionList(msgspec.Struct, kw_only=True):
    """Sessions that open, the newest used first."""

    data: list[SessionShape]
    object: Literal["list"] = "list"


class SessionsEnded(msgspec.Struct, kw_only=True):
    """How many sessions were ended."""

    deleted: int
    object: Literal["tokenry.sessions.deleted"] = "tokenry.sessions.deleted"


async def me(call: Call) -> Me:
    """Who you are. Your organizations, what you may do in the one you act in, the projects you have a role in, and the
    token that guards changes."""
    roster, actor = call.rooms.people.roster, call.actor
    user = roster.users.get(actor.user_id or "")
    places = roster.organizations_of(actor.user_id) if actor.user_id is not None else ()
    session = _current(call)
    return Me(
        id=actor.user_id,
        name=None if user is None else user.name,
        email=None if user is None else user.email,
        kind=actor.kind,
        organization_id=actor.organization_id,
        organizations=[
            Place(id=one, name=roster.organizations[one].name, role=roster.members[one, actor.user_id or ""].role)
            for one in places
        ],
        permissions=sorted(actor.everywhere),
        projects=_projects(call),
        csrf_token=None if session is None else csrf_token(session),
        demo=is_demo(call.rooms.data_dir),
    )


async def sessions(call: Call) -> SessionList:
    """List your sessions. Every browser that you are signed in with."""
    return _listed(call, _own(call))


def end_all(call: Call) -> SessionsEnded:
    """End your sessions. All of them, this browser's too."""
    return _end(call, _own(call), None)


def end_one(call: Call) -> SessionsEnded:
    """End one of your sessions."""
    return _end(call, _own(call), call.path["session_id"])


async def of_member(call: Call) -> SessionList:
    """List a member's sessions. Every browser that they are signed in with."""
    return _listed(call, _member(call))


def end_of_member(call: Call) -> SessionsEnded:
    """End a member's sessions. All of them; they can sign in again. An owner's need the permission `owners.write`."""
    user_id = _member(call)
    if call.rooms.people.roster.members[call.organization_id, user_id].role == "owner":
        call.actor.require("owners.write")
    return _end(call, user_id, None)


def _projects(call: Call) -> list[OwnProject]:
    """Those that are not archived, by name."""
    projects, within = call.rooms.people.roster.projects, call.actor.within
    found = [projects[key] for key in within if key in projects and projects[key].archived_at is None]
    ordered = sorted(found, key=lambda project: (project.name.casefold(), project.id))
    return [OwnProject(id=one.id, name=one.name, permissions=sorted(within[one.id])) for one in ordered]


def _own(call: Call) -> str:
    """The person behind the call; a project's key is in too many hands to speak of somebody's browsers."""
    if call.actor.user_id is None or call.actor.kind == "api_key":
        raise PermissionDenied("sessions are shown to people who signed in and to admin keys, not to a project's key")
    return call.actor.user_id


def _member(call: Call) -> str:
    user_id = call.path["user_id"]
    if (call.organization_id, user_id) not in call.rooms.people.roster.members:
        raise NotFound(f"There is no user {user_id[:100]!r}.", param="user_id")
    return user_id


def _current(call: Call) -> Session | None:
    if call.actor.session_id is None or call.actor.user_id is None:
        return None
    mine = call.rooms.sessions.of_user(call.actor.user_id)
    return next((one for one in mine if one.id == call.actor.session_id), None)


def _listed(call: Call, user_id: str) -> SessionList:
    return SessionList(
        data=[
            SessionShape(
                id=one.id,
                method=one.method,
                agent=one.agent,
                created_at=one.created_at // NS_PER_S,
                seen_at=one.seen_at // NS_PER_S,
                expires_at=one.expires_at // NS_PER_S,
                current=one.id == call.actor.session_id,
            )
            for one in call.rooms.sessions.of_user(user_id)
        ]
    )


def _end(call: Call, user_id: str, only: str | None) -> SessionsEnded:
    rooms = call.rooms
    with rooms.desk.db.write() as connection:
        ended = rooms.sessions.revoke(connection, user_id, only=only)
        if not ended and only is not None:
            raise NotFound(f"There is no session {only[:100]!r}.", param="session_id")
        if user_id == call.actor.user_id:
            note_entry(connection, rooms.clock, call.actor, "logout.succeeded", {"sessions": only or "all"})
        else:
            note_ended(connection, rooms.clock, call.actor, user_id)
    rooms.sessions.dismiss(user_id, only=only)
    return SessionsEnded(deleted=ended)


ROUTES: tuple[Guarded, ...] = (
    Guarded("GET", "/v1/tokenry/me", None, me, renews=True),
    Guarded("GET", "/v1/tokenry/me/sessions", None, sessions),
    Guarded("DELETE", "/v1/tokenry/me/sessions", None, end_all),
    Guarded("DELETE", "/v1/tokenry/me/sessions/{session_id}", None, end_one),
    Guarded("GET", "/v1/tokenry/members/{user_id}/sessions", "members.read", of_member),
    Guarded("DELETE", "/v1/tokenry/members/{user_id}/sessions", "members.write", end_of_member),
)
