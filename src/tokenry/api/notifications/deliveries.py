"""The log of deliveries: `/v1/tokenry/deliveries`."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.api.guarded import Call, Guarded, Page, Paged, listed
from tokenry.api.notifications import acts
from tokenry.base.clock import NS_PER_S
from tokenry.notify import Delivery, deliveries


class DeliveryShape(msgspec.Struct, kw_only=True):
    """One way that a piece of news goes to somebody. Times are seconds since the epoch.

    `target` is an address or a webhook's id, empty when the person was erased; `answer` what the other side said last.
    """

    id: str
    news_id: str
    type: str
    channel: Literal["email", "webhook"]
    target: str
    state: Literal["waiting", "delivered", "failed"]
    attempts: int
    answer: str | None
    created_at: int
    next_at: int | None
    ended_at: int | None
    object: Literal["tokenry.delivery"] = "tokenry.delivery"


class ListDeliveries(Paged, kw_only=True, frozen=True):
    """Which page, of which deliveries."""

    webhook_id: str | None = None
    channel: Literal["email", "webhook"] | None = None
    state: Literal["waiting", "delivered", "failed"] | None = None


def listing(call: Call) -> Page[DeliveryShape]:
    """List deliveries. The newest first."""
    ask: ListDeliveries = call.query
    with call.rooms.notices.db.read() as connection:
        found = deliveries.of_organization(connection, call.organization_id, ask.webhook_id, ask.channel, ask.state)
    return listed(found, ask, lambda one: one.id, shape)


def retrieve(call: Call) -> DeliveryShape:
    """Retrieve a delivery."""
    with call.rooms.notices.db.read() as connection:
        return shape(deliveries.find(connection, call.organization_id, call.path["delivery_id"]))


def replay(call: Call) -> DeliveryShape:
    """Replay a delivery. It is sent again with the same `webhook-id`, with all its attempts before it."""
    return shape(acts.replay_delivery(call.rooms, call.actor, call.path["delivery_id"]))


def shape(one: Delivery) -> DeliveryShape:
    """A delivery as it is shown."""
    facts = {name: getattr(one, name) for name in Delivery.__slots__}
    for name in ("created_at", "next_at", "ended_at"):
        facts[name] = None if facts[name] is None else facts[name] // NS_PER_S
    return DeliveryShape(**facts)


_ALL, _ONE = "/v1/tokenry/deliveries", "/v1/tokenry/deliveries/{delivery_id}"
ROUTES = (
    Guarded("GET", _ALL, "webhooks.read", listing, asks=ListDeliveries),
    Guarded("GET", _ONE, "webhooks.read", retrieve),
    Guarded("POST", f"{_ONE}/replay", "webhooks.write", replay),
)
