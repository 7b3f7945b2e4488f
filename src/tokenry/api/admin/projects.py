"""The verbs about projects: list, create."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

from msgspec import UNSET, UnsetType

from tokenry.access import (
    Actor,
    ModelsMode,
    Project,
    ProjectTerms,
    Retention,
    archive_project,
    create_project,
    local_actor,
    rename_project,
    set_project_retention,
    set_project_terms,
)
from tokenry.api.admin.asked import Asked
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json, when
from tokenry.api.rooms import Rooms
from tokenry.base.data_class import DEFAULT, DataClass


class ListProjects(Asked, kw_only=True, frozen=True):
    """All projects."""


class CreateProject(Asked, kw_only=True, frozen=True):
    """A new project in the first organization."""

    name: str


class OneProject(Asked, kw_only=True, frozen=True):
    """A project by id or name."""

    project: str


class SetProject(OneProject, kw_only=True, frozen=True):
    """What is to be otherwise; null takes it away: internal data then, all models, the organization's retention."""

    name: str | UnsetType = UNSET
    data_class: DataClass | UnsetType | None = UNSET
    models: tuple[str, ...] | UnsetType | None = UNSET
    models_mode: ModelsMode = "allow_list"
    retention: Retention | Literal["none"] | UnsetType | None = UNSET


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


async def archive(rooms: Rooms, ask: OneProject) -> Json:
    """Archive a project for good: its keys open nothing any more."""
    return await _act(rooms, ask.project, lambda by, one: archive_project(rooms.desk, by, one.id))


async def put(rooms: Rooms, ask: SetProject) -> Json:
    """Change what a project is called, may use, sends, and keeps."""

    def change(by: Actor, one: Project) -> Project:
        if not isinstance(ask.name, UnsetType):
            one = rename_project(rooms.desk, by, one.id, ask.name)
        models = (
            ask.models if isinstance(ask.models, UnsetType) or ask.models is None else (ask.models_mode, ask.models)
        )
        terms = ProjectTerms(ask.data_class, models)
        if terms != ProjectTerms():
            one = set_project_terms(rooms.desk, by, one, terms)
        if not isinstance(ask.retention, UnsetType):
            one = set_project_retention(rooms.desk, by, one, ask.retention)
        return one

    return await _act(rooms, ask.project, change)


async def _act(rooms: Rooms, ref: str, act: Callable[[Actor, Project], Project]) -> Json:
    def work() -> Project:
        project = rooms.directory.project(ref)
        act(local_actor(project.organization_id), project)
        rooms.refresh()
        return rooms.people.roster.projects[project.id]

    return _project(await asyncio.to_thread(work))


def _project(one: Project) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "organization": one.organization_id,
        "created_at": when(one.created_at),
        "archived_at": when(one.archived_at),
        "data_class": one.data_class or DEFAULT,
        "models_mode": one.models_mode,
        "models": None if one.models is None else list(one.models),
        "retention": one.retention,
    }
