"""The verbs about projects: list, create."""

from __future__ import annotations

import asyncio

from tokenry.access import Project, create_project
from tokenry.api.admin.asked import Asked
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json, when
from tokenry.api.rooms import Rooms


class ListProjects(Asked, kw_only=True, frozen=True):
    """All projects."""


class CreateProject(Asked, kw_only=True, frozen=True):
    """A new project in the first organization."""

    name: str


async def listing(rooms: Rooms, _ask: ListProjects) -> Json:
    """All projects with the number of their active keys, oldest first."""
    now_ns = rooms.clock.now_ns()
    projects = await asyncio.to_thread(rooms.directory.projects)
    active = [record.project_id for record in rooms.keys.list() if record.state(now_ns) == "active"]
    return {"projects": [{**_project(one), "active_keys": active.count(one.id)} for one in projects]}


async def create(rooms: Rooms, ask: CreateProject) -> Json:
    """Make a project."""

    def make() -> Project:
        made = create_project(rooms.desk, by_hand(rooms), ask.name)
        rooms.refresh()
        return made

    return _project(await asyncio.to_thread(make))


def _project(one: Project) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "organization": one.organization_id,
        "created_at": when(one.created_at),
        "archived_at": when(one.archived_at),
    }
