"""Webhooks: `/v1/tokenry/webhooks`."""

from __future__ import annotations

from typing import Literal

import msgspec

from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.notifications import acts
from tokenry.api.notifications.deliveries import DeliveryShape
from tokenry.api.notifications.deliveries import shape as delivery_shape
from tokenry.base.clock import NS_PER_S
from tokenry.notify import Wanted, Webhook, webhooks


class WebhookShape(msgspec.Struct, kw_only=True):
    """A webhook. `types` null = every type of news. Times are seconds since the epoch."""

    id: str
    url: str
    types: list[str] | None
    enabled: bool
    created_at: int
    object: Literal["tokenry.webhook"] = "tokenry.webhook"


class WebhookWithSecret(WebhookShape, kw_only=True):
    """A webhook with the secret that signs for it, shown this once."""

    secret: str


class DeletedWebhook(msgspec.Struct, kw_only=True):
    """A webhook that is no more."""

    id: str
    deleted: Literal[True] = True
    object: Literal["tokenry.webhook.deleted"] = "tokenry.webhook.deleted"


class CreateWebhook(Taken, kw_only=True, frozen=True):
    """A new webhook: where it lies, and which news it wants; all when not said."""

    url: str
    types: list[str] | None = None


class UpdateWebhook(Taken, kw_only=True, frozen=True):
    """What is to be otherwise. `types` null = every type from now on."""

    url: str | None = None
    types: list[str] | msgspec.UnsetType | None = msgspec.UNSET
    enabled: bool | None = None


def listing(call: Call) -> Page[WebhookShape]:
    """List webhooks. Oldest first, without their secrets."""
    ask: Paged = call.query
    with call.rooms.notices.db.read() as connection:
        found = webhooks.every(connection, call.organization_id)
    return listed(found, ask, lambda one: one.id, shape)


def create(call: Call) -> WebhookWithSecret:
    """Create a webhook. Its secret is in this answer and in no other."""
    ask: CreateWebhook = call.body
    one, secret = acts.create_webhook(call.rooms, call.actor, Wanted(url=ask.url, types=ask.types))
    return _with_secret(one, secret)


def retrieve(call: Call) -> WebhookShape:
    """Retrieve a webhook."""
    with call.rooms.notices.db.read() as connection:
        return shape(webhooks.find(connection, call.organization_id, call.path["webhook_id"]))


def update(call: Call) -> WebhookShape:
    """Change, disable or enable a webhook. Disabling gives up what waits for it."""
    ask: UpdateWebhook = call.body
    types = None if isinstance(ask.types, msgspec.UnsetType) else ask.types
    wanted = Wanted(url=ask.url, types=types, every_type=ask.types is None, enabled=ask.enabled)
    return shape(acts.update_webhook(call.rooms, call.actor, call.path["webhook_id"], wanted))


def rotate(call: Call) -> WebhookWithSecret:
    """Rotate a webhook's secret. For a day deliveries bear two signatures, by the old secret and the new one."""
    return _with_secret(*acts.rotate_secret(call.rooms, call.actor, call.path["webhook_id"]))


def test(call: Call) -> DeliveryShape:
    """Test a webhook. It is called with news of the type `webhook.test`; the delivery says what came of it."""
    return delivery_shape(acts.test_webhook(call.rooms, call.actor, call.path["webhook_id"]))


def delete(call: Call) -> DeletedWebhook:
    """Delete a webhook. What waits for it is given up; the log of its deliveries stays."""
    return DeletedWebhook(id=acts.delete_webhook(call.rooms, call.actor, call.path["webhook_id"]).id)


def shape(one: Webhook) -> WebhookShape:
    """A webhook as it is shown."""
    types = None if one.types is None else list(one.types)
    at = one.created_at // NS_PER_S
    return WebhookShape(id=one.id, url=one.url, types=types, enabled=one.disabled_at is None, created_at=at)


def _with_secret(one: Webhook, secret: str) -> WebhookWithSecret:
    return WebhookWithSecret(**msgspec.structs.asdict(shape(one)), secret=secret)


_ALL, _ONE = "/v1/tokenry/webhooks", "/v1/tokenry/webhooks/{webhook_id}"
_EXAMPLE = {"url": "https://hooks.example.org/tokenry", "types": ["budget.threshold_reached"]}
ROUTES = (
    Guarded("GET", _ALL, "webhooks.read", listing, asks=Paged),
    Guarded("POST", _ALL, "webhooks.write", create, takes=CreateWebhook, example=_EXAMPLE, secret=True),
    Guarded("GET", _ONE, "webhooks.read", retrieve),
    Guarded("POST", _ONE, "webhooks.write", update, takes=UpdateWebhook, example={"enabled": False}),
    Guarded("DELETE", _ONE, "webhooks.write", delete),
    Guarded("POST", f"{_ONE}/rotate_secret", "webhooks.write", rotate, secret=True),
    Guarded("POST", f"{_ONE}/test", "webhooks.write", test),
)
