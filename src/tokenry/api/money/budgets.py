"""Budgets: `/v1/tokenry/budgets`, and those of one project: `/v1/tokenry/projects/{project_id}/budgets`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.money.making import Wish, budget_for, change, value_for
from tokenry.api.money.places import budget_in
from tokenry.api.money.shapes import BudgetShape, Thresholds, Usd, nano, shape
from tokenry.api.money.standing import budgets_of, budgets_over, own_budget_of
from tokenry.base.errors import InvalidRequest
from tokenry.ledger import Budget, Scope, Window

Id = Annotated[str, Meta(max_length=128)]


class ListBudgets(Paged, kw_only=True, frozen=True):
    """Which page, and whether closed budgets are in it."""

    include_closed: bool = False


class CreateBudget(Taken, kw_only=True, frozen=True):
    """A new budget. `scope_id` `*` in the scope `user` is a default: each member has as much of their own."""

    scope: Scope
    scope_id: Id
    limit_usd: Usd
    window: Window = "month"
    hard: bool = True
    model: Annotated[str, Meta(max_length=256)] | None = None
    timezone: Annotated[str, Meta(max_length=100)] | None = None
    thresholds: Thresholds | None = None


class UpdateBudget(Taken, kw_only=True, frozen=True):
    """What changes of it; what is not named stays. `state` `open` reopens a closed one."""

    limit_usd: Usd | None = None
    thresholds: Thresholds | None = None
    state: Literal["open"] | None = None


class SetValue(Taken, kw_only=True, frozen=True):
    """What one user has of a default, or each member of a group; no `limit_usd` = as everybody else again."""

    user_id: Id | None = None
    group_id: Id | None = None
    limit_usd: Usd | None = None


class Budgets(msgspec.Struct, kw_only=True):
    """Budgets, all of them."""

    data: list[BudgetShape]
    object: Literal["list"] = "list"


def listing(call: Call) -> Page[BudgetShape]:
    """List budgets. Each with its limit and where that comes from, what is left, and when it begins anew."""
    ask: ListBudgets = call.query
    found = budgets_of(call.rooms, call.organization_id, call.path.get("project_id"))
    kept = [budget for budget in found if ask.include_closed or not budget.closed]
    return listed(kept, ask, lambda budget: budget.id, lambda budget: shape(call.rooms, budget))


async def create(call: Call) -> BudgetShape:
    """Create a budget. It counts from now on; a hard one refuses what would go beyond its limit."""
    ask: CreateBudget = call.body
    wish = Wish(
        ask.scope, ask.scope_id, nano(ask.limit_usd), ask.window, ask.hard, ask.model, ask.timezone, ask.thresholds
    )
    budget = budget_for(call.rooms, call.organization_id, wish, call.path.get("project_id"))
    return shape(call.rooms, await change(call.rooms, call.actor, budget, "budget.created"))


def retrieve(call: Call) -> BudgetShape:
    """Retrieve a budget."""
    return shape(call.rooms, _budget(call))


async def update(call: Call) -> BudgetShape:
    """Change a budget. Its window under way is raised or lowered at once; what requests hold is taken back as they
    end. What was spent stays spent, also in a budget that is reopened."""
    ask: UpdateBudget = call.body
    budget = _budget(call)
    budget = msgspec.structs.replace(
        budget,
        limit=budget.limit if ask.limit_usd is None else nano(ask.limit_usd),
        thresholds=budget.thresholds if ask.thresholds is None else ask.thresholds,
        closed=budget.closed and ask.state is None,
    )
    if budget.of is not None:
        raise InvalidRequest(
            f"this is what one user or group has of the default {budget.of}; set it at "
            f"/v1/tokenry/budgets/{budget.of}/values",
            param="budget_id",
        )
    await change(call.rooms, call.actor, budget)
    return shape(call.rooms, budget)


async def close(call: Call) -> BudgetShape:
    """Close a budget. It refuses and counts nothing any more."""
    budget = msgspec.structs.replace(_budget(call), closed=True)
    await change(call.rooms, call.actor, budget, "budget.closed")
    return shape(call.rooms, budget)


async def set_value(call: Call) -> BudgetShape:
    """Set what one user, or each member of a group, has of a default. A user's own goes before their groups', of which
    the least counts, and these before the default."""
    ask: SetValue = call.body
    default = _budget(call)
    limit = None if ask.limit_usd is None else nano(ask.limit_usd)
    value = value_for(call.rooms, default, limit, ask.user_id, ask.group_id)
    await change(call.rooms, call.actor, value)
    return shape(call.rooms, value)


def members(call: Call) -> Page[BudgetShape]:
    """List what each member has of a default. Their own limit and its source, and how it stands."""
    default = _budget(call)
    if not default.is_default:
        raise InvalidRequest(f"the budget {default.id} is no default for every user", param="budget_id")
    roster = call.rooms.people.roster
    users = sorted(user for organization, user in roster.members if organization == call.organization_id)
    return listed(users, call.query, lambda user: user, lambda user: _own(call, default, user))


def mine(call: Call) -> Budgets:
    """List what counts for the caller. Their own budgets, their groups', their projects' and their keys', each with
    the source of its limit; a project's key sees its project's and its own."""
    return Budgets(data=[shape(call.rooms, budget) for budget in budgets_over(call.rooms, call.actor)])


def _own(call: Call, default: Budget, user_id: str) -> BudgetShape:
    return shape(call.rooms, own_budget_of(call.rooms, default, user_id))


def _budget(call: Call) -> Budget:
    return budget_in(call.rooms, call.path["budget_id"], call.organization_id, call.path.get("project_id"))


_EXAMPLE = {"scope": "user", "scope_id": "*", "limit_usd": "20.00", "window": "month", "thresholds": [50, 80, 100]}


def _under(base: str, example: dict[str, object]) -> tuple[Guarded, ...]:
    one = f"{base}/{{budget_id}}"
    return (
        Guarded("GET", base, "limits.read", listing, asks=ListBudgets),
        Guarded("POST", base, "limits.write", create, takes=CreateBudget, example=example),
        Guarded("GET", one, "limits.read", retrieve),
        Guarded("POST", one, "limits.write", update, takes=UpdateBudget, example={"limit_usd": "75.00"}),
        Guarded("POST", f"{one}/close", "limits.write", close),
    )


_ALL, _OF_PROJECT = "/v1/tokenry/budgets", "/v1/tokenry/projects/{project_id}/budgets"
_ONE = f"{_ALL}/{{budget_id}}"
ROUTES = (
    *_under(_ALL, dict(_EXAMPLE)),
    Guarded("GET", f"{_ONE}/members", "limits.read", members, asks=Paged),
    Guarded(
        "POST", f"{_ONE}/values", "limits.write", set_value, takes=SetValue,
        example={"group_id": "group_01kdx3c8v2", "limit_usd": "5.00"},
    ),
    *_under(_OF_PROJECT, {"scope": "project", "scope_id": "proj_01kdx3c8v2", "limit_usd": "50.00"}),
    Guarded("GET", "/v1/tokenry/me/budgets", None, mine),
)  # fmt: skip  # a route a line where it fits
