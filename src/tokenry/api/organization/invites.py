"""Invites to the organization: `/v1/organization/invites`."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.access import Invite, create_invite, delete_invite, get_invite, list_invites
from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.organization.lists import Deleted, seconds, seconds_or_none
from tokenry.api.organization.role_words import organization_role, project_role
from tokenry.base.clock import isoformat
from tokenry.base.errors import InvalidRequest
from tokenry.notify import News


class InviteProject(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A project that an invite opens, and the role there."""

    id: str
    role: str


class InviteShape(msgspec.Struct, kw_only=True):
    """An invite, as OpenAI shows one, where a role is owner or reader; `organization_role` is the one of ours."""

    id: str
    email: str
    role: Literal["owner", "reader"]
    organization_role: str
    status: Literal["accepted", "expired", "pending"]
    projects: list[InviteProject]
    created_at: int
    expires_at: int
    accepted_at: int | None
    object: Literal["organization.invite"] = "organization.invite"


class NewInviteShape(InviteShape, kw_only=True):
    """A fresh one. `token` opens it, and is told this once; `url` is the page that takes it."""

    token: str
    url: str


class CreateInvite(Taken, kw_only=True, frozen=True):
    """Who is invited, as what: one of our roles, or OpenAI's `reader`, which is our member."""

    email: str
    role: str
    projects: tuple[InviteProject, ...] | None = None


def listing(call: Call) -> Page[InviteShape]:
    """List invites. Oldest first, accepted and expired ones too, deleted ones not."""
    ask: Paged = call.query
    found = list_invites(call.rooms.desk.db, call.organization_id)
    return listed(found, ask, lambda invite: invite.id, lambda invite: shape(call, invite))


def create(call: Call) -> NewInviteShape:
    """Invite somebody. They have a week, and get a mail; the token in the answer, shown this once, opens it too."""
    ask: CreateInvite = call.body
    projects = {project.id: project_role(project.role, param="projects") for project in ask.projects or ()}
    if len(projects) != len(ask.projects or ()):
        raise InvalidRequest("A project stands there twice.", param="projects")
    role = organization_role(ask.role)
    invite, token = create_invite(call.rooms.desk, call.actor, ask.email, role, projects)
    url = f"{(call.rooms.config.server.public_url or call.rooms.url or '').rstrip('/')}/invite/{token}"
    _tell(call, invite, url)
    return NewInviteShape(**msgspec.structs.asdict(shape(call, invite)), token=token, url=url)


def retrieve(call: Call) -> InviteShape:
    """Retrieve an invite."""
    return shape(call, get_invite(call.rooms.desk.db, call.organization_id, call.path["invite_id"]))


def delete(call: Call) -> Deleted:
    """Delete an invite. Its token opens nothing any more; one that was accepted stays."""
    delete_invite(call.rooms.desk, call.actor, call.path["invite_id"])
    notices = call.rooms.notices
    with notices.db.write() as connection:
        notices.withdraw(connection, f"invite.sent:{call.path['invite_id']}", "the invite was taken back")
    return Deleted(id=call.path["invite_id"], object="organization.invite.deleted")


def shape(call: Call, invite: Invite) -> InviteShape:
    """An invite as it is shown."""
    return InviteShape(
        id=invite.id,
        email=invite.email,
        role="owner" if invite.role == "owner" else "reader",
        organization_role=invite.role,
        status=invite.state(call.rooms.clock.now_ns()),
        projects=[InviteProject(id=project_id, role=role) for project_id, role in invite.projects.items()],
        created_at=seconds(invite.created_at),
        expires_at=seconds(invite.expires_at),
        accepted_at=seconds_or_none(invite.accepted_at),
    )


def _tell(call: Call, invite: Invite, url: str) -> None:
    """A mail to whoever is invited: the link stands in that alone, and is forgotten once it is sent.

    Where no mail can be sent nobody writes one, or the link would lie about until then.
    """
    news = News(
        organization_id=invite.organization_id,
        type="invite.sent",
        occasion=_occasion(invite.id),
        data={"invite_id": invite.id, "role": invite.role},
        private={"open": url, "until": isoformat(invite.expires_at)},
    )
    call.rooms.notices.tell(news, (invite.email,) if call.rooms.config.mail.host is not None else ())


def _occasion(invite_id: str) -> str:
    return f"invite.sent:{invite_id}"


_ALL, _ONE = "/v1/organization/invites", "/v1/organization/invites/{invite_id}"
_EXAMPLE = {"email": "new@example.org", "role": "reader", "projects": []}
ROUTES = (
    Guarded("GET", _ALL, "members.read", listing, asks=Paged),
    Guarded("POST", _ALL, "members.write", create, takes=CreateInvite, example=_EXAMPLE, secret=True),
    Guarded("GET", _ONE, "members.read", retrieve),
    Guarded("DELETE", _ONE, "members.write", delete),
)
