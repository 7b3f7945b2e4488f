"""The verbs about webhooks, deliveries and news. They act in the first organization."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Literal

from tokenry.access import Actor
from tokenry.api.admin.asked import Asked
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json, when
from tokenry.api.notifications import acts
from tokenry.api.rooms import Rooms
from tokenry.notify import Delivery, Reader, Wanted, Webhook, deliveries, feeds, webhooks

LISTED_MAX = 200  # deliveries or pieces of news that one listing shows


class Nothing(Asked, kw_only=True, frozen=True):
    """All of them."""


class CreateWebhook(Asked, kw_only=True, frozen=True):
    """A new webhook; every type of news unless `types` says which."""

    url: str
    types: tuple[str, ...] | None = None


class OneWebhook(Asked, kw_only=True, frozen=True):
    """A webhook by id."""

    webhook: str


class OneDelivery(Asked, kw_only=True, frozen=True):
    """A delivery by id."""

    delivery: str


class ListDeliveries(Asked, kw_only=True, frozen=True):
    """The newest deliveries, of one webhook or in one state."""

    webhook: str | None = None
    state: Literal["waiting", "delivered", "failed"] | None = None


async def listing(rooms: Rooms, _ask: Nothing) -> Json:
    """All webhooks, oldest first."""

    def work(by: Actor) -> Json:
        with rooms.notices.db.read() as connection:
            return {"webhooks": [_webhook(one) for one in webhooks.every(connection, by.organization_id)]}

    return await _act(rooms, work)


async def create(rooms: Rooms, ask: CreateWebhook) -> Json:
    """Make a webhook. `secret` in the answer is told this once."""

    def work(by: Actor) -> Json:
        one, secret = acts.create_webhook(rooms, by, Wanted(url=ask.url, types=ask.types))
        return {**_webhook(one), "secret": secret}

    return await _act(rooms, work)


async def rotate(rooms: Rooms, ask: OneWebhook) -> Json:
    """Another secret for a webhook."""

    def work(by: Actor) -> Json:
        one, secret = acts.rotate_secret(rooms, by, ask.webhook)
        return {**_webhook(one), "secret": secret}

    return await _act(rooms, work)


async def disable(rooms: Rooms, ask: OneWebhook) -> Json:
    """Call a webhook no more."""
    return await _act(rooms, lambda by: _webhook(acts.update_webhook(rooms, by, ask.webhook, Wanted(enabled=False))))


async def enable(rooms: Rooms, ask: OneWebhook) -> Json:
    """Call a webhook again."""
    return await _act(rooms, lambda by: _webhook(acts.update_webhook(rooms, by, ask.webhook, Wanted(enabled=True))))


async def delete(rooms: Rooms, ask: OneWebhook) -> Json:
    """End a webhook."""
    return await _act(rooms, lambda by: _webhook(acts.delete_webhook(rooms, by, ask.webhook)))


async def test(rooms: Rooms, ask: OneWebhook) -> Json:
    """Send a webhook something that means nothing."""
    return await _act(rooms, lambda by: _delivery(acts.test_webhook(rooms, by, ask.webhook)))


async def log(rooms: Rooms, ask: ListDeliveries) -> Json:
    """The newest deliveries, newest first."""

    def work(by: Actor) -> Json:
        with rooms.notices.db.read() as connection:
            found = deliveries.of_organization(connection, by.organization_id, ask.webhook, None, ask.state)
        return {"deliveries": [_delivery(one) for one in found[:LISTED_MAX]]}

    return await _act(rooms, work)


async def replay(rooms: Rooms, ask: OneDelivery) -> Json:
    """Send a delivery again."""
    return await _act(rooms, lambda by: _delivery(acts.replay_delivery(rooms, by, ask.delivery)))


async def news(rooms: Rooms, _ask: Nothing) -> Json:
    """The newest news, newest first."""

    def work(by: Actor) -> Json:
        with rooms.notices.db.read() as connection:
            found = feeds.read(connection, Reader(by.organization_id, None, None))[:LISTED_MAX]
        return {
            "news": [
                {
                    "id": one.id, "type": one.type, "created_at": when(one.created_at), "project_id": one.project_id,
                    "user_id": one.user_id, "data": one.data,
                }
                for one in found
            ]
        }  # fmt: skip

    return await _act(rooms, work)


async def _act(rooms: Rooms, work: Callable[[Actor], Json]) -> Json:
    return await asyncio.to_thread(lambda: work(by_hand(rooms)))


def _webhook(one: Webhook) -> Json:
    types = None if one.types is None else list(one.types)
    state = "enabled" if one.disabled_at is None else "disabled"
    return {"id": one.id, "url": one.url, "types": types, "state": state, "created_at": when(one.created_at)}


def _delivery(one: Delivery) -> Json:
    times = {name: when(getattr(one, name)) for name in ("created_at", "next_at", "ended_at")}
    return {name: times.get(name, getattr(one, name)) for name in Delivery.__slots__}


NOTIFYING: dict[str, tuple[type[Asked], Callable[[Rooms, Any], Awaitable[Json]]]] = {
    "webhook list": (Nothing, listing),
    "webhook create": (CreateWebhook, create),
    "webhook rotate": (OneWebhook, rotate),
    "webhook disable": (OneWebhook, disable),
    "webhook enable": (OneWebhook, enable),
    "webhook delete": (OneWebhook, delete),
    "webhook test": (OneWebhook, test),
    "webhook deliveries": (ListDeliveries, log),
    "webhook replay": (OneDelivery, replay),
    "news list": (Nothing, news),
}
