"""The verbs about groups: list, create, add, remove, set. They act in the first organization."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec import UNSET, UnsetType

from tokenry.access import (
    Actor,
    Group,
    GroupTerms,
    add_to_group,
    create_group,
    remove_from_group,
    set_group_terms,
    update_group,
)
from tokenry.api.admin.asked import Asked
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json, only, when
from tokenry.api.admin.whom import user_id_of
from tokenry.api.rooms import Rooms
from tokenry.base.data_class import DataClass


class ListGroups(Asked, kw_only=True, frozen=True):
    """All groups."""


class CreateGroup(Asked, kw_only=True, frozen=True):
    """A new group, inside `parent` (id or name) if that is named; bounded as said."""

    name: str
    parent: str | None = None
    models: tuple[str, ...] | None = None
    data_class: DataClass | None = None


class GroupMember(Asked, kw_only=True, frozen=True):
    """A group by id or name; a member by id, e-mail or name."""

    group: str
    user: str


class SetGroup(Asked, kw_only=True, frozen=True):
    """What is to be otherwise; null takes a parent or a bound away."""

    group: str
    name: str | UnsetType = UNSET
    parent: str | UnsetType | None = UNSET
    models: tuple[str, ...] | UnsetType | None = UNSET
    data_class: DataClass | UnsetType | None = UNSET


async def listing(rooms: Rooms, _ask: ListGroups) -> Json:
    """All groups, oldest first."""
    place = (await asyncio.to_thread(by_hand, rooms)).organization_id
    return {"groups": [_shown(rooms, group) for group in _ours(rooms, place)]}


async def create(rooms: Rooms, ask: CreateGroup) -> Json:
    """Make a group."""

    def make(by: Actor) -> str:
        parent = None if ask.parent is None else _group(rooms, by, ask.parent).id
        group = create_group(rooms.desk, by, ask.name, parent)
        if ask.models is not None or ask.data_class is not None:
            set_group_terms(rooms.desk, by, group, GroupTerms(ask.data_class, ask.models))
        return group.id

    return await _act(rooms, make)


async def add(rooms: Rooms, ask: GroupMember) -> Json:
    """Put a member of the organization into a group."""

    def put(by: Actor) -> str:
        group = _group(rooms, by, ask.group)
        add_to_group(rooms.desk, by, group.id, user_id_of(rooms, ask.user))
        return group.id

    return await _act(rooms, put)


async def remove(rooms: Rooms, ask: GroupMember) -> Json:
    """Take somebody out of a group."""

    def take(by: Actor) -> str:
        group = _group(rooms, by, ask.group)
        remove_from_group(rooms.desk, by, group.id, user_id_of(rooms, ask.user))
        return group.id

    return await _act(rooms, take)


async def put(rooms: Rooms, ask: SetGroup) -> Json:
    """Change a group's name, its place, the models its members may use, the data they may send."""

    def change(by: Actor) -> str:
        group = _group(rooms, by, ask.group)
        name = group.name if isinstance(ask.name, UnsetType) else ask.name
        parent_id = group.parent_id
        if not isinstance(ask.parent, UnsetType):
            parent_id = None if ask.parent is None else _group(rooms, by, ask.parent).id
        if (name, parent_id) != (group.name, group.parent_id):
            group = update_group(rooms.desk, by, group, name, parent_id)
        if not (ask.models is UNSET and ask.data_class is UNSET):
            set_group_terms(rooms.desk, by, group, GroupTerms(ask.data_class, ask.models))
        return group.id

    return await _act(rooms, change)


async def _act(rooms: Rooms, act: Callable[[Actor], str]) -> Json:
    def work() -> Group:
        group_id = act(by_hand(rooms))
        rooms.refresh()
        return rooms.people.roster.groups[group_id]

    return _shown(rooms, await asyncio.to_thread(work))


def _ours(rooms: Rooms, organization_id: str) -> list[Group]:
    groups = [one for one in rooms.people.roster.groups.values() if one.organization_id == organization_id]
    return sorted(groups, key=lambda group: (group.created_at, group.id))


def _group(rooms: Rooms, by: Actor, ref: str) -> Group:
    found = [{"id": one.id} for one in _ours(rooms, by.organization_id) if ref in {one.id, one.name}]
    return rooms.people.roster.groups[only(found, "group", ref)["id"]]


def _shown(rooms: Rooms, group: Group) -> Json:
    roster = rooms.people.roster
    parent = roster.groups.get(group.parent_id or "")
    return {
        "id": group.id,
        "name": group.name,
        "parent": group.parent_id,
        "parent_name": None if parent is None else parent.name,
        "models": None if group.models is None else sorted(group.models),
        "data_class": group.data_class,
        "members": [
            {"id": user_id, "name": roster.users[user_id].name, "email": roster.users[user_id].email, "source": source}
            for user_id, source in sorted(group.members.items())
            if user_id in roster.users
        ],
        "projects": [
            {"id": project_id, "name": roster.projects[project_id].name, "role": role}
            for project_id, role in sorted(group.projects.items())
            if project_id in roster.projects
        ],
        "created_at": when(group.created_at),
    }
