"""Plans with an included amount a month, and who subscribed: `/v1/tokenry/plans` and `/v1/tokenry/subscriptions`.

What a plan gives is issued from the subscriptions as they stand, again and again (`issue_due`): a lot is issued once by
its id, so neither a crash nor a second try issues it twice.
"""

from __future__ import annotations

import asyncio
from typing import Literal

import msgspec

from tokenry.access import Plan, Subscription, create_plan, end_subscription, plans, subscribe, subscriptions
from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.rooms import Rooms
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.units import nano_to_usd, usd_to_nano
from tokenry.ledger import Allotment, Overage

MODELS_MAX = 1000


class Terms(msgspec.Struct, kw_only=True, frozen=True):
    """What a plan says: dollars included a month, what is done beyond them, and the only models it pays for."""

    included_usd: str
    overage: Overage = "charged"
    models: tuple[str, ...] | None = None


class CreatePlan(Taken, kw_only=True, frozen=True):
    """A new plan."""

    name: str
    included_usd: str
    overage: Overage = "charged"
    models: tuple[str, ...] | None = None


class Subscribe(Taken, kw_only=True, frozen=True):
    """A project's part in a plan, from now on."""

    plan_id: str
    project_id: str


class PlanShape(msgspec.Struct, kw_only=True):
    """A plan. `overage`: beyond what is included, requests are charged to other awards, or refused."""

    id: str
    name: str
    included_usd: str
    overage: Overage
    models: tuple[str, ...] | None
    created_at: int
    object: Literal["tokenry.plan"] = "tokenry.plan"


class SubscriptionShape(msgspec.Struct, kw_only=True):
    """A subscription. `ends_at` None = until further notice."""

    id: str
    plan_id: str
    project_id: str
    begins_at: int
    ends_at: int | None
    object: Literal["tokenry.subscription"] = "tokenry.subscription"


def list_plans(call: Call) -> Page[PlanShape]:
    """List plans. Those that the organization offers its projects, oldest first."""
    return listed(plans(call.rooms.desk.db, call.organization_id), call.query, lambda plan: plan.id, plan_shape)


def create(call: Call) -> PlanShape:
    """Create a plan. A subscribed project gets its included amount as a lot of promotional credit each month."""
    ask: CreatePlan = call.body
    return plan_shape(create_plan(call.rooms.desk, call.actor, ask.name, checked_terms(ask)))


def list_subscriptions(call: Call) -> Page[SubscriptionShape]:
    """List subscriptions. All there ever were, oldest first."""
    ours = {plan.id for plan in plans(call.rooms.desk.db, call.organization_id)}
    found = [one for one in subscriptions(call.rooms.desk.db) if one.plan_id in ours]
    return listed(found, call.query, lambda one: one.id, subscription_shape)


async def begin(call: Call) -> SubscriptionShape:
    """Subscribe a project to a plan. The lot of this month is issued at once, in full."""
    ask: Subscribe = call.body
    project = call.rooms.people.roster.projects.get(ask.project_id)
    if project is None or project.organization_id != call.organization_id or project.archived_at is not None:
        raise NotFound(f"There is no project {ask.project_id[:100]!r}.", param="project_id")
    made = await asyncio.to_thread(subscribe, call.rooms.desk, call.actor, ask.plan_id, ask.project_id)
    await issue_due(call.rooms)
    return subscription_shape(made)


async def end(call: Call) -> SubscriptionShape:
    """End a subscription. What is left of this month's lot expires."""
    ended = await asyncio.to_thread(end_subscription, call.rooms.desk, call.actor, call.path["subscription_id"])
    await issue_due(call.rooms)
    return subscription_shape(ended)


