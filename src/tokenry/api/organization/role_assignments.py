"""Who has which role: `…/users/{user_id}/roles` and `…/groups/{group_id}/roles`, of the organization and of a project.

Somebody has one role in a place: to assign one is to exchange it, to take it away leaves the least there is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import msgspec

from tokenry.access import (
    OrganizationRole,
    add_to_project,
    change_project_role,
    change_role,
    close_project,
    open_project,
    remove_from_project,
)
from tokenry.api.guarded import Call, Guarded, Page, Taken, listed
from tokenry.api.organization.groups import group_of
from tokenry.api.organization.lists import Ordered, seconds
from tokenry.api.organization.role_words import (
    RoleShape,
    of_organization,
    of_project,
    organization_role,
    project_role,
)
from tokenry.api.organization.users import UserShape, member_of
from tokenry.api.organization.users import shape as user_shape
from tokenry.api.unbuilt import NotBuilt
from tokenry.base.errors import InvalidRequest, NotFound

Principal = Literal["user", "group"]


class RoleSource(msgspec.Struct, kw_only=True):
    """Whose a role is."""

    principal_id: str
    principal_type: Principal


class AssignedRole(RoleShape, kw_only=True):
    """A role that somebody has, and by what."""

    assignment_sources: list[RoleSource]


class UserRole(msgspec.Struct, kw_only=True):
    """Somebody's role now."""

    role: RoleShape
    user: UserShape
    object: Literal["user.role"] = "user.role"


class RoleGroup(msgspec.Struct, kw_only=True):
    """The group that a role was given to."""

    id: str
    name: str
    created_at: int
    scim_managed: Literal[False] = False
    object: Literal["group"] = "group"


class GroupRole(msgspec.Struct, kw_only=True):
    """A group's role now."""

    role: RoleShape
    group: RoleGroup
    object: Literal["group.role"] = "group.role"


class RoleDeleted(msgspec.Struct, kw_only=True):
    """That a role was taken away."""

    object: str
    deleted: Literal[True] = True


class AssignRole(Taken, kw_only=True, frozen=True):
    """A role, by its id or name."""

    role_id: str


def users_roles(call: Call) -> list[AssignedRole]:
    """What a member has in the organization: one role, always."""
    member = member_of(call)
    return [_assigned(of_organization(member.role), member.user.id, "user")]


def users_roles_within(call: Call) -> list[AssignedRole]:
    """What a member has of their own in a project: one role or none."""
    member = member_of(call)
    role = member.projects.get(call.path["project_id"])
    return [] if role is None else [_assigned(of_project(role), member.user.id, "user")]


def groups_roles(call: Call) -> list[AssignedRole]:
    """What a group has in the organization: nothing; it has roles in projects."""
    group_of(call)
    return []


def groups_roles_within(call: Call) -> list[AssignedRole]:
    """What a group has in a project: one role or none."""
    group = group_of(call)
    role = group.projects.get(call.path["project_id"])
    return [] if role is None else [_assigned(of_project(role), group.id, "group")]


def list_of_user(call: Call) -> Page[AssignedRole]:
    """List a user's roles. There is one."""
    return _page(call, users_roles(call))


def list_of_user_within(call: Call) -> Page[AssignedRole]:
    """List a user's roles in a project. Those of their own: what groups give stands with the groups."""
    return _page(call, users_roles_within(call))


def list_of_group(call: Call) -> Page[AssignedRole]:
    """List a group's roles in the organization. There are none: groups have roles in projects."""
    return _page(call, groups_roles(call))


def list_of_group_within(call: Call) -> Page[AssignedRole]:
    """List a group's roles in a project. There is one, or none."""
    return _page(call, groups_roles_within(call))


def of_user(call: Call) -> AssignedRole:
    """Retrieve a user's role."""
    return _one(call, users_roles(call))


def of_user_within(call: Call) -> AssignedRole:
    """Retrieve a user's role in a project."""
    return _one(call, users_roles_within(call))


def of_group(call: Call) -> AssignedRole:
    """Retrieve a group's role in the organization."""
    return _one(call, groups_roles(call))


def of_group_within(call: Call) -> AssignedRole:
    """Retrieve a group's role in a project."""
    return _one(call, groups_roles_within(call))


def assign_to_user(call: Call) -> UserRole:
    """Assign a role to a user. It takes the place of the one they have."""
    member, role = member_of(call), organization_role(_asked(call), param="role_id")
    change_role(call.rooms.desk, call.actor, member.user.id, role)
    return UserRole(role=of_organization(role), user=user_shape(call, replace(member, role=role)))


def assign_to_user_within(call: Call) -> UserRole:
    """Assign a role in a project to a user. It takes the place of the one they have of their own."""
    member, role, project_id = member_of(call), project_role(_asked(call), param="role_id"), call.path["project_id"]
    act = change_project_role if project_id in member.projects else add_to_project
    act(call.rooms.desk, call.actor, project_id, member.user.id, role)
    member = replace(member, projects={**member.projects, project_id: role})
    return UserRole(role=of_project(role), user=user_shape(call, member))


