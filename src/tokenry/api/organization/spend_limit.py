"""Spend limits: `/v1/organization/spend_limit` and `/v1/organization/projects/{project_id}/spend_limit`.

Each is a hard monthly budget of the ledger with an id of its own, in the organization's time zone, so that what it says
is what is enforced.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Taken
from tokenry.api.money import Wish, budget_for, change, stand_of
from tokenry.base.errors import NotFound
from tokenry.base.units import AMOUNT_MAX, NANO_PER_USD
from tokenry.ledger import Budget

NANO_PER_CENT: Final = NANO_PER_USD // 100
CENTS_MAX: Final = AMOUNT_MAX // NANO_PER_CENT
Cents = Annotated[int, Meta(ge=1, le=CENTS_MAX)]


class Enforcement(msgspec.Struct, kw_only=True):
    """`enforcing` while less than a cent is left of this month's limit, so that requests are refused."""

    status: Literal["inactive", "enforcing"]


class SpendLimit(msgspec.Struct, kw_only=True):
    """A limit on one month's spending, as OpenAI shows one. `threshold_amount` is in cents."""

    currency: Literal["USD"] = "USD"
    enforcement: Enforcement
    interval: Literal["month"] = "month"
    object: Literal["organization.spend_limit", "project.spend_limit"]
    threshold_amount: int


class SpendLimitDeleted(msgspec.Struct, kw_only=True):
    """It limits nothing any more."""

    deleted: bool = True
    object: Literal["organization.spend_limit.deleted", "project.spend_limit.deleted"]


class UpdateSpendLimit(Taken, kw_only=True, frozen=True):
    """The limit from now on, in cents."""

    currency: Literal["USD"]
    interval: Literal["month"]
    threshold_amount: Cents


def retrieve(call: Call) -> SpendLimit:
    """Retrieve the spend limit. Of the organization, or of one project."""
    return _shape(call, _limit(call))


async def update(call: Call) -> SpendLimit:
    """Set the spend limit. Requests that would go beyond it in this month are refused from now on; what was spent
    before there was a limit is not counted."""
    ask: UpdateSpendLimit = call.body
    known = _known(call)
    if known is None:
        scope, scope_id = _scope(call)
        made = budget_for(call.rooms, call.organization_id, Wish(scope, scope_id, 0), call.path.get("project_id"))
        known = msgspec.structs.replace(made, id=_id(call))
    budget = msgspec.structs.replace(known, limit=ask.threshold_amount * NANO_PER_CENT, closed=False)
    return _shape(call, await change(call.rooms, call.actor, budget, "spend_limit.updated"))


async def delete(call: Call) -> SpendLimitDeleted:
    """Delete the spend limit. What other budgets and awards allow stays as it is."""
    budget = msgspec.structs.replace(_limit(call), closed=True)
    await change(call.rooms, call.actor, budget, "spend_limit.deleted")
    scope = _scope(call)[0]
    return SpendLimitDeleted(
        object="project.spend_limit.deleted" if scope == "project" else "organization.spend_limit.deleted"
    )


def _scope(call: Call) -> tuple[Literal["organization", "project"], str]:
    project_id = call.path.get("project_id")
    return ("organization", call.organization_id) if project_id is None else ("project", project_id)


def _id(call: Call) -> str:
    """Of the budget behind it: one for each organization and project."""
    return f"spend_limit.{_scope(call)[1]}"


def _known(call: Call) -> Budget | None:
    return call.rooms.ledger.books.budgets.get(_id(call))


def _limit(call: Call) -> Budget:
    budget = _known(call)
    if budget is None or budget.closed:
        raise NotFound(f"The {_scope(call)[0]} has no spend limit.")
    return budget


def _shape(call: Call, budget: Budget) -> SpendLimit:
    stand = stand_of(call.rooms.ledger, budget, call.rooms.clock.now_ns())
    return SpendLimit(
        enforcement=Enforcement(status="enforcing" if stand.limit - stand.spent < NANO_PER_CENT else "inactive"),
        object="project.spend_limit" if budget.scope == "project" else "organization.spend_limit",
        threshold_amount=budget.limit // NANO_PER_CENT,
    )


_BODY = {"currency": "USD", "interval": "month", "threshold_amount": 50_000}
_PLACES = ("/v1/organization/spend_limit", "/v1/organization/projects/{project_id}/spend_limit")
ROUTES = tuple(
    route
    for path in _PLACES
    for route in (
        Guarded("GET", path, "limits.read", retrieve),
        Guarded("POST", path, "limits.write", update, takes=UpdateSpendLimit, example=_BODY),
        Guarded("DELETE", path, "limits.write", delete),
    )
)