async def issue_due(rooms: Rooms) -> int:
    """Bring the ledger to what the subscriptions say: lots, their ends, and budgets that refuse the overage; how many
    lots were issued. On the event loop."""
    ledger, issued = rooms.ledger, 0
    for one in await asyncio.to_thread(allotments, rooms):
        now_ns = rooms.clock.now_ns()
        for lot in one.lots(now_ns):
            issued += await ledger.grant_once(lot, one.included)
        if one.ends_at is not None:
            await _end_lots(rooms, one, one.ends_at)
        budget = one.budget(now_ns)
        before = None if budget is None else ledger.books.budgets.get(budget.id)
        if budget is not None and (before is None and not budget.closed):
            await ledger.set_budget(budget)
        elif budget is not None and before is not None and before.closed != budget.closed:
            await ledger.set_budget(msgspec.structs.replace(before, closed=budget.closed))
    return issued


async def _end_lots(rooms: Rooms, one: Allotment, ends_at: int) -> None:
    """Lots issued before anybody knew when the subscription ends, end with it."""
    prefix = f"awd_{one.subscription_id.removeprefix('sub_')}-"
    for award in [a for a in rooms.ledger.books.awards.values() if a.id.startswith(prefix)]:
        if award.expires_at is None or award.expires_at > ends_at:
            await rooms.ledger.grant(msgspec.structs.replace(award, expires_at=ends_at), 0)


def allotments(rooms: Rooms) -> list[Allotment]:
    """Every subscription with the terms of its plan. Blocks."""
    known = {plan.id: plan for plan in plans(rooms.desk.db)}
    return [_allotment(known[one.plan_id], one) for one in subscriptions(rooms.desk.db)]


def _allotment(plan: Plan, one: Subscription) -> Allotment:
    terms = msgspec.convert(plan.terms, Terms)
    return Allotment(
        one.id, plan.organization_id, one.project_id, plan.name, usd_to_nano(terms.included_usd), terms.overage,
        terms.models, one.begins_at, one.ends_at,
    )  # fmt: skip


def checked_terms(ask: CreatePlan) -> dict[str, object]:
    """The terms as they are kept. Raises InvalidRequest."""
    try:
        included = usd_to_nano(ask.included_usd)
    except ValueError as error:
        raise InvalidRequest(f"included_usd: {error}", param="included_usd") from None
    if included == 0:
        raise InvalidRequest("a plan includes some dollars a month", param="included_usd")
    if ask.models is not None and not 0 < len(ask.models) <= MODELS_MAX:
        raise InvalidRequest(f"`models` names 1 to {MODELS_MAX} models; absent = all", param="models")
    made: dict[str, object] = msgspec.to_builtins(
        Terms(included_usd=nano_to_usd(included), overage=ask.overage, models=ask.models)
    )
    return made


def plan_shape(plan: Plan) -> PlanShape:
    """A plan as it is shown."""
    terms = msgspec.convert(plan.terms, Terms)
    return PlanShape(
        id=plan.id, name=plan.name, included_usd=terms.included_usd, overage=terms.overage, models=terms.models,
        created_at=plan.created_at // NS_PER_S,
    )  # fmt: skip


def subscription_shape(one: Subscription) -> SubscriptionShape:
    """A subscription as it is shown."""
    return SubscriptionShape(
        id=one.id, plan_id=one.plan_id, project_id=one.project_id, begins_at=one.begins_at // NS_PER_S,
        ends_at=None if one.ends_at is None else one.ends_at // NS_PER_S,
    )  # fmt: skip


_PLANS, _SUBSCRIPTIONS = "/v1/tokenry/plans", "/v1/tokenry/subscriptions"
ROUTES = (
    Guarded("GET", _PLANS, "awards.read", list_plans, asks=Paged),
    Guarded(
        "POST", _PLANS, "credits.write", create, takes=CreatePlan,
        example={"name": "lab basic", "included_usd": "20.00", "overage": "refused"},
    ),
    Guarded("GET", _SUBSCRIPTIONS, "awards.read", list_subscriptions, asks=Paged),
    Guarded(
        "POST", _SUBSCRIPTIONS, "credits.write", begin, takes=Subscribe,
        example={"plan_id": "plan_01kdx3c8v2", "project_id": "proj_01kdx3c8v2"},
    ),
    Guarded("POST", f"{_SUBSCRIPTIONS}/{{subscription_id}}/end", "credits.write", end),
)  # fmt: skip
