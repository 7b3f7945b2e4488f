"""The audit log as people read it: `/v1/tokenry/audit_log`, in our own words, searched, exported, and verified.

`/v1/organization/audit_logs` tells the same rows in the words that OpenAI's clients know.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tokenry.access import AuditRow, Slice, Sought, WantedRows, audit_kinds, newest_rows, read_audit, search_audit
from tokenry.access import verify_audit as verify
from tokenry.api.dashboard.names import Names
from tokenry.api.guarded import Call, Form, Guarded, Query
from tokenry.api.organization.spans import Names as Several
from tokenry.api.organization.spans import Seconds
from tokenry.api.spreadsheets import harmless
from tokenry.base.clock import NS_PER_S, isoformat

LIMIT_MAX = 1000
VERIFIED_MAX = 100_000  # rows of one verification; `tokenry audit verify` reads them all
Text = Annotated[str, Meta(min_length=1, max_length=200)]


class AskAuditLog(Query, kw_only=True, frozen=True):
    """Which rows. `q` is looked for in types, ids and details; `begins` in how the type begins, as `project.` does."""

    q: Text | None = None
    begins: Text | None = None
    types: Several | None = None
    actor_ids: Several | None = None
    project_ids: Several | None = None
    resource_ids: Several | None = None
    start_time: Seconds | None = None
    end_time: Seconds | None = None
    after: Annotated[str, Meta(max_length=64)] | None = None
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] = 50
    format: Literal["json", "csv"] | None = None


class AuditShape(msgspec.Struct, kw_only=True):
    """One act. Names are looked up now, so that those of somebody erased are gone here too.

    `hash`: SHA-256 over the hash of the row before it and this row.
    """

    id: str
    number: int
    at: Annotated[int, Meta(description="Seconds since the epoch.")]
    type: str
    actor_type: str
    actor_id: str
    actor_name: str | None
    project_id: str | None
    project_name: str | None
    resource_id: str | None
    details: dict[str, Any]
    hash: str
    object: Literal["tokenry.audit_row"] = "tokenry.audit_row"


class AuditPage(msgspec.Struct, kw_only=True):
    """One page, newest first. `last_id` is what `after` of the next one takes."""

    data: list[AuditShape]
    has_more: bool
    first_id: str | None
    last_id: str | None
    object: Literal["list"] = "list"


class KindShape(msgspec.Struct, kw_only=True):
    """A type of act, and how many rows are of it."""

    type: str
    rows: int


class KindList(msgspec.Struct, kw_only=True):
    """Every type of act that the log has, in order."""

    data: list[KindShape]
    object: Literal["list"] = "list"


class Verification(msgspec.Struct, kw_only=True):
    """Whether each row follows from the one before it. `rows`: how many of your organization's were looked at.

    `whole`: from the very first one on; else the newest. `broken_at`: the number of the first that does not follow.
    """

    ok: bool
    whole: bool
    rows: int
    first_at: int | None
    last_at: int | None
    last_hash: str | None
    broken_at: int | None
    checked_at: int
    object: Literal["tokenry.audit_verification"] = "tokenry.audit_verification"


def listing(call: Call) -> AuditPage:
    """Search the audit log. Every administrative act and sign-in, newest first, in Tokenry's own words; CSV too."""
    ask: AskAuditLog = call.query
    sought = Sought(
        organization_id=call.organization_id, since=_ns(ask.start_time), until=_ns(ask.end_time), types=ask.types,
        actor_ids=ask.actor_ids, project_ids=ask.project_ids, resource_ids=ask.resource_ids, begins=ask.begins,
        text=ask.q,
    )  # fmt: skip
    rows, more = search_audit(call.rooms.desk.db, sought, Slice(ask.limit, ask.after))
    names = Names(call)
    shown = [_shown(row, names) for row in rows]
    return AuditPage(
        data=shown, has_more=more, first_id=shown[0].id if shown else None, last_id=shown[-1].id if shown else None
    )


def kinds(call: Call) -> KindList:
    """List types of acts. Those that the organization's log has, and how often."""
    found = audit_kinds(call.rooms.desk.db, call.organization_id)
    return KindList(data=[KindShape(type=kind, rows=rows) for kind, rows in found])


def verification(call: Call) -> Verification:
    """Verify the audit log. Computes the chain of hashes anew, of all rows or of the newest hundred thousand."""
    db = call.rooms.desk.db
    newest = next(iter(newest_rows(db, WantedRows(1))), None)
    base = None
    if newest is not None and newest.seq > VERIFIED_MAX:
        base = next(iter(newest_rows(db, WantedRows(1, newest.seq - VERIFIED_MAX + 1))), None)
    seen = _Seen(read_audit(db, 0 if base is None else base.seq), call.organization_id)
    broken = verify(seen, base)
    return Verification(
        ok=broken is None,
        whole=base is None,
        rows=seen.number,
        first_at=None if seen.first is None else seen.first.at // NS_PER_S,
        last_at=None if seen.last is None else seen.last.at // NS_PER_S,
        last_hash=None if seen.last is None else seen.last.hash.hex(),
        broken_at=None if broken is None else broken.seq,
        checked_at=call.rooms.clock.now_ns() // NS_PER_S,
    )


class _Seen(Iterator[AuditRow]):
    """Rows as they pass by, and those of one organization among them."""

    def __init__(self, rows: Iterator[AuditRow], organization_id: str) -> None:
        self.number = 0
        self.first: AuditRow | None = None
        self.last: AuditRow | None = None
        self._rows = rows
        self._organization_id = organization_id

    def __next__(self) -> AuditRow:
        row = next(self._rows)
        if row.organization_id == self._organization_id:
            self.number += 1
            self.first, self.last = self.first or row, row
        return row


def _shown(row: AuditRow, names: Names) -> AuditShape:
    return AuditShape(
        id=row.id,
        number=row.seq,
        at=row.at // NS_PER_S,
        type=row.type,
        actor_type=row.actor_type,
        actor_id=row.actor_id,
        actor_name=names.member(row.actor_id),
        project_id=row.project_id,
        project_name=None if row.project_id is None else names.project(row.project_id),
        resource_id=row.resource_id,
        details=row.details,
        hash=row.hash.hex(),
    )


def _ns(seconds: int | None) -> int | None:
    return None if seconds is None else seconds * NS_PER_S


def _as_csv(_call: Call, given: AuditPage) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    columns = [name for name in AuditShape.__struct_fields__ if name != "object"]
    writer.writerow(columns)
    for row in given.data:
        cells = {name: getattr(row, name) for name in columns}
        cells |= {"at": isoformat(row.at * NS_PER_S), "details": msgspec.json.encode(row.details).decode()}
        writer.writerow([harmless(cells[name]) for name in columns])
    return out.getvalue()


def _attached(_call: Call, _given: AuditPage) -> dict[str, str]:
    return {"content-disposition": 'attachment; filename="audit-log.csv"'}


_ALL = "/v1/tokenry/audit_log"
_FORMS = (Form("csv", "text/csv; charset=utf-8", _as_csv, _attached),)
ROUTES: tuple[Guarded, ...] = (
    Guarded("GET", _ALL, "audit.read", listing, asks=AskAuditLog, forms=_FORMS),
    Guarded("GET", f"{_ALL}/types", "audit.read", kinds),
    Guarded("GET", f"{_ALL}/verification", "audit.read", verification),
)
