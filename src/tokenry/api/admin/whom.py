"""Which person, group, programme or award is meant by what somebody typed."""

from __future__ import annotations

from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import only
from tokenry.api.rooms import Rooms
from tokenry.ledger import Award
from tokenry.programmes import Programme, programmes_of


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


def programme_meant(rooms: Rooms, ref: str) -> Programme:
    """The programme of the first organization with this id or name. Raises NotFound. Blocks."""
    found = {one.id: one for one in programmes_of(rooms.desk.db, by_hand(rooms).organization_id)}
    return found[only([{"id": one.id} for one in found.values() if ref in {one.id, one.name}], "programme", ref)["id"]]


def award_meant(rooms: Rooms, ref: str) -> Award:
    """The award with this id, or the only one with this name. Raises NotFound."""
    awards = rooms.ledger.books.awards
    if ref in awards:
        return awards[ref]
    found = only([{"id": award.id} for award in awards.values() if award.name == ref], "award", ref)
    return awards[found["id"]]
