"""Administrative acts on an organization itself: what it is called, and where its days begin. Each is audited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import UNSET, UnsetType

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.audit import Desk
from tokenry.access.directory import Organization, checked_name
from tokenry.base.errors import Conflict, InvalidRequest, NotFound

table = storage.tables.organizations


@dataclass(frozen=True, slots=True)
class OrganizationTerms:
    """A change; what is UNSET stays. `timezone` is an IANA name, None = UTC."""

    name: str | UnsetType = UNSET
    timezone: str | UnsetType | None = UNSET


def set_organization_terms(desk: Desk, by: Actor, terms: OrganizationTerms) -> Organization:
    """Change what the actor's organization is called and in which time zone it lives. Blocks for one transaction.

    Budgets and certificates that exist keep the zone and the name that they were made with.

    Raises:
        InvalidRequest: a name or a time zone that cannot be. Conflict: another organization has the name.
    """
    row: dict[str, Any] = {}
    if terms.name is not UNSET:
        row["name"] = checked_name(terms.name)
    if terms.timezone is not UNSET:
        row["timezone"] = None if terms.timezone is None else _checked_zone(terms.timezone)
    with desk.act(by, "organization.updated", by.organization_id) as act:
        found = act.connection.execute(table.select().where(table.c.id == by.organization_id)).one_or_none()
        if found is None:
            raise NotFound("There is no such organization.")
        if "name" in row:
            taken = table.select().where(table.c.name == row["name"], table.c.id != by.organization_id)
            if act.connection.execute(taken).first() is not None:
                raise Conflict(f"There is an organization called {row['name']!r} already.", param="name")
        act.details["changes_requested"] = sorted(row)
        if row:
            act.connection.execute(table.update().where(table.c.id == by.organization_id), row)
    return replace(Organization(**found._asdict()), **row)


def _checked_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidRequest(
            f"there is no time zone {name[:60]!r}; give an IANA name such as Europe/Berlin", param="timezone"
        ) from None
    return name
