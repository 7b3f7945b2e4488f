"""Erasing a person: one row is blanked, and whatever else named them goes; the books and the audit log keep opaque ids.

All of it is one transaction, so that it is done whole or not at all, and once done it is done: a second time finds
nothing. What the deleted bytes leave behind in the file is overwritten (storage.AppDb.forget_deleted).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Act, Desk, append
from tokenry.access.members import keep_an_owner, standing_of
from tokenry.access.once import forget_answers
from tokenry.access.people import local_actor
from tokenry.access.programme_records import STAYS as PROGRAMMES_STAY
from tokenry.access.programme_records import erase_from_programmes
from tokenry.access.workspace_records import STAYS as WORKSPACE_STAYS
from tokenry.access.workspace_records import erase_from_workspace
from tokenry.base.addresses import address_key
from tokenry.base.errors import InvalidRequest
from tokenry.storage import Transaction

tables = storage.tables
NAME: Final = "erased"  # what an erased person is called
STAYS: Final[Mapping[str, str]] = {
    "users": "one row with their id, without name and address: ledger and audit log refer to it",
    "memberships, groups": "ids and roles, so that the audit log can still be understood",
    **PROGRAMMES_STAY,
    **WORKSPACE_STAYS,
    "files, batches": "they are their project's, and name the key that left them by its id; they can be deleted there",
    "audit": "a chain of hashes that breaks when a row is changed; its rows hold ids and settings, no names",
    "ledger": "receipts and transfers are what statements are made from; they hold ids of people and keys, "
    "no names and no content",
    "stored answers": "of requests with an Idempotency-Key: gone 24 hours after the request",
    "keys": "their ids and when they were revoked; their names are blanked, and they open nothing",
}


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was done. `removed` is by kind; `erased_at` nanoseconds since the epoch, of the first time."""

    user_id: str
    erased_at: int
    removed: Mapping[str, int]
    stays: Mapping[str, str] = field(default_factory=lambda: STAYS)


def erase_person(desk: Desk, by: Actor, user_id: str) -> Erasure:
    """Erase a member of the actor's organization, for good. Blocks.

    Raises:
        NotFound: they are no member.
        PermissionDenied: they are an owner, and the actor may not unmake one.
        InvalidRequest: they are the last owner, or belong to another organization too.
    """
    with desk.db.read() as connection:
        standing = standing_of(connection, by.organization_id, user_id)
    erased_at, removed = standing.user.erased_at, dict[str, int]()
    if erased_at is None:
        erased_at = desk.clock.now_ns()
        with desk.act(by, "user.erased", user_id) as act:
            _check(act.connection, by, user_id)
            removed = _erase(act.connection, user_id, erased_at)
            email = standing.user.email
            if kept := forget_answers(act.connection, [user_id, *([] if email is None else [email])]):
                removed["kept answers"] = kept
            if email is not None:
                removed |= _forget_address(act.connection, by.organization_id, email, erased_at)
                if by.kind == "local":
                    _forget_elsewhere(desk, act, email, erased_at)
            act.details["removed"] = removed
    desk.db.forget_deleted()
    return Erasure(user_id, erased_at, removed)


def _check(connection: Transaction, by: Actor, user_id: str) -> None:
    standing = standing_of(connection, by.organization_id, user_id)
    if standing.role == "owner":
        by.require("owners.write")
    places = tables.memberships.select().where(
        tables.memberships.c.user_id == user_id, tables.memberships.c.project_id.is_(None)
    )
    for row in connection.execute(places).all():
        keep_an_owner(connection, row.organization_id, standing_of(connection, row.organization_id, user_id))
        if row.organization_id != by.organization_id and by.kind != "local":
            raise InvalidRequest(
                "They belong to another organization too, which this would shut them out of: remove them from yours.",
                param="user_id",
            )


def _erase(connection: Transaction, user_id: str, now_ns: int) -> dict[str, int]:
    users = tables.users
    removed = {
        table.name: connection.execute(table.delete().where(table.c.user_id == user_id)).rowcount
        for table in (tables.passwords, tables.identities, tables.sessions, tables.one_time_links)
    }
    removed["keys"] = sum(
        _end_keys(connection, table, user_id, now_ns) for table in (tables.api_keys, tables.admin_keys)
    )
    removed |= _forget_stored(connection, user_id)
    requests = tables.limit_requests
    removed["reasons of limit requests"] = connection.execute(
        requests.update().where(requests.c.user_id == user_id, requests.c.reason != NAME), {"reason": NAME}
    ).rowcount
    removed |= erase_from_programmes(connection, user_id, NAME, now_ns)
    removed |= erase_from_workspace(connection, user_id, NAME, now_ns)
    blank = {"name": NAME, "email": None, "erased_at": now_ns, "disabled_at": now_ns}
    connection.execute(users.update().where(users.c.id == user_id), blank)
    return {kind: count for kind, count in {"name and address": 1, **removed}.items() if count}