def assign_to_group(call: Call) -> GroupRole:
    """Assign a role in the organization to a group. Not built: answers 501."""
    group_of(call)
    raise NotBuilt("A group has roles in projects, not in the organization: assign one there, or to each user")


def assign_to_group_within(call: Call) -> GroupRole:
    """Assign a role in a project to a group. A group that has another one there is to lose that first."""
    group, role = group_of(call), project_role(_asked(call), param="role_id")
    open_project(call.rooms.desk, call.actor, call.path["project_id"], group.id, role)
    shown = RoleGroup(id=group.id, name=group.name, created_at=seconds(group.created_at))
    return GroupRole(role=of_project(role), group=shown)


def take_from_user(call: Call) -> RoleDeleted:
    """Take a role from a user. They are a member then; the last owner stays."""
    user_id, role = call.path["user_id"], of_user(call).name
    least: OrganizationRole = "member"
    if role == least:
        raise InvalidRequest("Whoever is in the organization is at least a member: remove the user.", param="role_id")
    change_role(call.rooms.desk, call.actor, user_id, least)
    return RoleDeleted(object="user.role.deleted")


def take_from_user_within(call: Call) -> RoleDeleted:
    """Take a role in a project from a user. What a group gives them there stays."""
    of_user_within(call)
    remove_from_project(call.rooms.desk, call.actor, call.path["project_id"], call.path["user_id"])
    return RoleDeleted(object="user.role.deleted")


def take_from_group(call: Call) -> RoleDeleted:
    """Take a role in the organization from a group. It has none: always 404."""
    of_group(call)
    return RoleDeleted(object="group.role.deleted")


def take_from_group_within(call: Call) -> RoleDeleted:
    """Take a role in a project from a group."""
    of_group_within(call)
    close_project(call.rooms.desk, call.actor, call.path["project_id"], call.path["group_id"])
    return RoleDeleted(object="group.role.deleted")


def _asked(call: Call) -> str:
    ask: AssignRole = call.body
    return ask.role_id


def _assigned(role: RoleShape, principal_id: str, kind: Principal) -> AssignedRole:
    source = RoleSource(principal_id=principal_id, principal_type=kind)
    return AssignedRole(**msgspec.structs.asdict(role), assignment_sources=[source])


def _page(call: Call, roles: list[AssignedRole]) -> Page[AssignedRole]:
    return listed(roles, call.query, lambda role: role.id, lambda role: role)


def _one(call: Call, roles: list[AssignedRole]) -> AssignedRole:
    role_id = call.path["role_id"]
    for role in roles:
        if role.id == role_id:
            return role
    raise NotFound(f"They have no role {role_id[:100]!r}.", param="role_id")


_USER, _USER_WITHIN = "/v1/organization/users/{user_id}/roles", "/v1/projects/{project_id}/users/{user_id}/roles"
_GROUP, _GROUP_WITHIN = "/v1/organization/groups/{group_id}/roles", "/v1/projects/{project_id}/groups/{group_id}/roles"
_EXAMPLE, _WITHIN = {"role_id": "role_organization_auditor"}, {"role_id": "role_project_member"}
ROUTES = (
    Guarded("GET", _USER, "members.read", list_of_user, asks=Ordered),
    Guarded("POST", _USER, "members.write", assign_to_user, takes=AssignRole, example=_EXAMPLE, changes=True),
    Guarded("GET", f"{_USER}/{{role_id}}", "members.read", of_user),
    Guarded("DELETE", f"{_USER}/{{role_id}}", "members.write", take_from_user, changes=True),
    Guarded("GET", _USER_WITHIN, "members.read", list_of_user_within, asks=Ordered),
    Guarded(
        "POST", _USER_WITHIN, "members.write", assign_to_user_within, takes=AssignRole, example=_WITHIN, changes=True
    ),
    Guarded("GET", f"{_USER_WITHIN}/{{role_id}}", "members.read", of_user_within),
    Guarded("DELETE", f"{_USER_WITHIN}/{{role_id}}", "members.write", take_from_user_within, changes=True),
    Guarded("GET", _GROUP, "groups.read", list_of_group, asks=Ordered),
    Guarded("POST", _GROUP, "groups.write", assign_to_group, takes=AssignRole, example=_WITHIN),
    Guarded("GET", f"{_GROUP}/{{role_id}}", "groups.read", of_group),
    Guarded("DELETE", f"{_GROUP}/{{role_id}}", "groups.write", take_from_group),
    Guarded("GET", _GROUP_WITHIN, "members.read", list_of_group_within, asks=Ordered),
    Guarded(
        "POST", _GROUP_WITHIN, "members.write", assign_to_group_within, takes=AssignRole, example=_WITHIN, changes=True
    ),
    Guarded("GET", f"{_GROUP_WITHIN}/{{role_id}}", "members.read", of_group_within),
    Guarded("DELETE", f"{_GROUP_WITHIN}/{{role_id}}", "members.write", take_from_group_within, changes=True),
)
