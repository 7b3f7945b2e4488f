"""Searching the audit log: one organization's rows, newest first, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tokenry import storage
from tokenry.access.audit import AuditRow
from tokenry.base.errors import InvalidRequest
from tokenry.storage import AppDb, Transaction

table = storage.tables.audit
_columns = table.c


@dataclass(frozen=True, slots=True)
class Sought:
    """Which rows. None = any; several conditions must all hold.

    Args:
        since: the earliest time, nanoseconds since the epoch.
        until: the time before which they were.
        actor_ids: of people, service accounts or keys that acted.
        begins: how the type begins, as `project.` does of all that is about projects.
        text: what stands somewhere in the row: its type, its ids, its details.
    """

    organization_id: str
    since: int | None = None
    until: int | None = None
    types: tuple[str, ...] | None = None
    actor_ids: tuple[str, ...] | None = None
    project_ids: tuple[str, ...] | None = None
    resource_ids: tuple[str, ...] | None = None
    begins: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """Which page: at most `limit` rows older than the one with the id `at`, or newer; None = from the newest on."""

    limit: int
    at: str | None = None
    side: Literal["older", "newer"] = "older"


def search(db: AppDb, sought: Sought, page: Slice) -> tuple[list[AuditRow], bool]:
    """The page, newest first, and whether there is more on its side. Blocks for one read.

    Raises:
        InvalidRequest: `page.at` is the id of no row of the organization.
    """
    query = table.select().where(*_conditions(sought))
    newer = page.side == "newer" and page.at is not None
    with db.read() as connection:
        if page.at is not None:
            seq = _seq(connection, sought.organization_id, page.at)
            query = query.where(_columns.seq > seq if newer else _columns.seq < seq)
        query = query.order_by(_columns.seq if newer else _columns.seq.desc()).limit(page.limit + 1)
        rows = [AuditRow(**row._asdict()) for row in connection.execute(query)]
    more, rows = len(rows) > page.limit, rows[: page.limit]
    return (rows[::-1] if newer else rows), more


def _conditions(sought: Sought) -> list[Any]:
    found: list[Any] = [_columns.organization_id == sought.organization_id]
    if sought.since is not None:
        found.append(_columns.at >= sought.since)
    if sought.until is not None:
        found.append(_columns.at < sought.until)
    for column, wanted in (
        (_columns.type, sought.types),
        (_columns.project_id, sought.project_ids),
        (_columns.resource_id, sought.resource_ids),
    ):
        if wanted is not None:
            found.append(column.in_(wanted))
    if sought.actor_ids is not None:
        key = _columns.details["key_id"].as_string()
        found.append(_columns.actor_id.in_(sought.actor_ids) | key.in_(sought.actor_ids))
    if sought.begins is not None:
        found.append(_columns.type.startswith(sought.begins, autoescape=True))
    if sought.text is not None:
        places = (_columns.type, _columns.actor_id, _columns.resource_id, _columns.project_id)
        details = storage.as_text(_columns.details)
        found.append(_any_of([*(one.icontains(sought.text, autoescape=True) for one in (*places, details))]))
    return found


def _any_of(conditions: list[Any]) -> Any:
    first, *others = conditions
    for one in others:
        first |= one
    return first


def kinds(db: AppDb, organization_id: str) -> list[tuple[str, int]]:
    """Every type of act that an organization's log knows, in order, and how often. Blocks for one read."""
    query = storage.counted(_columns.type, _columns.organization_id == organization_id)
    with db.read() as connection:
        return [(kind, number) for kind, number in connection.execute(query)]


def _seq(connection: Transaction, organization_id: str, row_id: str) -> int:
    mine = (_columns.id == row_id) & (_columns.organization_id == organization_id)
    row = connection.execute(table.select().where(mine)).one_or_none()
    if row is None:
        raise InvalidRequest("the cursor names nothing in this log", param="after")
    return int(row.seq)
