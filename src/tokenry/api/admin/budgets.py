"""The verbs about budgets: list, set, value, close."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

import msgspec

from tokenry.api.admin import shown
from tokenry.api.admin.asked import Asked, money
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json, Names
from tokenry.api.admin.whom import group_id_of, user_id_of
from tokenry.api.money import Wish, budget_for, place_of, value_for
from tokenry.api.rooms import Rooms
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.ledger import EVERYBODY, Budget, Window

Scope = Literal["organization", "project", "group", "user", "key", "everyone"]


class ListBudgets(Asked, kw_only=True, frozen=True):
    """Budgets in force, with those that members have of a default; with `every` closed ones too."""

    every: bool = False


class SetBudget(Asked, kw_only=True, frozen=True):
    """The limit of one budget by its id, or of the one for a scope, made when there is none.

    `scope_ref` is an id or name of what `scope` says; of everyone it is the organization. A `budget` takes no scope and
    keeps all its other terms. No `timezone` is the organization's; `thresholds` are percent of the limit.
    """

    limit: str
    budget: str | None = None
    scope: Scope | None = None
    scope_ref: str | None = None
    window: Window = "month"
    model: str | None = None
    hard: bool = True
    timezone: str | None = None
    thresholds: tuple[int, ...] | None = None


class SetValue(Asked, kw_only=True, frozen=True):
    """What one user has of a default, or each member of a group; no `limit` = as everybody else again."""

    budget: str
    limit: str | None = None
    user: str | None = None
    group: str | None = None


class OneBudget(Asked, kw_only=True, frozen=True):
    """A budget by id."""

    budget: str


@dataclass(frozen=True, slots=True)
class _Scoped:
    """What a budget is for: where, which kind of thing, and its id."""

    organization_id: str
    scope: Literal["organization", "project", "group", "user", "key"]
    scope_id: str


async def listing(rooms: Rooms, ask: ListBudgets) -> Json:
    """Budgets in the order in which they were made, each with its present window and its limit's source."""
    names = await asyncio.to_thread(Names, rooms)
    known = list(rooms.ledger.books.budgets.values())
    budgets = [b for b in known if b.purpose == "limit" and (ask.every or not b.closed)]
    return {"budgets": [shown.budget(rooms, budget, names) for budget in budgets]}


async def put(rooms: Rooms, ask: SetBudget) -> Json:
    """Make a budget or change its limit. A window under way is raised or lowered too. Answers once it is durable."""
    limit = money(ask.limit, "limit")
    if (ask.budget is None) == (ask.scope is None or ask.scope_ref is None):
        raise InvalidRequest(
            "say which budget: by its id, or by --key, --project, --group, --user, --everyone or --organization"
        )
    if ask.budget is not None:
        budget = _budget(rooms, ask.budget)
    else:
        budget = _find_or_make(rooms, ask, await asyncio.to_thread(_scoped, rooms, ask))
    budget = msgspec.structs.replace(budget, limit=limit, closed=False)
    if ask.thresholds is not None:
        budget = msgspec.structs.replace(budget, thresholds=ask.thresholds)
    if budget.of is not None:
        raise InvalidRequest(
            f"this is what one user or group has of a default; `tokenry budget value {budget.of}` sets it",
            param="budget",
        )
    await rooms.ledger.set_budget(budget)
    return await _shown(rooms, budget)


async def value(rooms: Rooms, ask: SetValue) -> Json:
    """Set what one user, or each member of a group, has of a default, or take it back. Answers once it is durable."""
    default = _budget(rooms, ask.budget)
    limit = None if ask.limit is None else money(ask.limit, "limit")
    user = None if ask.user is None else await asyncio.to_thread(user_id_of, rooms, ask.user)
    group = None if ask.group is None else await asyncio.to_thread(group_id_of, rooms, ask.group)
    budget = value_for(rooms, default, limit, user, group)
    await rooms.ledger.set_budget(budget)
    return await _shown(rooms, budget)


async def close(rooms: Rooms, ask: OneBudget) -> Json:
    """End a budget: it refuses and counts nothing any more."""
    budget = msgspec.structs.replace(_budget(rooms, ask.budget), closed=True)
    await rooms.ledger.set_budget(budget)
    return await _shown(rooms, budget)


def _find_or_make(rooms: Rooms, ask: SetBudget, scoped: _Scoped) -> Budget:
    wish = Wish(scoped.scope, scoped.scope_id, 0, ask.window, ask.hard, ask.model, ask.timezone, ask.thresholds)
    fresh = budget_for(rooms, scoped.organization_id, wish)
    for budget in rooms.ledger.books.budgets.values():
        place = place_of(rooms.people.roster, rooms.keys, budget)
        same = msgspec.structs.replace(
            fresh, id=budget.id, limit=budget.limit, created_at=budget.created_at, thresholds=budget.thresholds,
            organization_id=budget.organization_id,
        )  # fmt: skip  # all but what may differ
        if same == budget and place is not None and place.organization_id == scoped.organization_id:
            return budget
    return fresh


def _scoped(rooms: Rooms, ask: SetBudget) -> _Scoped:
    ref = ask.scope_ref
    assert ref is not None
    match ask.scope:
        case "key":
            key = rooms.keys.get(ref)
            return _Scoped(by_hand(rooms, key.project_id).organization_id, "key", key.id)
        case "project":
            project = rooms.directory.project(ref)
            return _Scoped(project.organization_id, "project", project.id)
        case "group":
            return _Scoped(by_hand(rooms).organization_id, "group", group_id_of(rooms, ref))
        case "user":
            return _Scoped(by_hand(rooms).organization_id, "user", user_id_of(rooms, ref))
    organization = rooms.directory.organization(ref).id
    if ask.scope == "everyone":
        return _Scoped(organization, "user", EVERYBODY)
    return _Scoped(organization, "organization", organization)


def _budget(rooms: Rooms, ref: str) -> Budget:
    budget = rooms.ledger.books.budgets.get(ref)
    if budget is None:
        raise NotFound(f"there is no budget {ref[:100]!r}; `tokenry budget list` shows those there are", param="budget")
    return budget


async def _shown(rooms: Rooms, budget: Budget) -> Json:
    return shown.budget(rooms, budget, await asyncio.to_thread(Names, rooms))
