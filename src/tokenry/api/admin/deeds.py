"""Which admin verbs are administrative acts, and what the audit log keeps of each: one table, one way.

Verbs that change people, projects or keys note themselves in the transaction of the change. Those that change the
ledger, the configuration or files are noted here, around the verb. Kept are ids and settings; never a name that
somebody chose, a prompt, or the text of a key.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from tokenry.access import Actor, Outcome, done, intend, local_actor, undone
from tokenry.api.admin.shown import Json
from tokenry.api.rooms import Rooms
from tokenry.base.errors import TokenryError


@dataclass(frozen=True, slots=True)
class Deed:
    """An act.

    Args:
        kind: the audit log's word for it.
        told: the members of the answer that the log keeps.
        resource: the member that holds the id of what was changed.
    """

    kind: str
    told: tuple[str, ...] = ()
    resource: str = "id"


_BUDGET = ("scope", "scope_id", "model", "window", "hard", "timezone", "limit_usd", "state")

DEEDS: dict[str, Deed] = {
    "budget set": Deed("budget.updated", _BUDGET),
    "budget value": Deed("budget.updated", _BUDGET),
    "budget close": Deed("budget.updated", _BUDGET),
    "reload": Deed("configuration.reloaded", ("price_version",)),
    "restore confirm": Deed("restore.confirmed", ("restored_at", "newest_at")),
    "backup": Deed("backup.created", ("made_at", "newest_at", "rows", "size_bytes")),
    "statement issue": Deed("statement.issued"),
    "file delete": Deed("file.deleted", ("purpose", "size_bytes", "project")),
    "batch cancel": Deed("batch.cancelled", ("status",)),
}


def by_hand(rooms: Rooms, project_id: str | None = None) -> Actor:
    """Whoever works at the machine's command line, in the organization of a project, or in the first one."""
    project = rooms.people.roster.projects.get(project_id or "")
    if project is None:
        return local_actor(rooms.directory.ensure_first().organization.id)
    return local_actor(project.organization_id)


async def noted(rooms: Rooms, deed: Deed, answer: Callable[[], Awaitable[Json]]) -> Json:
    """The answer of a verb that is an act, which the log has when this returns. Raises as the verb."""
    key, organization = await _begin(rooms, deed)
    try:
        given = await answer()
    except TokenryError:
        await asyncio.to_thread(undone, rooms.desk, key)
        raise
    await asyncio.to_thread(done, rooms.desk, key, deed.kind, _outcome(rooms, deed, given, organization))
    return given


async def noted_at_end(rooms: Rooms, deed: Deed, answers: AsyncGenerator[Json]) -> AsyncGenerator[Json]:
    """The answers of a verb that tells how far it is; the log has it before the last one is told."""
    key, organization = await _begin(rooms, deed)
    try:
        async with aclosing(answers):
            async for one in answers:
                if "doing" not in one:
                    outcome = _outcome(rooms, deed, one, organization)
                    await asyncio.to_thread(done, rooms.desk, key, deed.kind, outcome)
                yield one
    except (TokenryError, GeneratorExit, asyncio.CancelledError):
        await asyncio.to_thread(undone, rooms.desk, key)
        raise


async def _begin(rooms: Rooms, deed: Deed) -> tuple[str, str]:
    organization = by_hand(rooms).organization_id
    return await asyncio.to_thread(intend, rooms.desk, deed.kind, organization), organization


def _outcome(rooms: Rooms, deed: Deed, given: Json, organization: str) -> Outcome:
    project_id = given.get("project") if isinstance(given.get("project"), str) else None
    project = rooms.people.roster.projects.get(project_id or "")
    return Outcome(
        organization_id=organization if project is None else project.organization_id,
        resource_id=given.get(deed.resource),
        project_id=project_id,
        details={name: given[name] for name in deed.told if given.get(name) is not None},
    )
