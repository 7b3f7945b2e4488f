"""The verbs about batches of all projects: list, show, cancel."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from msgspec import Meta

from tokenry.api.admin.asked import Asked
from tokenry.api.admin.shown import Json, when
from tokenry.api.rooms import Rooms
from tokenry.objects.batches import Batch


class ListBatches(Asked, kw_only=True, frozen=True):
    """The newest ones; `project` by id or name."""

    count: Annotated[int, Meta(ge=1, le=1000)] = 20
    project: str | None = None


class OneBatch(Asked, kw_only=True, frozen=True):
    """A batch by its id."""

    batch: str


async def listing(rooms: Rooms, ask: ListBatches) -> Json:
    """The newest batches, newest first."""

    def work() -> list[Batch]:
        project_id = None if ask.project is None else rooms.directory.project(ask.project).id
        return rooms.objects.batches.newest(ask.count, project_id)

    return {"batches": [_shown(rooms, batch) for batch in await asyncio.to_thread(work)]}


async def show(rooms: Rooms, ask: OneBatch) -> Json:
    """All of one batch but its content."""
    return _shown(rooms, await asyncio.to_thread(rooms.objects.batches.any, ask.batch))


async def cancel(rooms: Rooms, ask: OneBatch) -> Json:
    """Begin no more lines of a batch; without a server it ends at the next start."""

    def work() -> Batch:
        found = rooms.objects.batches.any(ask.batch)
        return rooms.objects.batches.cancel(found.project_id, found.id)

    return _shown(rooms, await asyncio.to_thread(work))


def _shown(rooms: Rooms, batch: Batch) -> Json:
    project = rooms.people.roster.projects.get(batch.project_id)
    return {
        "id": batch.id, "status": batch.state, "project": batch.project_id,
        "project_name": None if project is None else project.name, "key": batch.key_id, "endpoint": batch.endpoint,
        "model": batch.model, "total": batch.total, "completed": batch.completed, "failed": batch.failed,
        "input_file": batch.input_file_id, "output_file": batch.output_file_id, "error_file": batch.error_file_id,
        "created_at": when(batch.created_at), "expires_at": when(batch.expires_at), "ended_at": _ended(batch),
        "errors": [{"line": fault.line, "code": fault.code, "message": fault.message} for fault in batch.errors],
    }  # fmt: skip


def _ended(batch: Batch) -> str | None:
    found = (batch.completed_at, batch.failed_at, batch.expired_at, batch.cancelled_at)
    return next((when(at) for at in found if at is not None), None)


BATCHING: dict[str, tuple[type[Asked], Callable[[Rooms, Any], Awaitable[Json]]]] = {
    "batch list": (ListBatches, listing),
    "batch show": (OneBatch, show),
    "batch cancel": (OneBatch, cancel),
}
