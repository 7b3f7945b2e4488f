"""The verbs about files of all projects: list, show, delete. Never their contents."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from msgspec import Meta

from tokenry.api.admin.asked import Asked
from tokenry.api.admin.shown import Json, when
from tokenry.api.rooms import Rooms
from tokenry.objects import StoredFile


class ListFiles(Asked, kw_only=True, frozen=True):
    """The newest ones; `project` by id or name."""

    count: Annotated[int, Meta(ge=1, le=1000)] = 20
    project: str | None = None


class OneFile(Asked, kw_only=True, frozen=True):
    """A file by its id."""

    file: str


async def listing(rooms: Rooms, ask: ListFiles) -> Json:
    """The newest files, newest first, and how many bytes all of them have."""

    def work() -> Json:
        project_id = None if ask.project is None else rooms.directory.project(ask.project).id
        files = rooms.objects.files
        found = [_shown(rooms, file) for file in files.newest(ask.count, project_id)]
        return {"files": found, "size_bytes": files.size(project_id)}

    return await asyncio.to_thread(work)


async def show(rooms: Rooms, ask: OneFile) -> Json:
    """All of one file but its content."""
    return _shown(rooms, await asyncio.to_thread(rooms.objects.files.any, ask.file))


async def delete(rooms: Rooms, ask: OneFile) -> Json:
    """Forget a file and its content, as a key of its project could."""

    def work() -> StoredFile:
        found = rooms.objects.files.any(ask.file)
        return rooms.objects.files.delete(found.project_id, found.id)

    return _shown(rooms, await asyncio.to_thread(work))


def _shown(rooms: Rooms, file: StoredFile) -> Json:
    project = rooms.people.roster.projects.get(file.project_id)
    return {
        "id": file.id, "name": file.name, "purpose": file.purpose, "size_bytes": file.size, "sha256": file.sha256,
        "project": file.project_id, "project_name": None if project is None else project.name, "key": file.key_id,
        "created_at": when(file.created_at), "expires_at": None if file.expires_at is None else when(file.expires_at),
    }  # fmt: skip


FILES: dict[str, tuple[type[Asked], Callable[[Rooms, Any], Awaitable[Json]]]] = {
    "file list": (ListFiles, listing),
    "file show": (OneFile, show),
    "file delete": (OneFile, delete),
}
