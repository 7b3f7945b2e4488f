"""Users of the organization: `/v1/organization/users`."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import msgspec

from tokenry.access import Member, Project, change_role, remove_member, set_disabled
from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.organization.lists import Deleted, seconds, seconds_or_none
from tokenry.api.organization.role_words import organization_role
from tokenry.api.unbuilt import NotBuilt
from tokenry.base.addresses import address_key
from tokenry.base.errors import InvalidRequest, NotFound


class UserProject(msgspec.Struct, kw_only=True):
    """A project that somebody has a role of their own in."""

    id: str
    name: str
    role: str


class UserProjects(msgspec.Struct, kw_only=True):
    """All of them."""

    data: list[UserProject]
    object: Literal["list"] = "list"


class UserPerson(msgspec.Struct, kw_only=True):
    """The person themselves, whatever organizations they are in."""

    id: str
    name: str
    email: str | None
    enabled: bool
    banned: bool
    banned_at: int | None
    object: Literal["user"] = "user"


class UserShape(msgspec.Struct, kw_only=True):
    """Somebody's place in the organization, as OpenAI shows one. `role` is one of ours; times are in seconds."""

    id: str
    name: str
    email: str | None
    role: str
    added_at: int
    created: int
    disabled_at: int | None
    projects: UserProjects
    user: UserPerson
    is_service_account: Literal[False] = False
    is_scim_managed: Literal[False] = False
    object: Literal["organization.user"] = "organization.user"


class ListUsers(Paged, kw_only=True, frozen=True):
    """Which page, and only those with one of these addresses."""

    emails: tuple[str, ...] | None = None


class UpdateUser(Taken, kw_only=True, frozen=True):
    """Another role, by name or id; or `disabled`, which shuts them out while it is true and is ours."""

    role: str | None = None
    role_id: str | None = None
    disabled: bool | None = None
    developer_persona: str | None = None
    technical_level: str | None = None


def listing(call: Call) -> Page[UserShape]:
    """List users. Who was added first comes first."""
    ask: ListUsers = call.query
    wanted = None if ask.emails is None else {address_key(email) for email in ask.emails}
    found = [
        member
        for (organization_id, _), member in call.rooms.people.roster.members.items()
        if organization_id == call.organization_id
        and (wanted is None or address_key(member.user.email or "") in wanted)
    ]
    ordered = sorted(found, key=lambda member: (member.added_at, member.user.id))
    return listed(ordered, ask, lambda member: member.user.id, lambda member: shape(call, member))


def retrieve(call: Call) -> UserShape:
    """Retrieve a user."""
    return shape(call, member_of(call))


def update(call: Call) -> UserShape:
    """Change a user's role, or shut them out. Only who may make owners makes or unmakes one; the last owner stays."""
    ask: UpdateUser = call.body
    if ask.developer_persona is not None or ask.technical_level is not None:
        raise NotBuilt("developer_persona and technical_level are not kept here; leave them out")
    member = member_of(call)
    word = ask.role if ask.role is not None else ask.role_id
    if word is not None and ask.disabled is not None:
        raise InvalidRequest("Change the role or `disabled`, one at a time.", param="disabled")
    if word is not None:
        standing = change_role(call.rooms.desk, call.actor, member.user.id, organization_role(word))
        member = replace(member, role=organization_role(standing.role))
    if ask.disabled is not None:
        standing = set_disabled(call.rooms.desk, call.actor, member.user.id, disabled=ask.disabled)
        member = replace(member, user=standing.user)
    return shape(call, member)


def delete(call: Call) -> Deleted:
    """Remove a user. Their keys and places in projects and groups end at once; the last owner stays."""
    remove_member(call.rooms.desk, call.actor, call.path["user_id"])
    return Deleted(id=call.path["user_id"], object="organization.user.deleted")


def member_of(call: Call) -> Member:
    """The member that the path names. Raises NotFound."""
    user_id = call.path["user_id"]
    member = call.rooms.people.roster.members.get((call.organization_id, user_id))
    if member is None:
        raise NotFound(f"There is no user {user_id[:100]!r}.", param="user_id")
    return member


def shape(call: Call, member: Member) -> UserShape:
    """A member as they are shown, with those of their projects that the caller sees too."""
    user, projects = member.user, call.rooms.people.roster.projects
    seen = {key: role for key, role in member.projects.items() if call.actor.sees(key)}
    disabled_at = seconds_or_none(user.disabled_at)
    return UserShape(
        id=user.id,
        name=user.name,
        email=user.email,
        role=member.role,
        added_at=seconds(member.added_at),
        created=seconds(user.created_at),
        disabled_at=disabled_at,
        projects=UserProjects(data=[_project(projects[key], role) for key, role in seen.items()]),
        user=UserPerson(
            id=user.id,
            name=user.name,
            email=user.email,
            enabled=user.disabled_at is None,
            banned=user.disabled_at is not None,
            banned_at=disabled_at,
        ),
    )


def _project(project: Project, role: str) -> UserProject:
    return UserProject(id=project.id, name=project.name, role=role)


_ALL, _ONE = "/v1/organization/users", "/v1/organization/users/{user_id}"
ROUTES = (
    Guarded("GET", _ALL, "members.read", listing, asks=ListUsers),
    Guarded("GET", _ONE, "members.read", retrieve),
    Guarded("POST", _ONE, "members.write", update, takes=UpdateUser, example={"role": "auditor"}, changes=True),
    Guarded("DELETE", _ONE, "members.write", delete, changes=True),
)
