"""The verbs about a person's data: export, erase. They act in the first organization."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from tokenry.api.admin.asked import Asked
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json, when
from tokenry.api.admin.whom import user_id_of
from tokenry.api.people import erase, export
from tokenry.api.rooms import Rooms
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest


class ExportPerson(Asked, kw_only=True, frozen=True):
    """Whose data: id, e-mail address or name."""

    user: str


class ErasePerson(Asked, kw_only=True, frozen=True):
    """Who is to be erased: id, e-mail address or name. There is no way back, so `confirm` must be said."""

    user: str
    confirm: bool = False


async def export_person(rooms: Rooms, ask: ExportPerson) -> Json:
    """Everything known of a person, kind by kind, with an index."""

    def work() -> Json:
        by = by_hand(rooms)
        user_id = user_id_of(rooms, ask.user)
        given = export(rooms, user_id, by.organization_id, costs=True)
        with rooms.desk.act(by, "user.exported", user_id):
            pass
        return _plain(given)

    return await asyncio.to_thread(work)


async def erase_person(rooms: Rooms, ask: ErasePerson) -> Json:
    """Erase a person; what was removed, what stays, and what else holds what is gone."""

    def work() -> Json:
        user_id = user_id_of(rooms, ask.user)
        if not ask.confirm:
            raise InvalidRequest(
                f"This erases {user_id} for good, and nobody can bring them back; say --confirm", param="confirm"
            )
        return _plain(erase(rooms, by_hand(rooms), user_id))

    return await asyncio.to_thread(work)


def _plain(given: msgspec.Struct) -> Json:
    told: Json = msgspec.to_builtins(given)
    for name in ("made_at", "erased_at"):
        if name in told:
            told[name] = when(told[name] * NS_PER_S)
    return told


PRIVACY: dict[str, tuple[type[Asked], Callable[[Rooms, Any], Awaitable[Json]]]] = {
    "person export": (ExportPerson, export_person),
    "person erase": (ErasePerson, erase_person),
}
