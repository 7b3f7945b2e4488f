"""Spend alerts: `/v1/organization/spend_alerts` and those of a project. They limit nothing; they tell by e-mail.

Each is a row here and a soft monthly budget of the ledger with the same id, whose account counts what is spent, so that
an alert survives whatever the books survive.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from tokenry.access import Act
from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.money import Alert, Alerts, Wish, budget_for
from tokenry.api.organization.spend_limit import NANO_PER_CENT, Cents
from tokenry.base.errors import InvalidRequest
from tokenry.base.ids import new_id
from tokenry.notify import is_address
from tokenry.storage import Transaction

Address = Annotated[str, Meta(max_length=254)]


class Channel(Taken, kw_only=True, frozen=True):
    """Who is told, by e-mail."""

    recipients: Annotated[tuple[Address, ...], Meta(min_length=1, max_length=100)]
    type: Literal["email"]
    subject_prefix: Annotated[str, Meta(max_length=100)] | None = None


class SpendAlert(msgspec.Struct, kw_only=True):
    """An amount of one month's spending at which somebody is told, as OpenAI shows one. In cents."""

    id: str
    currency: Literal["USD"] = "USD"
    interval: Literal["month"] = "month"
    notification_channel: Channel
    object: Literal["organization.spend_alert", "project.spend_alert"]
    threshold_amount: int


class SpendAlertDeleted(msgspec.Struct, kw_only=True):
    """It tells nobody any more."""

    id: str
    deleted: bool = True
    object: Literal["organization.spend_alert.deleted", "project.spend_alert.deleted"]


class TakeSpendAlert(Taken, kw_only=True, frozen=True):
    """The amount in cents, and whom to tell."""

    currency: Literal["USD"]
    interval: Literal["month"]
    notification_channel: Channel
    threshold_amount: Cents


class ListSpendAlerts(Paged, kw_only=True, frozen=True):
    """Which page, and in which order of making."""

    before: str | None = None
    order: Literal["asc", "desc"] = "asc"


def listing(call: Call) -> Page[SpendAlert]:
    """List spend alerts. Of the organization, or of one project."""
    ask: ListSpendAlerts = call.query
    alerts = _alerts(call).list(call.organization_id, call.path.get("project_id"))
    ordered = alerts[::-1] if ask.order == "desc" else alerts
    if ask.before is not None:
        ids = [alert.id for alert in ordered]
        if ask.before not in ids:
            raise InvalidRequest("`before` names nothing in this list", param="before")
        ordered = ordered[: ids.index(ask.before)][-ask.limit :]
    return listed(ordered, ask, lambda alert: alert.id, _shape)


async def create(call: Call) -> SpendAlert:
    """Create a spend alert. It counts from now on and tells once a month, when the amount is spent."""
    threshold, recipients, prefix = _taken(call)
    alert_id = new_id("alert", at_ns=call.rooms.clock.now_ns())
    alert = Alert(alert_id, *_place(call), threshold, recipients, prefix)
    await _put(call, alert, "spend_alert.created", _alerts(call).add)
    return _shape(alert)


async def retrieve(call: Call) -> SpendAlert:
    """Retrieve a spend alert."""
    return _shape(await asyncio.to_thread(_find, call))


async def update(call: Call) -> SpendAlert:
    """Change a spend alert. With another amount it tells anew, in this month too."""
    known = await asyncio.to_thread(_find, call)
    threshold, recipients, prefix = _taken(call)
    alert = replace(known, threshold=threshold, recipients=recipients, subject_prefix=prefix)
    await _put(call, alert, "spend_alert.updated", _alerts(call).change)
    return _shape(alert)


async def delete(call: Call) -> SpendAlertDeleted:
    """Delete a spend alert."""
    alert = await asyncio.to_thread(_find, call)
    await _put(call, alert, "spend_alert.deleted", _alerts(call).remove, closed=True)
    return SpendAlertDeleted(
        id=alert.id,
        object="organization.spend_alert.deleted" if alert.project_id is None else "project.spend_alert.deleted",
    )


Write: TypeAlias = Callable[[Transaction, Alert], None]


async def _put(call: Call, alert: Alert, kind: str, write: Write, *, closed: bool = False) -> None:
    """Write the row and the budget that counts for it."""
    rooms = call.rooms
    budget = rooms.ledger.books.budgets.get(alert.id)
    if budget is None:
        scope: Literal["organization", "project"] = "organization" if alert.project_id is None else "project"
        wish = Wish(scope, alert.project_id or alert.organization_id, 0, hard=False, thresholds=(100,))
        made = budget_for(rooms, alert.organization_id, wish, alert.project_id)
        budget = msgspec.structs.replace(made, id=alert.id, purpose="alert")
    budget = msgspec.structs.replace(budget, limit=alert.threshold, closed=closed)

    def within(act: Act) -> None:
        write(act.connection, alert)

    await _alerts(call).put(call.actor, kind, alert, budget, within)


def _place(call: Call) -> tuple[str, str | None]:
    return call.organization_id, call.path.get("project_id")


def _taken(call: Call) -> tuple[int, tuple[str, ...], str | None]:
    ask: TakeSpendAlert = call.body
    channel = ask.notification_channel
    for address in channel.recipients:
        if not is_address(address):
            raise InvalidRequest(f"{address[:60]!r} is not an e-mail address", param="notification_channel.recipients")
    return ask.threshold_amount * NANO_PER_CENT, channel.recipients, channel.subject_prefix


def _alerts(call: Call) -> Alerts:
    return Alerts(call.rooms.desk, call.rooms.ledger)


def _find(call: Call) -> Alert:
    return _alerts(call).get(call.path["alert_id"], *_place(call))


def _shape(alert: Alert) -> SpendAlert:
    return SpendAlert(
        id=alert.id,
        notification_channel=Channel(recipients=alert.recipients, type="email", subject_prefix=alert.subject_prefix),
        object="organization.spend_alert" if alert.project_id is None else "project.spend_alert",
        threshold_amount=alert.threshold // NANO_PER_CENT,
    )


_BODY = {
    "currency": "USD",
    "interval": "month",
    "notification_channel": {"recipients": ["budget@example.org"], "type": "email", "subject_prefix": "[Tokenry]"},
    "threshold_amount": 40_000,
}
_PLACES = ("/v1/organization/spend_alerts", "/v1/organization/projects/{project_id}/spend_alerts")
ROUTES = tuple(
    route
    for path in _PLACES
    for route in (
        Guarded("GET", path, "limits.read", listing, asks=ListSpendAlerts),
        Guarded("POST", path, "limits.write", create, takes=TakeSpendAlert, example=_BODY),
        Guarded("GET", f"{path}/{{alert_id}}", "limits.read", retrieve),
        Guarded("POST", f"{path}/{{alert_id}}", "limits.write", update, takes=TakeSpendAlert, example=_BODY),
        Guarded("DELETE", f"{path}/{{alert_id}}", "limits.write", delete),
    )
)
