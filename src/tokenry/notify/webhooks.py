"""Webhooks that people registered: their URL, what they want to hear, and the secrets that sign for them.

Every function takes a transaction of its caller's, who notes the act, and blocks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tokenry import storage
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.notify.addresses import url_fault
from tokenry.notify.deliveries import give_up
from tokenry.notify.news import TYPES
from tokenry.notify.signing import new_secret
from tokenry.storage import Transaction

table = storage.tables.webhooks
WEBHOOKS_MAX = 100  # of one organization
OLD_SECRET_S = 24 * 3600  # how long the one before still signs beside the new one


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook, without its secret. `types` None = every type of news. Times are nanoseconds since the epoch."""

    id: str
    organization_id: str
    url: str
    types: tuple[str, ...] | None
    created_at: int
    disabled_at: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a webhook is to be. None leaves it as it is (a new one: every type, enabled)."""

    url: str | None = None
    types: Sequence[str] | None = None
    every_type: bool = False
    enabled: bool | None = None


def every(connection: Transaction, organization_id: str) -> list[Webhook]:
    """Those of an organization, oldest first."""
    query = table.select().where(table.c.organization_id == organization_id).order_by(table.c.created_at, table.c.id)
    return [_webhook(row) for row in connection.execute(query)]


def find(connection: Transaction, organization_id: str, webhook_id: str) -> Webhook:
    """One of an organization. Raises NotFound."""
    query = table.select().where(table.c.id == webhook_id, table.c.organization_id == organization_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"There is no webhook {webhook_id[:100]!r}.", param="webhook_id")
    return _webhook(row)


def create(
    connection: Transaction, organization_id: str, wanted: Wanted, now_ns: int, *, allow_private: bool
) -> tuple[Webhook, str]:
    """A new webhook, and its secret, told this once. Raises InvalidRequest for its URL, types, or number."""
    if len(every(connection, organization_id)) >= WEBHOOKS_MAX:
        raise InvalidRequest(f"An organization has at most {WEBHOOKS_MAX} webhooks; delete one first.")
    secret = new_secret()
    row: dict[str, Any] = {
        "id": new_id("wh", at_ns=now_ns), "organization_id": organization_id, "secret": secret,
        "url": _checked_url(wanted.url or "", allow_private=allow_private), "types": _checked_types(wanted.types),
        "created_at": now_ns,
    }  # fmt: skip
    connection.execute(table.insert(), row)
    return find(connection, organization_id, row["id"]), secret


def update(
    connection: Transaction, one: Webhook, wanted: Wanted, now_ns: int, *, allow_private: bool
) -> tuple[Webhook, list[str]]:
    """Change a webhook; what it is now, and the names of what was changed. Raises InvalidRequest."""
    values: dict[str, Any] = {}
    if wanted.url is not None:
        values["url"] = _checked_url(wanted.url, allow_private=allow_private)
    if wanted.types is not None or wanted.every_type:
        values["types"] = None if wanted.every_type else _checked_types(wanted.types)
    if wanted.enabled is not None and wanted.enabled == (one.disabled_at is not None):
        values["disabled_at"] = None if wanted.enabled else now_ns
        if not wanted.enabled:
            give_up(connection, one.id, "the webhook was disabled", now_ns)
    if values:
        connection.execute(table.update().where(table.c.id == one.id), values)
    return find(connection, one.organization_id, one.id), sorted(values)


def rotate(connection: Transaction, one: Webhook, now_ns: int) -> str:
    """Another secret, told this once; the one before signs beside it for OLD_SECRET_S."""
    secret = new_secret()
    values = {"old_secret": table.c.secret, "old_secret_until": now_ns + OLD_SECRET_S * NS_PER_S, "secret": secret}
    connection.execute(table.update().where(table.c.id == one.id).values(values))
    return secret


def delete(connection: Transaction, one: Webhook, now_ns: int) -> None:
    """End a webhook. Its deliveries stay in the log; those that wait are given up."""
    give_up(connection, one.id, "the webhook was deleted", now_ns)
    connection.execute(table.delete().where(table.c.id == one.id))


def keys_of(row: Any, now_ns: int) -> list[str]:
    """The secrets that sign for a row of the table now, the newest first."""
    old = row.old_secret if row.old_secret_until is not None and now_ns < row.old_secret_until else None
    return [row.secret] if old is None else [row.secret, old]


def _webhook(row: Any) -> Webhook:
    types = None if row.types is None else tuple(row.types)
    return Webhook(row.id, row.organization_id, row.url, types, row.created_at, row.disabled_at)


def _checked_url(url: str, *, allow_private: bool) -> str:
    if fault := url_fault(url, allow_private=allow_private):
        raise InvalidRequest(f"url: {fault}", param="url")
    return url


def _checked_types(types: Sequence[str] | None) -> list[str] | None:
    if types is None:
        return None
    for name in types:
        if name not in TYPES:
            raise InvalidRequest(
                f"types: there is no news of type {name[:100]!r}; there is {', '.join(sorted(TYPES))}", param="types"
            )
    if not types:
        raise InvalidRequest("types: name at least one, or leave it out for every type", param="types")
    return sorted(set(types))
