"""New budgets and changed ones, as decisions about them: by whom, for what, in which time zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from tokenry.access import Actor, PermissionDenied
from tokenry.api.money.intents import Decision, carry_out
from tokenry.api.money.places import Place, place_of
from tokenry.api.money.standing import budgets_of
from tokenry.api.rooms import Rooms
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.ledger import (
    EVERYBODY,
    OVERRIDE,
    Budget,
    Scope,
    Window,
    effective,
    group_value,
    own_id,
    settled,
)

BUDGETS_MAX: Final = 1000  # open ones of an organization, without those that belong to a default


@dataclass(frozen=True, slots=True)
class Wish:
    """A budget as somebody wants it. `scope_id` EVERYBODY in the scope `user` is a default for each member.

    `timezone` None is the organization's. `limit` is nano-USD.
    """

    scope: Scope
    scope_id: str
    limit: int
    window: Window = "month"
    hard: bool = True
    model: str | None = None
    timezone: str | None = None
    thresholds: tuple[int, ...] | None = None


def budget_for(rooms: Rooms, organization_id: str, wish: Wish, project_id: str | None = None) -> Budget:
    """A new budget. Writes nothing.

    Raises:
        InvalidRequest: the organization has BUDGETS_MAX already.
        NotFound: what it shall limit is not in the organization, or not in the project asked for.
    """
    if sum(not budget.closed for budget in budgets_of(rooms, organization_id)) >= BUDGETS_MAX:
        raise InvalidRequest(f"an organization has at most {BUDGETS_MAX} open budgets; close some that nobody needs")
    now_ns, organization = rooms.clock.now_ns(), rooms.people.roster.organizations[organization_id]
    budget = Budget(
        id=new_id("bud", at_ns=now_ns),
        scope=wish.scope,
        scope_id=wish.scope_id,
        window=wish.window,
        limit=wish.limit,
        hard=wish.hard,
        created_at=now_ns,
        model=wish.model,
        timezone=wish.timezone or organization.timezone or "UTC",
        organization_id=organization_id,
        thresholds=wish.thresholds,
    )
    place = place_of(rooms.people.roster, rooms.keys, budget)
    foreign = place is None or place.organization_id != organization_id or project_id not in {None, place.project_id}
    if foreign or not _exists(rooms, budget, organization_id):
        raise NotFound(f"There is no {wish.scope} {wish.scope_id[:100]!r}.", param="scope_id")
    return budget


async def change(rooms: Rooms, by: Actor, budget: Budget, kind: str = "budget.updated") -> Budget:
    """Put a new budget, or another limit, thresholds or state of one, in force. The budget as it is then.

    Raises:
        PermissionDenied: it would lift a limit that was set for the whole organization.
        InvalidRequest, Conflict: as `carry_out`.
    """
    before = rooms.ledger.books.budgets.get(budget.id)
    budget = allowed(rooms, by, before, budget)
    was = {} if before is None else {"limit_before_nanousd": before.limit}
    await carry_out(rooms.desk, rooms.ledger, decision(rooms, by, kind, budget, was))
    return budget


def allowed(rooms: Rooms, by: Actor, before: Budget | None, budget: Budget) -> Budget:
    """The budget, marked with whether the organization or a project's own owners set it.

    Whoever may set limits within a project alone may set further ones there and lower those there are, but not raise or
    close what was set for the whole organization: else who is limited would lift the limit.

    Raises:
        PermissionDenied: they would.
    """
    if by.may("limits.write"):
        return msgspec.structs.replace(budget, set_within=None)
    place = place_of(rooms.people.roster, rooms.keys, budget)
    within = None if place is None else place.project_id
    if before is None or before.closed:
        return msgspec.structs.replace(budget, set_within=within)
    lifts = budget.limit > before.limit or budget.closed
    if lifts and (within is None or before.set_within != within):
        raise PermissionDenied(
            "this limit was set for the whole organization; ask an owner or admin of it, or file a limit request"
        )
    return budget


def decision(rooms: Rooms, by: Actor, kind: str, budget: Budget, details: dict[str, Any] | None = None) -> Decision:
    """The decision that a budget be so."""
    place = place_of(rooms.people.roster, rooms.keys, budget) or Place(by.organization_id)
    told = {"scope": budget.scope, "scope_id": budget.scope_id, "window": budget.window, **(details or {})}
    return Decision(by, kind, budget, project_id=place.project_id, details=told)


def value_for(rooms: Rooms, default: Budget, limit: int | None, user_id: str | None, group_id: str | None) -> Budget:
    """What one user or one group has of a default from now on: so many nano-USD, or None = as everybody else again.

    Raises:
        InvalidRequest: the budget is no default, or neither or both of user and group are named.
        NotFound: there is no such user or group in the organization.
    """
    if not default.is_default or default.organization_id is None:
        raise InvalidRequest(f"the budget {default.id} is no default for every user", param="budget_id")
    if (user_id is None) == (group_id is None):
        raise InvalidRequest("say either user_id or group_id", param="user_id")
    roster, organization_id = rooms.people.roster, default.organization_id
    if group_id is not None:
        group = roster.groups.get(group_id)
        if group is None or group.organization_id != organization_id:
            raise NotFound(f"There is no group {group_id[:100]!r}.", param="group_id")
        value = group_value(default, group_id, default.limit if limit is None else limit)
        return msgspec.structs.replace(value, closed=limit is None)
    assert user_id is not None
    if (organization_id, user_id) not in roster.members:
        raise NotFound(f"There is no member {user_id[:100]!r}.", param="user_id")
    if limit is not None:
        return settled(default, user_id, limit, OVERRIDE)
    others = {name: one for name, one in rooms.ledger.books.budgets.items() if name != own_id(default.id, user_id)}
    groups = [group.id for group in roster.groups_of(user_id, organization_id)]
    found = effective(others, default, user_id, groups)
    return settled(default, user_id, found.limit, found.source)


def _exists(rooms: Rooms, budget: Budget, organization_id: str) -> bool:
    """Whether a user or group is one of the organization's; the others were found with their place."""
    roster = rooms.people.roster
    if budget.scope == "group":
        group = roster.groups.get(budget.scope_id)
        return group is not None and group.organization_id == organization_id
    if budget.scope == "user" and budget.scope_id != EVERYBODY:
        return (organization_id, budget.scope_id) in roster.members
    return True
