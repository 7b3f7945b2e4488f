"""Users of a project: `/v1/organization/projects/{project_id}/users`. Those who reach it by a group stand with that."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.access import (
    Standing,
    add_to_project,
    change_project_role,
    project_member,
    project_members,
    remove_from_project,
)
from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.organization.lists import Deleted, seconds
from tokenry.api.organization.role_words import project_role
from tokenry.base.addresses import address_key
from tokenry.base.errors import InvalidRequest, NotFound


class ProjectUserShape(msgspec.Struct, kw_only=True):
    """Somebody's place in a project, as OpenAI shows one."""

    id: str
    name: str
    email: str | None
    role: str
    added_at: int
    object: Literal["organization.project.user"] = "organization.project.user"


class CreateProjectUser(Taken, kw_only=True, frozen=True):
    """Who gets which role; they are named by id or by address."""

    role: str
    user_id: str | None = None
    email: str | None = None


class UpdateProjectUser(Taken, kw_only=True, frozen=True):
    """Another role."""

    role: str | None = None


def listing(call: Call) -> Page[ProjectUserShape]:
    """List a project's users. Who was added first comes first."""
    ask: Paged = call.query
    found = project_members(call.rooms.desk.db, call.path["project_id"])
    return listed(found, ask, lambda standing: standing.user.id, shape)


def create(call: Call) -> ProjectUserShape:
    """Add a user to a project. They must be a member of the organization; invite them else."""
    ask: CreateProjectUser = call.body
    role = project_role(ask.role)
    user_id = ask.user_id if ask.email is None else _by_email(call, ask.email)
    if user_id is None or (ask.email is not None and ask.user_id not in {None, user_id}):
        raise InvalidRequest("Name one person, by user_id or by email.", param="user_id")
    return shape(add_to_project(call.rooms.desk, call.actor, call.path["project_id"], user_id, role))


def retrieve(call: Call) -> ProjectUserShape:
    """Retrieve a project's user."""
    return shape(project_member(call.rooms.desk.db, call.path["project_id"], call.path["user_id"]))


def update(call: Call) -> ProjectUserShape:
    """Change a user's role in a project."""
    ask: UpdateProjectUser = call.body
    if ask.role is None:
        return retrieve(call)
    role, place = project_role(ask.role), (call.path["project_id"], call.path["user_id"])
    return shape(change_project_role(call.rooms.desk, call.actor, *place, role))


def delete(call: Call) -> Deleted:
    """Remove a user from a project. What a group gives them there stays."""
    remove_from_project(call.rooms.desk, call.actor, call.path["project_id"], call.path["user_id"])
    return Deleted(id=call.path["user_id"], object="organization.project.user.deleted")


def shape(standing: Standing) -> ProjectUserShape:
    """Somebody's place as it is shown."""
    user = standing.user
    return ProjectUserShape(
        id=user.id, name=user.name, email=user.email, role=standing.role, added_at=seconds(standing.added_at)
    )


def _by_email(call: Call, email: str) -> str:
    wanted = address_key(email)
    for (organization_id, user_id), member in call.rooms.people.roster.members.items():
        if organization_id == call.organization_id and address_key(member.user.email or "") == wanted:
            return user_id
    raise NotFound("The organization has no member with this address: invite them.", param="email")


_ALL = "/v1/organization/projects/{project_id}/users"
_ONE = f"{_ALL}/{{user_id}}"
_EXAMPLE = {"user_id": "user_01kdx3c8v2q7m4n9rt5w6y8z0a", "role": "member"}
ROUTES = (
    Guarded("GET", _ALL, "members.read", listing, asks=Paged),
    Guarded("POST", _ALL, "members.write", create, takes=CreateProjectUser, example=_EXAMPLE, changes=True),
    Guarded("GET", _ONE, "members.read", retrieve),
    Guarded("POST", _ONE, "members.write", update, takes=UpdateProjectUser, example={"role": "owner"}, changes=True),
    Guarded("DELETE", _ONE, "members.write", delete, changes=True),
)
