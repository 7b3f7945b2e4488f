"""The table of deliveries: what is due, how an attempt ended, what is sent again, what is forgotten.

An attempt that nobody noted, because the process died, is due as before: it is made again with the same id. Every
function takes a transaction of its caller's and blocks for it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from tokenry import storage
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.notify.news import TEST, News
from tokenry.notify.notices import Notices, queued
from tokenry.notify.outcome import Outcome
from tokenry.storage import Transaction

tables = storage.tables
table = storage.tables.deliveries
State = Literal["waiting", "delivered", "failed"]
Channel = Literal["email", "webhook"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One way that a piece of news goes to somebody. Times are nanoseconds since the epoch.

    Args:
        target: an address, or the id of a webhook; empty when the person behind it was erased.
        answer: what the other side said last, or what kept us from asking.
        next_at: when it is tried next; None = no more.
    """

    id: str
    news_id: str
    channel: Channel
    target: str
    state: State
    attempts: int
    answer: str | None
    created_at: int
    next_at: int | None
    ended_at: int | None
    type: str


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery to be attempted, with all that it takes. `news` and `webhook` are rows of their tables."""

    id: str
    channel: Channel
    target: str
    attempts: int
    subject_prefix: str | None
    private: dict[str, Any]
    news: Any
    webhook: Any
    organization: str


def due(connection: Transaction, now_ns: int, flying: Collection[str], busy: Collection[str], most: int) -> list[Due]:
    """What is to be attempted now, the longest overdue first.

    Args:
        flying: ids of deliveries that are being attempted already.
        busy: webhooks, or the word `email`, that have as many attempts running as they may.
    """
    query = (
        table.select()
        .where(table.c.state == "waiting", table.c.next_at <= now_ns, table.c.id.not_in(flying))
        .where(table.c.target.not_in(busy), table.c.channel.not_in(busy))
        .order_by(table.c.next_at, table.c.id)
        .limit(most)
    )
    return [_due(connection, row) for row in connection.execute(query).all()]


def _due(connection: Transaction, row: Any) -> Due:
    news = connection.execute(tables.news.select().where(tables.news.c.id == row.news_id)).one()
    hooks, places = tables.webhooks, tables.organizations
    webhook = connection.execute(hooks.select().where(hooks.c.id == row.target)).one_or_none()
    place = connection.execute(places.select().where(places.c.id == news.organization_id)).one_or_none()
    return Due(
        row.id, row.channel, row.target, row.attempts, row.subject_prefix, row.private or {}, news, webhook,
        "" if place is None else place.name,
    )  # fmt: skip


def standing(connection: Transaction, flying: Collection[str]) -> tuple[int, int | None]:
    """How many deliveries wait, and when the first of those is due that are not being attempted."""
    query = table.select().where(table.c.state == "waiting").with_only_columns(table.c.id, table.c.next_at)
    waiting = connection.execute(query.order_by(table.c.next_at)).all()
    return len(waiting), next((row.next_at for row in waiting if row.id not in flying), None)


def end(connection: Transaction, notices: Notices, one: Due, outcome: Outcome, next_at: int | None) -> None:
    """Note an attempt, in the delivery that it was made for.

    Args:
        next_at: when to try again, where the outcome leaves that open; None = never.
    """
    now_ns = notices.clock.now_ns()
    again = outcome.kind == "again" and next_at is not None
    state = "delivered" if outcome.kind == "delivered" else "waiting" if again else "failed"
    values = {
        "state": state,
        "attempts": one.attempts + 1,
        "answer": outcome.answer,
        "next_at": next_at if again else None,
        "ended_at": None if again else now_ns,
    }
    if not again and one.private:
        values["private"] = {}  # an empty one says that there was something, which is gone
    connection.execute(table.update().where(table.c.id == one.id, table.c.state == "waiting"), values)
    if outcome.kind == "gone" and one.webhook is not None:
        hooks = tables.webhooks
        connection.execute(
            hooks.update().where(hooks.c.id == one.target, hooks.c.disabled_at.is_(None)), {"disabled_at": now_ns}
        )
        give_up(connection, one.target, "the webhook said that it is gone, and was disabled", now_ns)
        data = {"webhook_id": one.target, "why": outcome.answer}
        news = News(one.news.organization_id, "webhook.disabled", f"webhook.disabled:{one.id}", data)
        notices.tell_within(connection, news)


def give_up(connection: Transaction, webhook_id: str, why: str, now_ns: int) -> None:
    """Attempt nothing that waits for a webhook."""
    mine = table.update().where(table.c.target == webhook_id, table.c.state == "waiting")
    connection.execute(mine, {"state": "failed", "next_at": None, "ended_at": now_ns, "answer": why})


def find(connection: Transaction, organization_id: str, delivery_id: str) -> Delivery:
    """One delivery of an organization. Raises NotFound."""
    found = listed(connection, organization_id, table.c.id == delivery_id)
    if not found:
        raise NotFound(f"There is no delivery {delivery_id[:100]!r}.", param="delivery_id")
    return found[0]


def of_organization(
    connection: Transaction,
    organization_id: str,
    webhook_id: str | None = None,
    channel: Channel | None = None,
    state: State | None = None,
) -> list[Delivery]:
    """The log of deliveries, the newest first."""
    narrowed = [
        column == value
        for column, value in ((table.c.target, webhook_id), (table.c.channel, channel), (table.c.state, state))
        if value is not None
    ]
    return listed(connection, organization_id, *narrowed)


def listed(connection: Transaction, organization_id: str, *narrowed: Any) -> list[Delivery]:
    """Deliveries of an organization's news that meet the conditions, the newest first."""
    news = tables.news
    query = (
        table.join(news, news.c.id == table.c.news_id)
        .select()
        .where(news.c.organization_id == organization_id, *narrowed)
        .order_by(table.c.created_at.desc(), table.c.id.desc())
        .with_only_columns(*(table.c[name] for name in Delivery.__slots__ if name != "type"), news.c.type)
    )
    return [Delivery(**row._asdict()) for row in connection.execute(query)]