def _forget_stored(connection: Transaction, user_id: str) -> dict[str, int]:
    """What was said with their keys, and stored."""
    keys, conversations, items = tables.api_keys.c, tables.conversations, tables.conversation_items
    mine = tables.api_keys.select().where(keys.user_id == user_id).with_only_columns(keys.id)
    theirs = conversations.select().where(conversations.c.key_id.in_(mine)).with_only_columns(conversations.c.id)
    connection.execute(items.delete().where(items.c.conversation_id.in_(theirs)))
    counted = {"stored answers": 0, "conversations": 0}
    for table, kind in (
        (tables.stored_completions, "stored answers"),
        (tables.stored_responses, "stored answers"),
        (conversations, "conversations"),
    ):
        counted[kind] += connection.execute(table.delete().where(table.c.key_id.in_(mine))).rowcount
    return counted


def _end_keys(connection: Transaction, table: Any, user_id: str, now_ns: int) -> int:
    mine = table.c.user_id == user_id
    live = connection.execute(table.update().where(mine, table.c.revoked_at.is_(None)), {"revoked_at": now_ns}).rowcount
    connection.execute(table.update().where(mine), {"name": NAME})
    return int(live)


def _forget_elsewhere(desk: Desk, act: Act, email: str, now_ns: int) -> None:
    """The same in all other organizations, each of which finds it in its own log: for the machine's own hand alone."""
    here = act.resource_id
    for row in act.connection.execute(tables.organizations.select()).all():
        other = local_actor(row.id)
        removed = _forget_address(act.connection, row.id, email, now_ns)
        if removed:
            append(
                act.connection, desk.clock, other, Act(act.connection, "user.erased", here, None, {"removed": removed})
            )


def _forget_address(connection: Transaction, organization_id: str, address: str, now_ns: int) -> dict[str, int]:
    """Take an address out of whatever else of an organization holds it; how many rows of each kind were changed."""
    email, here = address_key(address), organization_id
    counted = {"invites": 0, "recipients of alerts": 0, "deliveries": 0, "news": 0}
    invites, alerts, deliveries, news = tables.invites, tables.spend_alerts, tables.deliveries, tables.news
    for row in connection.execute(invites.select().where(invites.c.organization_id == here)).all():
        if address_key(row.email) == email:
            gone = {"email": "", "deleted_at": row.deleted_at or now_ns}
            connection.execute(invites.update().where(invites.c.id == row.id), gone)
            counted["invites"] += 1
    for row in connection.execute(alerts.select().where(alerts.c.organization_id == here)).all():
        left = [address for address in row.recipients if address_key(str(address)) != email]
        if left != row.recipients:
            connection.execute(alerts.update().where(alerts.c.id == row.id), {"recipients": left})
            counted["recipients of alerts"] += 1
    told = news.select().where(news.c.organization_id == here)
    mine = deliveries.select().where(deliveries.c.news_id.in_(told.with_only_columns(news.c.id)))
    for row in connection.execute(mine).all():
        if address_key(row.target) == email or _says(row.answer or "", email):
            connection.execute(deliveries.update().where(deliveries.c.id == row.id), _unaddressed(row, email, now_ns))
            counted["deliveries"] += 1
    for row in connection.execute(told).all():
        data = _without(row.data, email)
        if data != row.data:
            connection.execute(news.update().where(news.c.id == row.id), {"data": data})
            counted["news"] += 1
    return {kind: count for kind, count in counted.items() if count}


def _unaddressed(row: Any, email: str, now_ns: int) -> dict[str, Any]:
    if address_key(row.target) != email:
        return {"answer": None}
    values: dict[str, Any] = {"target": "", "answer": None, "private": None}
    if row.state == "waiting":
        values |= {"state": "failed", "next_at": None, "ended_at": now_ns}
    return values


def _says(text: str, email: str) -> bool:
    """Whether the address stands in a text, as a whole and not as a part of a longer one."""
    return re.search(rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)", address_key(text)) is not None


def _without(value: Any, email: str) -> Any:
    """The same data, without an address that stands in it anywhere."""
    if isinstance(value, str):
        return None if _says(value, email) else value
    if isinstance(value, list):
        return [kept for kept in (_without(part, email) for part in value) if kept is not None]
    if isinstance(value, dict):
        return {name: _without(part, email) for name, part in value.items()}
    return value
