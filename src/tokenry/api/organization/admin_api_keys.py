"""Admin keys: `/v1/organization/admin_api_keys`."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.access import AdminKey
from tokenry.api.guarded import Call, Guarded, Page, Taken, listed
from tokenry.api.organization.lists import Deleted, Ordered, in_order, seconds, seconds_or_none
from tokenry.base.errors import InvalidRequest


class AdminKeyOwner(msgspec.Struct, kw_only=True):
    """For whom an admin key stands."""

    id: str
    name: str
    role: str | None
    created_at: int
    type: Literal["user"] = "user"
    object: Literal["organization.user"] = "organization.user"


class AdminKeyShape(msgspec.Struct, kw_only=True):
    """An admin key, as OpenAI shows one."""

    id: str
    name: str
    redacted_value: str
    created_at: int
    expires_at: int | None
    owner: AdminKeyOwner
    last_used_at: None = None
    object: Literal["organization.admin_api_key"] = "organization.admin_api_key"


class NewAdminKeyShape(AdminKeyShape, kw_only=True):
    """A fresh one. `value` is its text, told this once."""

    value: str


class CreateAdminKey(Taken, kw_only=True, frozen=True):
    """A new admin key; without `expires_in_seconds` it stays."""

    name: str
    expires_in_seconds: int | None = None


def listing(call: Call) -> Page[AdminKeyShape]:
    """List admin keys. Oldest first unless asked otherwise."""
    ask: Ordered = call.query
    keys = in_order(call.rooms.admin_keys.list(call.organization_id), ask)
    return listed(keys, ask, lambda key: key.id, lambda key: shape(call, key))


def create(call: Call) -> NewAdminKeyShape:
    """Create an admin key. It stands for whoever makes it, with the roles they have at any time."""
    ask: CreateAdminKey = call.body
    if call.actor.user_id is None:
        raise InvalidRequest("An admin key stands for a person, and nobody in person asks for this one.")
    made = call.rooms.admin_keys.create(call.actor, call.actor.user_id, ask.name, ask.expires_in_seconds)
    shown = shape(call, made[0])
    return NewAdminKeyShape(**msgspec.structs.asdict(shown), value=made[1])


def retrieve(call: Call) -> AdminKeyShape:
    """Retrieve an admin key."""
    return shape(call, call.rooms.admin_keys.get(call.path["key_id"], call.organization_id))


def delete(call: Call) -> Deleted:
    """Delete an admin key. It opens nothing from then on."""
    key = call.rooms.admin_keys.revoke(call.actor, call.path["key_id"])
    return Deleted(id=key.id, object="organization.admin_api_key.deleted")


def shape(call: Call, key: AdminKey) -> AdminKeyShape:
    """An admin key as it is shown."""
    roster = call.rooms.people.roster
    user, member = roster.users[key.user_id], roster.members.get((key.organization_id, key.user_id))
    return AdminKeyShape(
        id=key.id,
        name=key.name,
        redacted_value=f"{key.prefix}-…",
        created_at=seconds(key.created_at),
        expires_at=seconds_or_none(key.expires_at),
        owner=AdminKeyOwner(
            id=user.id,
            name=user.name,
            role=None if member is None else member.role,
            created_at=seconds(user.created_at),
        ),
    )


_ALL, _ONE = "/v1/organization/admin_api_keys", "/v1/organization/admin_api_keys/{key_id}"
_EXAMPLE = {"name": "terraform", "expires_in_seconds": 7_776_000}
ROUTES = (
    Guarded("GET", _ALL, "admin_keys.read", listing, asks=Ordered),
    Guarded(
        "POST", _ALL, "admin_keys.write", create, takes=CreateAdminKey, example=_EXAMPLE, changes=True, secret=True
    ),
    Guarded("GET", _ONE, "admin_keys.read", retrieve),
    Guarded("DELETE", _ONE, "admin_keys.write", delete, changes=True),
)
