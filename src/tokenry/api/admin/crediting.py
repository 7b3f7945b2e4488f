"""The verbs about credits and plans: credit add, list; plan create, list, subscribe, end."""

from __future__ import annotations

import asyncio

import msgspec

from tokenry.access import Project, create_plan, end_subscription, plans, subscribe, subscriptions
from tokenry.api.admin import shown
from tokenry.api.admin.asked import Asked, until
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.models import Nothing
from tokenry.api.admin.shown import Json, Names
from tokenry.api.pricing import (
    AddCredit,
    CreatePlan,
    CreditKind,
    add_credit,
    checked_terms,
    credit_shape,
    credits_of,
    issue_due,
    plan_shape,
    subscription_shape,
)
from tokenry.api.rooms import Rooms
from tokenry.base.clock import NS_PER_S
from tokenry.ledger import Award, Overage


class Add(Asked, kw_only=True, frozen=True):
    """A lot of `usd` dollars for a project, until `expires` (a span or a time; absent = open-ended)."""

    usd: str
    project: str | None = None
    category: CreditKind = "purchased"
    name: str = "credit"
    expires: str | None = None


class Create(Asked, kw_only=True, frozen=True):
    """A plan that includes `usd` dollars a month."""

    name: str
    usd: str
    overage: Overage = "charged"
    models: tuple[str, ...] | None = None


class Begin(Asked, kw_only=True, frozen=True):
    """A project's part in a plan; both by name or id."""

    plan: str
    project: str | None = None


class End(Asked, kw_only=True, frozen=True):
    """A subscription by its id."""

    subscription: str


async def add(rooms: Rooms, ask: Add) -> Json:
    """Make a lot. Answers once it is durable."""
    project = await asyncio.to_thread(_project, rooms, ask.project)
    ends = None if ask.expires is None else until(ask.expires, rooms.clock.now_ns(), "expires") // NS_PER_S
    wish = AddCredit(project_id=project.id, usd=ask.usd, category=ask.category, name=ask.name, expires_at=ends)
    award = await add_credit(rooms, by_hand(rooms, project.id), wish)
    return _credit(rooms, award, await asyncio.to_thread(Names, rooms))


async def listing(rooms: Rooms, _ask: Nothing) -> Json:
    """All lots, oldest first."""
    names = await asyncio.to_thread(Names, rooms)
    return {"credits": [_credit(rooms, award, names) for award in credits_of(rooms)]}


async def create(rooms: Rooms, ask: Create) -> Json:
    """Make a plan in the first organization."""
    terms = checked_terms(CreatePlan(name=ask.name, included_usd=ask.usd, overage=ask.overage, models=ask.models))
    plan = await asyncio.to_thread(lambda: create_plan(rooms.desk, by_hand(rooms), ask.name, terms))
    made: Json = msgspec.to_builtins(plan_shape(plan))
    return made


async def list_plans(rooms: Rooms, _ask: Nothing) -> Json:
    """All plans with their subscriptions."""
    names = await asyncio.to_thread(Names, rooms)
    known = await asyncio.to_thread(plans, rooms.desk.db)
    begun = await asyncio.to_thread(subscriptions, rooms.desk.db)
    return {
        "plans": [
            {
                **msgspec.to_builtins(plan_shape(plan)),
                "subscriptions": [
                    {**msgspec.to_builtins(subscription_shape(one)), "project_name": names.of(one.project_id)}
                    for one in begun
                    if one.plan_id == plan.id
                ],
            }
            for plan in known
        ]
    }


async def begin(rooms: Rooms, ask: Begin) -> Json:
    """Subscribe a project; its lot of this month is issued before this answers."""
    project = await asyncio.to_thread(_project, rooms, ask.project)
    known = await asyncio.to_thread(plans, rooms.desk.db, project.organization_id)
    meant = [{"id": plan.id} for plan in known if ask.plan in (plan.id, plan.name)]
    plan_id = shown.only(meant, "plan", ask.plan)["id"]
    by = by_hand(rooms, project.id)
    made = await asyncio.to_thread(lambda: subscribe(rooms.desk, by, plan_id, project.id))
    await issue_due(rooms)
    given: Json = msgspec.to_builtins(subscription_shape(made))
    return given


async def end(rooms: Rooms, ask: End) -> Json:
    """End a subscription; what is left of its lots expires."""
    found = {one.id: one.project_id for one in await asyncio.to_thread(subscriptions, rooms.desk.db)}
    by = by_hand(rooms, found.get(ask.subscription))
    ended = await asyncio.to_thread(lambda: end_subscription(rooms.desk, by, ask.subscription))
    await issue_due(rooms)
    given: Json = msgspec.to_builtins(subscription_shape(ended))
    return given


def _credit(rooms: Rooms, award: Award, names: Names) -> Json:
    return {**msgspec.to_builtins(credit_shape(rooms, award)), "project_name": names.of(award.project_id)}


def _project(rooms: Rooms, ref: str | None) -> Project:
    return rooms.directory.ensure_first().project if ref is None else rooms.directory.project(ref)
