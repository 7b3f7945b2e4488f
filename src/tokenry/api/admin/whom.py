"""Which person is meant by what somebody typed."""

from __future__ import annotations

from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import only
from tokenry.api.rooms import Rooms


def user_id_of(rooms: Rooms, ref: str) -> str:
    """The member of the first organization with this id, e-mail address or name. Raises NotFound. Blocks."""
    place = by_hand(rooms).organization_id
    found = [
        {"id": user_id}
        for (organization, user_id), member in rooms.people.roster.members.items()
        if organization == place and ref in {user_id, member.user.email, member.user.name}
    ]
    exact = [one for one in found if one["id"] == ref]
    user_id: str = only(exact or found, "user", ref)["id"]
    return user_id
