"""The verbs about the audit log: list, rows, verify. They show all of it, to whoever owns the machine."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from tokenry.access import AuditRow, WantedRows, newest_rows, read_audit, verify_audit
from tokenry.api.admin.asked import Asked
from tokenry.api.admin.shown import Json, when
from tokenry.api.rooms import Rooms
from tokenry.base.errors import InvalidRequest

ROWS_MAX = 1000  # of one answer


class ListAudit(Asked, kw_only=True, frozen=True):
    """The newest `count` rows before the one numbered `before`; of one `type`, by one `actor`, if said."""

    count: int = 20
    before: int | None = None
    type: str | None = None
    actor: str | None = None


class AuditRows(Asked, kw_only=True, frozen=True):
    """Rows after the one numbered `after`, oldest first, with all that their hashes are made of."""

    after: int = 0
    count: int = ROWS_MAX


class VerifyAudit(Asked, kw_only=True, frozen=True):
    """Only the newest `last` rows, or all."""

    last: int | None = None


async def listing(rooms: Rooms, ask: ListAudit) -> Json:
    """The newest rows, newest first, and the number to go on before (`next`, null when there are none)."""
    _check(ask.count)
    sought = WantedRows(ask.count + 1, ask.before, ask.type, ask.actor)
    rows = await asyncio.to_thread(newest_rows, rooms.desk.db, sought)
    more, rows = len(rows) > ask.count, rows[: ask.count]
    return {"rows": [_shown(row) for row in rows], "next": rows[-1].seq if more else None}


async def rows(rooms: Rooms, ask: AuditRows) -> Json:
    """A page of the whole log; `next` is what `after` of the following page takes, null at the end."""
    _check(ask.count)

    def look() -> list[AuditRow]:
        return [row for row, _ in zip(read_audit(rooms.desk.db, ask.after), range(ask.count), strict=False)]

    found = await asyncio.to_thread(look)
    return {"rows": [_shown(row) for row in found], "next": found[-1].seq if len(found) == ask.count else None}


async def verify(rooms: Rooms, ask: VerifyAudit) -> Json:
    """Whether each row follows from the one before it; if not, the first that does not."""
    return await asyncio.to_thread(_verify, rooms, ask.last)


def _verify(rooms: Rooms, last: int | None) -> Json:
    db = rooms.desk.db
    newest = newest_rows(db, WantedRows(1))
    base = None
    if last is not None and newest and newest[0].seq > last:
        base = next(iter(newest_rows(db, WantedRows(1, newest[0].seq - last + 1))), None)
    counted = _Counted(read_audit(db, 0 if base is None else base.seq))
    broken = verify_audit(counted, base)
    return {
        "ok": broken is None,
        "rows": counted.number,
        "from": 1 if base is None else base.seq + 1,
        "last": None if not newest else {"seq": newest[0].seq, "hash": newest[0].hash.hex()},
        "broken": None if broken is None else _shown(broken),
    }


class _Counted(Iterator[AuditRow]):
    """Rows, and how many were looked at."""

    def __init__(self, rows: Iterator[AuditRow]) -> None:
        self.number = 0
        self._rows = rows

    def __next__(self) -> AuditRow:
        row = next(self._rows)
        self.number += 1
        return row


def _check(count: int) -> None:
    if not 1 <= count <= ROWS_MAX:
        raise InvalidRequest(f"count must be from 1 to {ROWS_MAX}", param="count")


def _shown(row: AuditRow) -> Json:
    return {
        "seq": row.seq,
        "id": row.id,
        "at": when(row.at),
        "at_ns": row.at,
        "organization": row.organization_id,
        "project": row.project_id,
        "actor_type": row.actor_type,
        "actor": row.actor_id,
        "type": row.type,
        "resource": row.resource_id,
        "details": row.details,
        "hash": row.hash.hex(),
    }
