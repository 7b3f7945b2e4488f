"""The audit log: `/v1/organization/audit_logs`, newest first.

OpenAI's client knows a closed list of types. An act that has none of them is shown as the organization's or the
project's having been updated, with our own word for it in `tokenry_type`, so that nothing is left out of sight.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from tokenry.access import AuditRow, Slice, Sought, search_audit
from tokenry.api.guarded import Call, Guarded, Page, Query
from tokenry.api.guarded.paging import LIMIT_MAX
from tokenry.api.organization.lists import seconds
from tokenry.base.addresses import address_key
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest

Second = Annotated[int, Meta(ge=0, le=9_000_000_000)]  # up to 2255, which fits nanoseconds in 64 bits
DATED = frozenset({"created", "added", "sent"})  # acts whose details OpenAI puts under `data`
BARE = frozenset({"login.succeeded", "login.failed", "logout.succeeded", "logout.failed"})
KNOWN = BARE | {
    "api_key.created", "api_key.updated", "api_key.deleted", "group.created", "group.updated", "group.deleted",
    "invite.sent", "invite.accepted", "invite.deleted", "organization.updated", "project.created", "project.updated",
    "project.archived", "project.deleted", "rate_limit.updated", "rate_limit.deleted", "resource.deleted",
    "role.created", "role.updated", "role.deleted", "role.assignment.created", "role.assignment.deleted",
    "service_account.created", "service_account.updated", "service_account.deleted", "user.added", "user.updated",
    "user.deleted",
}  # fmt: skip


class When(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A stretch of time, in seconds since the epoch."""

    gt: Second | None = None
    gte: Second | None = None
    lt: Second | None = None
    lte: Second | None = None


class ListLogs(Query, kw_only=True, frozen=True):
    """Which rows. `after` goes on to older ones, `before` back to newer ones."""

    effective_at: When | None = None
    project_ids: tuple[str, ...] | None = None
    event_types: tuple[str, ...] | None = None
    actor_ids: tuple[str, ...] | None = None
    actor_emails: tuple[str, ...] | None = None
    resource_ids: tuple[str, ...] | None = None
    tenant_only: bool = False
    after: str | None = None
    before: str | None = None
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] = 20


def listing(call: Call) -> Page[dict[str, Any]]:
    """List audit logs. Newest first; types are OpenAI's, or our own where it has no word for an act."""
    ask: ListLogs = call.query
    if ask.after is not None and ask.before is not None:
        raise InvalidRequest("Go on `after` a row or back `before` one, not both.", param="before")
    page = Slice(ask.limit, ask.after or ask.before, "newer" if ask.before is not None else "older")
    rows, more = search_audit(call.rooms.desk.db, _sought(call, ask), page)
    ids = [row.id for row in rows]
    return Page(
        data=[shape(call, row) for row in rows],
        has_more=more,
        first_id=ids[0] if ids else None,
        last_id=ids[-1] if ids else None,
        next=ids[-1] if more else None,
    )


def shape(call: Call, row: AuditRow) -> dict[str, Any]:
    """A row as OpenAI shows one: the member that its type names says what was done."""
    details = {name: value for name, value in row.details.items() if name != "key_id"}
    kind = row.type if row.type in KNOWN else f"{'organization' if row.project_id is None else 'project'}.updated"
    shown: dict[str, Any] = {
        "id": row.id,
        "object": "organization.audit_log",
        "type": kind,
        "effective_at": seconds(row.at),
        "actor": _actor(call, row),
        kind: _told(kind, row.resource_id, details),
    }
    if kind != row.type:
        shown["tokenry_type"] = row.type
    project = call.rooms.people.roster.projects.get(row.project_id or "")
    if project is not None:
        shown["project"] = {"id": project.id, "name": project.name}
    return shown


def _told(kind: str, resource_id: str | None, details: dict[str, Any]) -> dict[str, Any]:
    if kind in BARE:
        return details
    verb = kind.rpartition(".")[2]
    if verb in DATED:
        return {"id": resource_id, "data": details}
    if verb == "updated":
        changes = details.get("changes_requested")
        return {"id": resource_id, "changes_requested": changes if isinstance(changes, dict) else details}
    return {"id": resource_id, **details}


def _actor(call: Call, row: AuditRow) -> dict[str, Any]:
    """Who it was. Names and addresses are looked up now, so that those of somebody erased are gone here too."""
    user = call.rooms.people.roster.users.get(row.actor_id)
    person = {"id": row.actor_id, "email": None if user is None else user.email}
    if row.actor_type == "session":
        return {"type": "session", "session": {"user": person}}
    if row.actor_type not in {"admin_key", "api_key"}:
        return {"type": None, "tokenry_type": row.actor_type, "id": row.actor_id}
    key: dict[str, Any] = {"id": row.details.get("key_id", row.actor_id)}
    if user is not None:
        key |= {"type": "user", "user": person}
    return {"type": "api_key", "api_key": key, "tokenry_type": row.actor_type}


def _sought(call: Call, ask: ListLogs) -> Sought:
    actors = ask.actor_ids
    if ask.actor_emails is not None:
        wanted = {address_key(email) for email in ask.actor_emails}
        users = call.rooms.people.roster.users.values()
        found = tuple(user.id for user in users if address_key(user.email or "") in wanted)
        actors = found if actors is None else tuple(actor for actor in actors if actor in found)
    since, until = _span(ask.effective_at or When())
    return Sought(
        organization_id=call.organization_id,
        since=since,
        until=until,
        types=("-",) if ask.tenant_only else ask.event_types,  # there are no tenants above organizations here
        actor_ids=actors,
        project_ids=ask.project_ids,
        resource_ids=ask.resource_ids,
    )


def _span(when: When) -> tuple[int | None, int | None]:
    """The first nanosecond and the one after the last: a row of second 5 is not later than second 5."""
    starts = [at for at in (when.gte, None if when.gt is None else when.gt + 1) if at is not None]
    ends = [at for at in (when.lt, None if when.lte is None else when.lte + 1) if at is not None]
    return max(starts) * NS_PER_S if starts else None, min(ends) * NS_PER_S if ends else None


ROUTES = (Guarded("GET", "/v1/organization/audit_logs", "audit.read", listing, asks=ListLogs),)
