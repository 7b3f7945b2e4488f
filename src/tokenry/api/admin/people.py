"""The verbs about people: list, create, role, disable, enable. They act in the first organization."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tokenry.access import (
    Actor,
    Member,
    OrganizationRole,
    ProjectRole,
    Standing,
    add_member,
    add_to_project,
    change_project_role,
    change_role,
    remove_from_project,
    set_disabled,
)
from tokenry.api.admin.asked import Asked
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json, when
from tokenry.api.admin.whom import user_id_of
from tokenry.api.rooms import Rooms


class ListUsers(Asked, kw_only=True, frozen=True):
    """All members."""


class CreateUser(Asked, kw_only=True, frozen=True):
    """A new member, who can sign in once they have a password or a sign-in provider knows their e-mail address."""

    email: str
    name: str | None = None
    role: OrganizationRole = "member"


class UserRole(Asked, kw_only=True, frozen=True):
    """Another role for a member: id, e-mail or name."""

    user: str
    role: OrganizationRole


class OneUser(Asked, kw_only=True, frozen=True):
    """A member by id, e-mail or name."""

    user: str


class InProject(OneUser, kw_only=True, frozen=True):
    """A member, and a project by id or name."""

    project: str


class AddToProject(InProject, kw_only=True, frozen=True):
    """With which role there."""

    role: ProjectRole = "member"


async def listing(rooms: Rooms, _ask: ListUsers) -> Json:
    """All members, in the order in which they came."""
    place = (await asyncio.to_thread(by_hand, rooms)).organization_id
    members = [member for (organization, _), member in rooms.people.roster.members.items() if organization == place]
    ordered = sorted(members, key=lambda member: (member.added_at, member.user.id))
    return {"users": [_shown(rooms, member) for member in ordered]}


async def create(rooms: Rooms, ask: CreateUser) -> Json:
    """Let somebody in."""
    return await _act(rooms, lambda by: add_member(rooms.desk, by, ask.email, ask.name, ask.role))


async def role(rooms: Rooms, ask: UserRole) -> Json:
    """Give a member another role."""
    return await _act(rooms, lambda by: change_role(rooms.desk, by, user_id_of(rooms, ask.user), ask.role))


async def disable(rooms: Rooms, ask: OneUser) -> Json:
    """Shut a member out: their keys and sessions open nothing."""
    return await _act(rooms, lambda by: set_disabled(rooms.desk, by, user_id_of(rooms, ask.user), disabled=True))


async def enable(rooms: Rooms, ask: OneUser) -> Json:
    """Let a member in again."""
    return await _act(rooms, lambda by: set_disabled(rooms.desk, by, user_id_of(rooms, ask.user), disabled=False))


async def add(rooms: Rooms, ask: AddToProject) -> Json:
    """Give a member a role in a project, or another one there."""

    def put(by: Actor) -> Standing:
        user_id, project_id = user_id_of(rooms, ask.user), _project(rooms, by, ask.project)
        member = rooms.people.roster.members[by.organization_id, user_id]
        change = change_project_role if project_id in member.projects else add_to_project
        return change(rooms.desk, by, project_id, user_id, ask.role)

    return await _act(rooms, put)


async def remove(rooms: Rooms, ask: InProject) -> Json:
    """Take a member's own role in a project away; what a group gives them stays."""

    def take(by: Actor) -> Standing:
        user_id = user_id_of(rooms, ask.user)
        remove_from_project(rooms.desk, by, _project(rooms, by, ask.project), user_id)
        member = rooms.people.roster.members[by.organization_id, user_id]
        return Standing(member.user, member.role, member.added_at)

    return await _act(rooms, take)


def _project(rooms: Rooms, by: Actor, ref: str) -> str:
    return rooms.directory.project(ref, by.organization_id).id


async def _act(rooms: Rooms, act: Callable[[Actor], Standing]) -> Json:
    def work() -> Member:
        by = by_hand(rooms)
        user_id = act(by).user.id
        rooms.refresh()
        return rooms.people.roster.members[by.organization_id, user_id]

    return _shown(rooms, await asyncio.to_thread(work))


def _shown(rooms: Rooms, member: Member) -> Json:
    user, roster = member.user, rooms.people.roster
    groups = roster.groups_of(user.id, member.organization_id)
    roles = roster.project_roles(user.id, member.organization_id)
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "role": member.role,
        "state": "disabled" if user.disabled_at is not None else "active",
        "groups": [group.name for group in groups],
        "projects": [
            {"id": project_id, "name": roster.projects[project_id].name, "role": roles[project_id]}
            for project_id in sorted(roles)
            if project_id in roster.projects
        ],
        "added_at": when(member.added_at),
        "disabled_at": when(user.disabled_at),
    }
