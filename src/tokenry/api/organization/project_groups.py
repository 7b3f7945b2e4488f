"""Groups that a project is open to: `/v1/organization/projects/{project_id}/groups`."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.access import Opened, close_project, groups_of_project, open_project
from tokenry.api.guarded import Call, Guarded, NoQuery, Page, Taken, listed
from tokenry.api.organization.lists import Ordered, in_order, seconds
from tokenry.api.organization.role_words import project_role
from tokenry.base.errors import NotFound


class ProjectGroupShape(msgspec.Struct, kw_only=True):
    """A group in a project, as OpenAI shows one, with the role its members have there."""

    group_id: str
    group_name: str
    project_id: str
    role: str
    created_at: int
    group_type: Literal["group"] = "group"
    object: Literal["project.group"] = "project.group"


class ProjectGroupDeleted(msgspec.Struct, kw_only=True):
    """That the project is closed to the group."""

    object: Literal["project.group.deleted"] = "project.group.deleted"
    deleted: Literal[True] = True


class AddProjectGroup(Taken, kw_only=True, frozen=True):
    """A group of the organization, and the role its members get in the project."""

    group_id: str
    role: str


class OneProjectGroup(NoQuery, kw_only=True, frozen=True):
    """The kind of group may be named; there is one."""

    group_type: Literal["group"] = "group"


def listing(call: Call) -> Page[ProjectGroupShape]:
    """List a project's groups. Who came first stands first, unless asked otherwise."""
    ask: Ordered = call.query
    found = groups_of_project(call.rooms.desk.db, call.path["project_id"])
    return listed(in_order(found, ask), ask, lambda opened: opened.group_id, shape)


def create(call: Call) -> ProjectGroupShape:
    """Add a group to a project. All its members get the role there, unless they have a stronger one."""
    ask: AddProjectGroup = call.body
    role, project_id = project_role(ask.role), call.path["project_id"]
    return shape(open_project(call.rooms.desk, call.actor, project_id, ask.group_id, role))


def retrieve(call: Call) -> ProjectGroupShape:
    """Retrieve a project's group."""
    return shape(opened_of(call))


def delete(call: Call) -> ProjectGroupDeleted:
    """Remove a group from a project. Its members lose what it alone gave them there."""
    close_project(call.rooms.desk, call.actor, call.path["project_id"], call.path["group_id"])
    return ProjectGroupDeleted()


def opened_of(call: Call) -> Opened:
    """The group in the project that the path names. Raises NotFound."""
    group_id = call.path["group_id"]
    for opened in groups_of_project(call.rooms.desk.db, call.path["project_id"]):
        if opened.group_id == group_id:
            return opened
    raise NotFound(f"There is no group {group_id[:100]!r} in the project.", param="group_id")


def shape(opened: Opened) -> ProjectGroupShape:
    """A group in a project as it is shown."""
    return ProjectGroupShape(
        group_id=opened.group_id,
        group_name=opened.group_name,
        project_id=opened.project_id,
        role=opened.role,
        created_at=seconds(opened.since),
    )


_ALL = "/v1/organization/projects/{project_id}/groups"
_ONE = f"{_ALL}/{{group_id}}"
_EXAMPLE = {"group_id": "group_01kdx3c8v2q7m4n9rt5w6y8z0a", "role": "member"}
ROUTES = (
    Guarded("GET", _ALL, "members.read", listing, asks=Ordered),
    Guarded("POST", _ALL, "members.write", create, takes=AddProjectGroup, example=_EXAMPLE, changes=True),
    Guarded("GET", _ONE, "members.read", retrieve, asks=OneProjectGroup),
    Guarded("DELETE", _ONE, "members.write", delete, changes=True),
)
