"""The verbs about budgets: list, set, close."""

from __future__ import annotations

import asyncio
from typing import Literal

import msgspec

from tokenry.api.admin import shown
from tokenry.api.admin.asked import Asked, money
from tokenry.api.admin.shown import Json, Names
from tokenry.api.rooms import Rooms
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.ledger import Budget, Window

Scope = Literal["organization", "project", "user", "key"]


class ListBudgets(Asked, kw_only=True, frozen=True):
    """Budgets in force; with `every` closed ones too."""

    every: bool = False


class SetBudget(Asked, kw_only=True, frozen=True):
    """The limit of one budget by its id, or of the one for a scope, made when there is none.

    `scope_ref` is an id or name of what `scope` says. A `budget` takes no scope and keeps all its other terms.
    """

    limit: str
    budget: str | None = None
    scope: Scope | None = None
    scope_ref: str | None = None
    window: Window = "month"
    model: str | None = None
    hard: bool = True
    timezone: str = "UTC"


class OneBudget(Asked, kw_only=True, frozen=True):
    """A budget by id."""

    budget: str


async def listing(rooms: Rooms, ask: ListBudgets) -> Json:
    """Budgets in the order in which they were made, each with its present window."""
    names = await asyncio.to_thread(Names, rooms)
    budgets = [b for b in rooms.ledger.books.budgets.values() if ask.every or not b.closed]
    return {"budgets": [shown.budget(rooms, budget, names) for budget in budgets]}


async def put(rooms: Rooms, ask: SetBudget) -> Json:
    """Make a budget or change its limit. A window under way is raised or lowered too. Answers once it is durable."""
    limit = money(ask.limit, "limit")
    if (ask.budget is None) == (ask.scope is None or ask.scope_ref is None):
        raise InvalidRequest("say which budget: by its id, or by --key, --project, --user or --organization")
    if ask.budget is not None:
        budget = _budget(rooms, ask.budget)
    else:
        budget = _find_or_make(rooms, ask, await asyncio.to_thread(_scope_id, rooms, ask))
    budget = msgspec.structs.replace(budget, limit=limit, closed=False)
    await rooms.ledger.set_budget(budget)
    return await _shown(rooms, budget)


async def close(rooms: Rooms, ask: OneBudget) -> Json:
    """End a budget: it refuses and counts nothing any more."""
    budget = msgspec.structs.replace(_budget(rooms, ask.budget), closed=True)
    await rooms.ledger.set_budget(budget)
    return await _shown(rooms, budget)


def _find_or_make(rooms: Rooms, ask: SetBudget, scope_id: str) -> Budget:
    assert ask.scope is not None
    for budget in rooms.ledger.books.budgets.values():
        same = (budget.scope, budget.scope_id, budget.window, budget.model) == (
            ask.scope, scope_id, ask.window, ask.model
        )  # fmt: skip
        if same and (budget.hard, budget.timezone, budget.closed) == (ask.hard, ask.timezone, False):
            return budget
    now_ns = rooms.clock.now_ns()
    return Budget(
        id=new_id("bud", at_ns=now_ns),
        scope=ask.scope,
        scope_id=scope_id,
        window=ask.window,
        limit=0,
        hard=ask.hard,
        created_at=now_ns,
        model=ask.model,
        timezone=ask.timezone,
    )


def _scope_id(rooms: Rooms, ask: SetBudget) -> str:
    ref = ask.scope_ref
    assert ref is not None
    match ask.scope:
        case "key":
            return rooms.keys.get(ref).id
        case "project":
            return rooms.directory.project(ref).id
        case "user":
            return rooms.directory.user(ref).id
        case _:
            return rooms.directory.organization(ref).id


def _budget(rooms: Rooms, ref: str) -> Budget:
    budget = rooms.ledger.books.budgets.get(ref)
    if budget is None:
        raise NotFound(f"there is no budget {ref[:100]!r}; `tokenry budget list` shows those there are", param="budget")
    return budget


async def _shown(rooms: Rooms, budget: Budget) -> Json:
    return shown.budget(rooms, budget, await asyncio.to_thread(Names, rooms))
