"""Plans that an organization offers its projects, and which project subscribed to which. Audited in one transaction.

Knows nothing of the ledger: what a plan gives is issued by whoever reads `subscriptions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Desk
from tokenry.access.directory import checked_name
from tokenry.base.errors import Conflict, NotFound
from tokenry.base.ids import new_id
from tokenry.storage import AppDb, Transaction

plans_table = storage.tables.plans
subscriptions_table = storage.tables.subscriptions


@dataclass(frozen=True, slots=True)
class Plan:
    """`terms` are plain settings, as whoever made it wrote them. Times are nanoseconds since the epoch."""

    id: str
    organization_id: str
    name: str
    terms: dict[str, Any]
    created_at: int
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A project's part in a plan, from one instant to another; `ends_at` None = until further notice."""

    id: str
    plan_id: str
    project_id: str
    begins_at: int
    ends_at: int | None
    created_at: int


def create_plan(desk: Desk, by: Actor, name: str, terms: dict[str, Any]) -> Plan:
    """A new plan of the actor's organization. Raises InvalidRequest for a bad name, Conflict for a taken one."""
    now_ns = desk.clock.now_ns()
    plan = Plan(new_id("plan", at_ns=now_ns), by.organization_id, checked_name(name), terms, now_ns, None)
    with desk.act(by, "plan.created", plan.id) as act:
        query = plans_table.select().where(
            plans_table.c.organization_id == by.organization_id, plans_table.c.name == plan.name
        )
        if act.connection.execute(query).first() is not None:
            raise Conflict(f"There is a plan called {plan.name!r} already.", param="name")
        act.details |= terms
        columns = ("id", "organization_id", "name", "terms", "created_at")
        act.connection.execute(plans_table.insert(), {column: getattr(plan, column) for column in columns})
    return plan


def subscribe(desk: Desk, by: Actor, plan_id: str, project_id: str) -> Subscription:
    """Subscribe a project of the organization to a plan, from now on.

    Raises:
        NotFound: the organization has no such plan. Conflict: the project has a plan already.
    """
    now_ns = desk.clock.now_ns()
    made = Subscription(new_id("sub", at_ns=now_ns), plan_id, project_id, now_ns, None, now_ns)
    with desk.act(by, "subscription.created", made.id, project_id) as act:
        _plan(act.connection, by, plan_id)
        rows = act.connection.execute(
            subscriptions_table.select().where(subscriptions_table.c.project_id == project_id)
        ).all()
        if any(row.ends_at is None or row.ends_at > now_ns for row in rows):
            raise Conflict("The project has a plan already; end that subscription first.", param="project_id")
        act.details["plan_id"] = plan_id
        columns = ("id", "plan_id", "project_id", "begins_at", "created_at")
        act.connection.execute(subscriptions_table.insert(), {column: getattr(made, column) for column in columns})
    return made


def end_subscription(desk: Desk, by: Actor, subscription_id: str) -> Subscription:
    """End a subscription now. Raises NotFound, and Conflict when it has ended."""
    now_ns = desk.clock.now_ns()
    with desk.act(by, "subscription.ended", subscription_id) as act:
        query = subscriptions_table.select().where(subscriptions_table.c.id == subscription_id)
        row = act.connection.execute(query).one_or_none()
        found = None if row is None else Subscription(**row._asdict())
        if found is None or not _is_of(act.connection, by, found):
            raise NotFound(f"There is no subscription {subscription_id[:100]!r}.", param="subscription_id")
        if found.ends_at is not None:
            raise Conflict("The subscription has ended.", param="subscription_id")
        act.project_id = found.project_id
        act.connection.execute(
            subscriptions_table.update().where(subscriptions_table.c.id == found.id), {"ends_at": now_ns}
        )
    return Subscription(found.id, found.plan_id, found.project_id, found.begins_at, now_ns, found.created_at)


def plans(db: AppDb, organization_id: str | None = None) -> list[Plan]:
    """The plans of an organization, or all, oldest first. Blocks."""
    query = plans_table.select().order_by(plans_table.c.created_at, plans_table.c.id)
    if organization_id is not None:
        query = query.where(plans_table.c.organization_id == organization_id)
    with db.read() as connection:
        return [Plan(**row._asdict()) for row in connection.execute(query)]


def subscriptions(db: AppDb) -> list[Subscription]:
    """All subscriptions there ever were, oldest first. Blocks."""
    query = subscriptions_table.select().order_by(subscriptions_table.c.created_at, subscriptions_table.c.id)
    with db.read() as connection:
        return [Subscription(**row._asdict()) for row in connection.execute(query)]


def _plan(connection: Transaction, by: Actor, plan_id: str) -> None:
    query = plans_table.select().where(plans_table.c.id == plan_id, plans_table.c.organization_id == by.organization_id)
    if connection.execute(query).first() is None:
        raise NotFound(f"There is no plan {plan_id[:100]!r}.", param="plan_id")


def _is_of(connection: Transaction, by: Actor, one: Subscription) -> bool:
    query = plans_table.select().where(
        plans_table.c.id == one.plan_id, plans_table.c.organization_id == by.organization_id
    )
    return connection.execute(query).first() is not None
