"""Who is in a group: `/v1/organization/groups/{group_id}/users`. Members of groups that lie in it are not listed."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.access import User, add_to_group, remove_from_group
from tokenry.api.guarded import Call, Guarded, Page, Taken, listed
from tokenry.api.organization.groups import group_of
from tokenry.api.organization.lists import Ordered, in_order
from tokenry.base.errors import NotFound


class GroupUserShape(msgspec.Struct, kw_only=True):
    """Somebody in a group, as OpenAI shows them. `source` says who put them there: `admin`, or a sign-in provider."""

    id: str
    name: str
    email: str | None
    source: str
    user_type: Literal["user"] = "user"
    is_service_account: Literal[False] = False
    picture: None = None


class GroupUserAdded(msgspec.Struct, kw_only=True):
    """Who is in which group now."""

    group_id: str
    user_id: str
    object: Literal["group.user"] = "group.user"


class GroupUserDeleted(msgspec.Struct, kw_only=True):
    """That somebody is out."""

    object: Literal["group.user.deleted"] = "group.user.deleted"
    deleted: Literal[True] = True


class AddGroupUser(Taken, kw_only=True, frozen=True):
    """A member of the organization."""

    user_id: str


def listing(call: Call) -> Page[GroupUserShape]:
    """List a group's users. In the order in which they came to be."""
    ask: Ordered = call.query
    members, users = group_of(call).members, call.rooms.people.roster.users
    ordered = sorted((users[user_id] for user_id in members), key=lambda user: (user.created_at, user.id))
    return listed(in_order(ordered, ask), ask, lambda user: user.id, lambda user: shape(user, members[user.id]))


def create(call: Call) -> GroupUserAdded:
    """Add a user to a group."""
    ask: AddGroupUser = call.body
    add_to_group(call.rooms.desk, call.actor, call.path["group_id"], ask.user_id)
    return GroupUserAdded(group_id=call.path["group_id"], user_id=ask.user_id)


def retrieve(call: Call) -> GroupUserShape:
    """Retrieve a group's user."""
    user_id, members = call.path["user_id"], group_of(call).members
    if user_id not in members:
        raise NotFound(f"There is no user {user_id[:100]!r} in the group.", param="user_id")
    return shape(call.rooms.people.roster.users[user_id], members[user_id])


def delete(call: Call) -> GroupUserDeleted:
    """Remove a user from a group. Whom a sign-in provider put there, it puts there again at their next sign-in."""
    remove_from_group(call.rooms.desk, call.actor, call.path["group_id"], call.path["user_id"])
    return GroupUserDeleted()


def shape(user: User, source: str) -> GroupUserShape:
    """Somebody in a group as they are shown."""
    return GroupUserShape(id=user.id, name=user.name, email=user.email, source=source)


_ALL, _ONE = "/v1/organization/groups/{group_id}/users", "/v1/organization/groups/{group_id}/users/{user_id}"
_EXAMPLE = {"user_id": "user_01kdx3c8v2q7m4n9rt5w6y8z0a"}
ROUTES = (
    Guarded("GET", _ALL, "groups.read", listing, asks=Ordered),
    Guarded("POST", _ALL, "groups.write", create, takes=AddGroupUser, example=_EXAMPLE, changes=True),
    Guarded("GET", _ONE, "groups.read", retrieve),
    Guarded("DELETE", _ONE, "groups.write", delete, changes=True),
)
