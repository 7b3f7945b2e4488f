"""The verbs about keys: create, list, show, revoke.

A key with a budget is made in an order that leaves no way around the budget: the key's text is told to nobody before
the budget is durable in the ledger. Should that fail the key is revoked again; should the process die in between, there
is a key whose text nobody has ever seen.
"""

from __future__ import annotations

import asyncio

import msgspec

from tokenry.access import KeyRecord, NewKey
from tokenry.api.admin import shown
from tokenry.api.admin.asked import Asked, money, until
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json, Names
from tokenry.api.rooms import Rooms
from tokenry.base.errors import TokenryError
from tokenry.base.ids import new_id
from tokenry.ledger import Budget, Window


class CreateKey(Asked, kw_only=True, frozen=True):
    """A new key. `budget` is dollars that it may spend per `window`, hard; `expires` a span or a time."""

    name: str
    project: str | None = None
    user: str | None = None
    models: tuple[str, ...] | None = None
    budget: str | None = None
    window: Window = "total"
    expires: str | None = None
    limits: dict[str, int] = msgspec.field(default_factory=dict)


class ListKeys(Asked, kw_only=True, frozen=True):
    """The keys of one project, or all; revoked ones only when `every`."""

    project: str | None = None
    every: bool = False


class OneKey(Asked, kw_only=True, frozen=True):
    """A key by id, prefix, name, or its own text."""

    key: str


async def create(rooms: Rooms, ask: CreateKey) -> Json:
    """Make a key. `key` in the answer is its text, told this once and kept nowhere."""
    now_ns = rooms.clock.now_ns()
    limit = None if ask.budget is None else money(ask.budget, "budget")
    taken = any(r.name == ask.name and r.revoked_at is None for r in rooms.keys.list())
    project = await asyncio.to_thread(_project, rooms, ask.project)
    user = None if ask.user is None else (await asyncio.to_thread(rooms.directory.user, ask.user)).id
    new = NewKey(
        name=ask.name,
        project_id=project,
        user_id=user,
        models=ask.models,
        expires_at=None if ask.expires is None else until(ask.expires, now_ns, "expires"),
        budget_id=None if limit is None else new_id("bud", at_ns=now_ns),
        limits=ask.limits,
    )
    record, secret = await asyncio.to_thread(rooms.keys.create, new, by_hand(rooms, project))
    if limit is not None:
        await _limit(rooms, record, limit, ask.window)
    names = await asyncio.to_thread(Names, rooms)
    notes = [
        f"no model {model!r} is configured yet"
        for model in ask.models or ()
        if not rooms.router.catalogue.resolve(model)
    ]
    if taken:
        notes.append(f"another key is called {record.name!r} too: say which you mean by id or prefix ({record.prefix})")
    answer = shown.key(rooms, record, names)
    return {"id": answer.pop("id"), "key": secret, **answer, "notes": notes}


async def listing(rooms: Rooms, ask: ListKeys) -> Json:
    """All keys that may still open something, oldest first; with `every` also revoked ones."""
    names = await asyncio.to_thread(Names, rooms)
    project = None if ask.project is None else await asyncio.to_thread(_project, rooms, ask.project)
    records = [r for r in rooms.keys.list(project) if ask.every or r.revoked_at is None]
    return {"keys": [shown.key(rooms, record, names) for record in records]}


async def show(rooms: Rooms, ask: OneKey) -> Json:
    """One key."""
    return shown.key(rooms, rooms.keys.get(ask.key), await asyncio.to_thread(Names, rooms))


async def revoke(rooms: Rooms, ask: OneKey) -> Json:
    """End a key at once and for good; a second time changes nothing."""
    by = by_hand(rooms, rooms.keys.get(ask.key).project_id)
    record = await asyncio.to_thread(rooms.keys.revoke, ask.key, by=by)
    return shown.key(rooms, record, await asyncio.to_thread(Names, rooms))


async def _limit(rooms: Rooms, record: KeyRecord, limit: int, window: Window) -> None:
    assert record.budget_id is not None
    budget = Budget(
        id=record.budget_id,
        scope="key",
        scope_id=record.id,
        window=window,
        limit=limit,
        hard=True,
        created_at=record.created_at,
    )
    try:
        await rooms.ledger.set_budget(budget)
    except (TokenryError, asyncio.CancelledError):
        # Nobody has seen the key's text, so it is harmless; revoking only keeps the list tidy.
        by = by_hand(rooms, record.project_id)
        await asyncio.shield(asyncio.to_thread(rooms.keys.revoke, record.id, by=by))
        raise


def _project(rooms: Rooms, ref: str | None) -> str:
    return rooms.directory.ensure_first().project.id if ref is None else rooms.directory.project(ref).id
