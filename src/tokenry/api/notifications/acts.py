"""Acts on webhooks and deliveries: each noted in the audit log, in one transaction with its change.

For the HTTP routes and for the command line alike. All block for one transaction.
"""

from __future__ import annotations

from tokenry.access import Actor
from tokenry.api.rooms import Rooms
from tokenry.notify import Delivery, Wanted, Webhook, deliveries, webhooks


def create_webhook(rooms: Rooms, by: Actor, wanted: Wanted) -> tuple[Webhook, str]:
    """A new webhook and its secret. Raises InvalidRequest."""
    allowed = rooms.config.webhooks.allow_private
    with rooms.desk.act(by, "webhook.created") as act:
        one, secret = webhooks.create(
            act.connection, by.organization_id, wanted, rooms.clock.now_ns(), allow_private=allowed
        )
        act.resource_id = one.id
        act.details |= {"types": one.types}
    return one, secret


def update_webhook(rooms: Rooms, by: Actor, webhook_id: str, wanted: Wanted) -> Webhook:
    """Change a webhook. Raises NotFound, InvalidRequest."""
    allowed = rooms.config.webhooks.allow_private
    with rooms.desk.act(by, "webhook.updated", webhook_id) as act:
        one = webhooks.find(act.connection, by.organization_id, webhook_id)
        one, changed = webhooks.update(act.connection, one, wanted, rooms.clock.now_ns(), allow_private=allowed)
        act.details["changes_requested"] = changed
    return one


def rotate_secret(rooms: Rooms, by: Actor, webhook_id: str) -> tuple[Webhook, str]:
    """Another secret for a webhook. Raises NotFound."""
    with rooms.desk.act(by, "webhook.updated", webhook_id) as act:
        one = webhooks.find(act.connection, by.organization_id, webhook_id)
        secret = webhooks.rotate(act.connection, one, rooms.clock.now_ns())
        act.details["changes_requested"] = ["secret"]
    return one, secret


def delete_webhook(rooms: Rooms, by: Actor, webhook_id: str) -> Webhook:
    """End a webhook. Raises NotFound."""
    with rooms.desk.act(by, "webhook.deleted", webhook_id) as act:
        one = webhooks.find(act.connection, by.organization_id, webhook_id)
        webhooks.delete(act.connection, one, rooms.clock.now_ns())
    return one


def test_webhook(rooms: Rooms, by: Actor, webhook_id: str) -> Delivery:
    """Send a webhook something that means nothing. Raises NotFound."""
    with rooms.desk.act(by, "webhook.tested", webhook_id) as act:
        one = webhooks.find(act.connection, by.organization_id, webhook_id)
        delivery = deliveries.ping(act.connection, rooms.notices, by.organization_id, one.id)
    rooms.notices.on_waiting()
    return delivery


def replay_delivery(rooms: Rooms, by: Actor, delivery_id: str) -> Delivery:
    """Send a delivery again. Raises NotFound, InvalidRequest."""
    with rooms.desk.act(by, "delivery.replayed", delivery_id) as act:
        delivery = deliveries.replay(act.connection, rooms.notices, by.organization_id, delivery_id)
    rooms.notices.on_waiting()
    return delivery
