"""The verbs about admin keys: create, list, revoke. Each key stands for a person, with that person's roles."""

from __future__ import annotations

import asyncio

from tokenry.access import AdminKey
from tokenry.api.admin.asked import Asked, until
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json, only, when
from tokenry.api.admin.whom import user_id_of
from tokenry.api.rooms import Rooms
from tokenry.base.clock import NS_PER_S


class CreateAdminKey(Asked, kw_only=True, frozen=True):
    """A new key; `user` is whose (id, e-mail or name), the first owner's if absent; `expires` a span or a time."""

    name: str
    user: str | None = None
    expires: str | None = None


class ListAdminKeys(Asked, kw_only=True, frozen=True):
    """All that are not revoked."""


class OneAdminKey(Asked, kw_only=True, frozen=True):
    """A key by id, prefix or name."""

    key: str


async def create(rooms: Rooms, ask: CreateAdminKey) -> Json:
    """Make a key. `key` in the answer is its text, told this once and kept nowhere."""
    now_ns = rooms.clock.now_ns()
    ends_at = None if ask.expires is None else until(ask.expires, now_ns, "expires")
    life_s = None if ends_at is None else max(1, (ends_at - now_ns) // NS_PER_S)

    def make() -> tuple[AdminKey, str]:
        user = rooms.directory.ensure_first().user.id if ask.user is None else user_id_of(rooms, ask.user)
        return rooms.admin_keys.create(by_hand(rooms), user, ask.name, life_s)

    record, secret = await asyncio.to_thread(make)
    answer = _shown(rooms, record)
    return {"id": answer.pop("id"), "key": secret, **answer}


async def listing(rooms: Rooms, _ask: ListAdminKeys) -> Json:
    """Those of the organization, oldest first."""
    place = await asyncio.to_thread(by_hand, rooms)
    return {"admin_keys": [_shown(rooms, one) for one in rooms.admin_keys.list(place.organization_id)]}


async def revoke(rooms: Rooms, ask: OneAdminKey) -> Json:
    """End a key at once and for good."""
    by = await asyncio.to_thread(by_hand, rooms)
    found = [one for one in rooms.admin_keys.list(by.organization_id) if ask.key in {one.id, one.prefix, one.name}]
    key_id = only([{"id": one.id} for one in found], "admin-key", ask.key)["id"]
    return _shown(rooms, await asyncio.to_thread(rooms.admin_keys.revoke, by, key_id))


def _shown(rooms: Rooms, one: AdminKey) -> Json:
    user = rooms.people.roster.users.get(one.user_id)
    expired = one.expires_at is not None and rooms.clock.now_ns() >= one.expires_at
    return {
        "id": one.id,
        "name": one.name,
        "prefix": one.prefix,
        "state": "revoked" if one.revoked_at is not None else "expired" if expired else "active",
        "user": one.user_id,
        "user_name": None if user is None else user.name,
        "created_at": when(one.created_at),
        "expires_at": when(one.expires_at),
        "revoked_at": when(one.revoked_at),
    }
