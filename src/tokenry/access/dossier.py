"""Everything that app.db knows about a person, kind by kind, as rows of JSON: for them to have and to read.

Secrets stay where they are: no hash of a password, a key or a session is told. What the ledger knows is added by
whoever asks. Blocks for one read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tokenry import storage
from tokenry.access.programme_records import KINDS as PROGRAMME_KINDS
from tokenry.access.programme_records import gather_programmes
from tokenry.access.workspace_records import KINDS as WORKSPACE_KINDS
from tokenry.access.workspace_records import gather_workspace
from tokenry.base.addresses import address_key
from tokenry.base.clock import isoformat
from tokenry.base.errors import NotFound
from tokenry.storage import AppDb, Transaction

tables = storage.tables
KINDS: Final[Mapping[str, str]] = {
    "profile": "name, address, since when",
    "memberships": "organizations and projects, with the role in each",
    "groups": "groups they were put into",
    "identities": "what sign-in providers call them",
    "password": "when it was changed; never the password",
    "sessions": "browsers that were signed in",
    "links": "one-time links made for them; never the link",
    "api_keys": "keys of theirs in projects, without their text",
    "admin_keys": "keys of theirs for administration, without their text",
    "invites": "invites to their address, and those they sent",
    "limit_requests": "wishes for higher limits, and those they decided",
    "alerts": "alerts on spending that go to their address",
    "news": "news that concerns them",
    "deliveries": "mails to their address",
    **PROGRAMME_KINDS,
    **WORKSPACE_KINDS,
    "files": "files that their keys left in projects, and uploads; their contents are fetched from the project",
    "batches": "batches that their keys began",
    "stored": "answers and conversations that were stored for their keys; their words are fetched from the project",
    "audit": "what they did, and what was done to them",
    "receipts": "requests that were made with their keys; no prompts and no answers",
}
WAYS_IN: Final = ("identities", "password", "sessions", "links")  # they open every organization that one is in
_SECRET: Final = frozenset({"sha256", "hash", "powers", "private"})
_WORDS: Final = frozenset({"body", "input"})  # of what is stored
_LEFT: Final[Mapping[str, tuple[Any, ...]]] = {
    "files": (tables.files, tables.uploads),
    "batches": (tables.batches,),
    "stored": (tables.stored_completions, tables.stored_responses, tables.conversations),
}

Rows = list[dict[str, Any]]


def gather(db: AppDb, user_id: str, organization_id: str | None, *, own: bool = False) -> dict[str, Rows]:
    """Rows by kind, all of KINDS but the receipts.

    Args:
        organization_id: what belongs to other organizations is left out; None = nothing is.
        own: they ask themselves. Somebody else is told nothing of what they say in chats, and no ways in that open
            other organizations too.

    Raises:
        NotFound: there is nobody with this id.
    """
    with db.read() as connection:
        found = _gather(connection, user_id, organization_id)
        work = gather_workspace(connection, user_id, organization_id, own=own)
        found |= {kind: [_shown(row) for row in rows] for kind, rows in work.items()}
        places = tables.memberships.select().where(tables.memberships.c.user_id == user_id)
        organizations = {row.organization_id for row in connection.execute(places)}
    if not own and organization_id is not None and organizations - {organization_id}:
        found |= {kind: [] for kind in WAYS_IN}
    return found


def _gather(connection: Transaction, user_id: str, organization_id: str | None) -> dict[str, Rows]:
    elsewhere = frozenset[str]() if organization_id is None else _elsewhere(connection, organization_id)

    def rows(table: Any, fits: Callable[[Any], bool]) -> Rows:
        found = (row for row in connection.execute(table.select()) if fits(row) and elsewhere.isdisjoint(_places(row)))
        return [_shown(row._asdict()) for row in found]

    profile = rows(tables.users, lambda row: row.id == user_id)
    if not profile:
        raise NotFound(f"There is no user {user_id[:100]!r}.", param="user_id")
    email = address_key(profile[0]["email"] or "")

    def theirs(row: Any) -> bool:
        return bool(row.user_id == user_id)

    def addressed(text: str | None) -> bool:
        return bool(email) and address_key(text or "") == email

    return {
        "profile": profile,
        "memberships": rows(tables.memberships, theirs),
        "groups": rows(tables.group_members, theirs),
        "identities": rows(tables.identities, theirs),
        "password": rows(tables.passwords, theirs),
        "sessions": rows(tables.sessions, theirs),
        "links": rows(tables.one_time_links, theirs),
        "api_keys": rows(tables.api_keys, theirs),
        "admin_keys": rows(tables.admin_keys, theirs),
        "invites": rows(tables.invites, lambda row: addressed(row.email) or row.created_by == user_id),
        "limit_requests": rows(tables.limit_requests, lambda row: user_id in {row.user_id, row.decided_by}),
        "alerts": _alerts(rows(tables.spend_alerts, lambda row: any(map(addressed, row.recipients))), email),
        "news": rows(tables.news, theirs),
        "deliveries": rows(tables.deliveries, lambda row: addressed(row.target)),
        **_of_programmes(connection, user_id, organization_id),
        **_left(connection, user_id, organization_id),
        "audit": rows(
            tables.audit, lambda row: user_id in {row.actor_id, row.resource_id} or user_id in str(row.details)
        ),
    }


def _of_programmes(connection: Transaction, user_id: str, organization_id: str | None) -> dict[str, Rows]:
    found = gather_programmes(connection, user_id, organization_id)
    return {kind: [_shown(row) for row in rows] for kind, rows in found.items()}


def _left(connection: Transaction, user_id: str, organization_id: str | None) -> dict[str, Rows]:
    """What their keys left in projects."""
    keys = tables.api_keys.c
    mine = tables.api_keys.select().where(keys.user_id == user_id).with_only_columns(keys.id)
    found: dict[str, Rows] = {}
    for kind, several in _LEFT.items():
        found[kind] = []
        for table in several:
            query = table.select().where(table.c.key_id.in_(mine))
            if organization_id is not None:
                query = query.where(table.c.organization_id == organization_id)
            columns = [column for column in table.c if column.name not in _WORDS]
            rows = connection.execute(query.with_only_columns(*columns).order_by(table.c.created_at))
            found[kind] += [_shown(row._asdict()) for row in rows]
    return found


def _elsewhere(connection: Transaction, organization_id: str) -> frozenset[str]:
    """The ids of other organizations, their projects, groups and news."""
    found: set[str] = set()
    for table in (tables.projects, tables.groups, tables.news):
        for row in connection.execute(table.select().where(table.c.organization_id != organization_id)):
            found |= {row.id, row.organization_id}
    others = tables.organizations.select().where(tables.organizations.c.id != organization_id)
    return frozenset(found | {row.id for row in connection.execute(others)})


def _places(row: Any) -> set[str | None]:
    return {getattr(row, name, None) for name in ("organization_id", "project_id", "group_id", "news_id")}


def _alerts(rows: Rows, email: str) -> Rows:
    """Only their own address: other recipients are other people."""
    return [{**row, "recipients": [one for one in row["recipients"] if address_key(one) == email]} for row in rows]


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in row.items() if name not in _SECRET}


def _value(name: str, value: Any) -> Any:
    """Times as people and programs read them."""
    if isinstance(value, int) and (name == "at" or name.endswith("_at")):
        return isoformat(value)
    return value
