"""Groups of the organization: `/v1/organization/groups`. `parent_id` is ours: a group may lie in another."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from tokenry.access import Group, create_group, delete_group, update_group
from tokenry.api.guarded import Call, Guarded, Page, Taken, listed
from tokenry.api.organization.lists import Deleted, Ordered, in_order, seconds
from tokenry.base.errors import NotFound


class GroupShape(msgspec.Struct, kw_only=True):
    """A group, as OpenAI shows one, with the group it lies in."""

    id: str
    name: str
    created_at: int
    parent_id: str | None
    group_type: Literal["group"] = "group"
    is_scim_managed: Literal[False] = False
    object: Literal["group"] = "group"


class CreateGroup(Taken, kw_only=True, frozen=True):
    """A new group; with `parent_id` its members are in that one too."""

    name: str
    parent_id: str | None = None


class UpdateGroup(Taken, kw_only=True, frozen=True):
    """Another name, another place; a `parent_id` of null takes it out of the group it lies in."""

    name: str
    parent_id: str | UnsetType | None = UNSET


def listing(call: Call) -> Page[GroupShape]:
    """List groups. Oldest first unless asked otherwise."""
    ask: Ordered = call.query
    groups = [one for one in call.rooms.people.roster.groups.values() if one.organization_id == call.organization_id]
    ordered = sorted(groups, key=lambda group: (group.created_at, group.id))
    return listed(in_order(ordered, ask), ask, lambda group: group.id, shape)


def create(call: Call) -> GroupShape:
    """Create a group."""
    ask: CreateGroup = call.body
    return shape(create_group(call.rooms.desk, call.actor, ask.name, ask.parent_id))


def retrieve(call: Call) -> GroupShape:
    """Retrieve a group."""
    return shape(group_of(call))


def update(call: Call) -> GroupShape:
    """Rename a group, or move it into another. It cannot come to lie in itself."""
    ask: UpdateGroup = call.body
    group = group_of(call)
    parent_id = group.parent_id if isinstance(ask.parent_id, UnsetType) else ask.parent_id
    return shape(update_group(call.rooms.desk, call.actor, group, ask.name, parent_id))


def delete(call: Call) -> Deleted:
    """Delete a group. Its members lose what it alone gave them; groups in it lie in what it lay in."""
    delete_group(call.rooms.desk, call.actor, call.path["group_id"])
    return Deleted(id=call.path["group_id"], object="group.deleted")


def group_of(call: Call) -> Group:
    """The group that the path names. Raises NotFound."""
    group = call.rooms.people.roster.groups.get(call.path["group_id"])
    if group is None or group.organization_id != call.organization_id:
        raise NotFound(f"There is no group {call.path['group_id'][:100]!r}.", param="group_id")
    return group


def shape(group: Group) -> GroupShape:
    """A group as it is shown."""
    return GroupShape(id=group.id, name=group.name, created_at=seconds(group.created_at), parent_id=group.parent_id)


_ALL, _ONE = "/v1/organization/groups", "/v1/organization/groups/{group_id}"
_EXAMPLE = {"name": "Laboratory"}
ROUTES = (
    Guarded("GET", _ALL, "groups.read", listing, asks=Ordered),
    Guarded("POST", _ALL, "groups.write", create, takes=CreateGroup, example=_EXAMPLE, changes=True),
    Guarded("GET", _ONE, "groups.read", retrieve),
    Guarded("POST", _ONE, "groups.write", update, takes=UpdateGroup, example=_EXAMPLE, changes=True),
    Guarded("DELETE", _ONE, "groups.write", delete, changes=True),
)
