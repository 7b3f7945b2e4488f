"""Which person or group is meant by what somebody typed."""

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


def group_id_of(rooms: Rooms, ref: str) -> str:
    """The group of the first organization with this id or name. Raises NotFound."""
    place = by_hand(rooms).organization_id
    groups = [group for group in rooms.people.roster.groups.values() if group.organization_id == place]
    group_id: str = only([{"id": group.id} for group in groups if ref in {group.id, group.name}], "group", ref)["id"]
    return group_id