def replay(connection: Transaction, notices: Notices, organization_id: str, delivery_id: str) -> Delivery:
    """Send again what was delivered or given up, or now what waits for its next attempt; its log goes on.

    Raises:
        NotFound: there is none.
        InvalidRequest: what it said was secret and is gone, or the person was erased.
    """
    one = find(connection, organization_id, delivery_id)
    row = connection.execute(table.select().where(table.c.id == delivery_id)).one()
    if not one.target:
        raise InvalidRequest("The person whom this went to was erased.", param="delivery_id")
    if row.private == {}:
        raise InvalidRequest(
            "What this mail said was secret and is not kept; do what it told of once more (send another invite).",
            param="delivery_id",
        )
    if one.channel == "webhook":
        hooks = tables.webhooks
        hook = connection.execute(hooks.select().where(hooks.c.id == one.target)).one_or_none()
        if hook is None or hook.disabled_at is not None:
            raise InvalidRequest("Its webhook is disabled or deleted; enable it first.", param="delivery_id")
    values = {"state": "waiting", "attempts": 0, "next_at": notices.clock.now_ns(), "ended_at": None}
    connection.execute(table.update().where(table.c.id == delivery_id), values)
    return find(connection, organization_id, delivery_id)


def ping(connection: Transaction, notices: Notices, organization_id: str, webhook_id: str) -> Delivery:
    """A delivery to one webhook that says nothing but that it is a test."""
    now_ns = notices.clock.now_ns()
    test = new_id("evt", at_ns=now_ns)
    row = {
        "id": test, "organization_id": organization_id, "project_id": None, "user_id": None, "type": TEST,
        "occasion": f"{TEST}:{test}", "data": {"webhook_id": webhook_id}, "created_at": now_ns,
    }  # fmt: skip
    connection.execute(tables.news.insert(), row)
    delivery = queued(test, "webhook", webhook_id, now_ns)
    connection.execute(table.insert(), delivery)
    return find(connection, organization_id, delivery["id"])


def forget(connection: Transaction, before_ns: int) -> int:
    """Delete news from before a time, with its deliveries; how many pieces. What still waits stays."""
    news = tables.news
    waiting = table.select().where(table.c.state == "waiting").with_only_columns(table.c.news_id)
    old = news.select().where(news.c.created_at < before_ns, news.c.id.not_in(waiting)).with_only_columns(news.c.id)
    connection.execute(table.delete().where(table.c.news_id.in_(old)))
    return connection.execute(news.delete().where(news.c.created_at < before_ns, news.c.id.not_in(waiting))).rowcount
