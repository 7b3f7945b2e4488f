"""Export and erasure over all rooms: app.db, the ledger, and what lies beside them. Blocks; not on the event loop."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Any, Literal

import msgspec

from tokenry.access import DOSSIER_KINDS, Actor, Desk, erase_person, gather, read_audit, standing_of
from tokenry.api.receipts import receipt_json
from tokenry.api.rooms import Rooms
from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.base.errors import Unavailable
from tokenry.ledger import receipt_of

BACKUPS = (
    "backups from before this still hold what is gone; whoever works at the machine sees which: `tokenry person erase`"
)
_one_at_a_time = Lock()
RECEIPTS_MAX = 100_000  # the newest of a person that one export holds


class ExportIndex(msgspec.Struct, kw_only=True):
    """One kind of rows in an export: what they are and how many."""

    kind: str
    what: str
    rows: int
    complete: bool


class Export(msgspec.Struct, kw_only=True):
    """Everything that is known of a person. `data` holds the rows of each kind that the index names."""

    user_id: str
    made_at: int
    index: list[ExportIndex]
    data: dict[str, list[Any]]
    object: Literal["tokenry.person_export"] = "tokenry.person_export"


class Erased(msgspec.Struct, kw_only=True):
    """What an erasure removed, by kind and number; what stays, and why; what else still holds what is gone.

    `erased_at` is seconds since the epoch, of the first time.
    """

    user_id: str
    erased_at: int
    removed: dict[str, int]
    stays: dict[str, str]
    backups: list[str]
    object: Literal["tokenry.person_erased"] = "tokenry.person_erased"


def export(rooms: Rooms, user_id: str, organization_id: str, *, costs: bool, own: bool = False) -> Export:
    """Everything known of a member of an organization; `own`: they ask themselves.

    Args:
        costs: whether what providers ask of the house may be told.

    Raises:
        NotFound: there is no such member.
        Unavailable: another export is being made; it reads the whole journal, so there is one at a time.
    """
    if not _one_at_a_time.acquire(blocking=False):
        raise Unavailable("another export is being made; try again in a minute", headers={"retry-after": "60"})
    try:
        return _export(rooms, user_id, organization_id, own=own, costs=costs)
    finally:
        _one_at_a_time.release()


def _export(rooms: Rooms, user_id: str, organization_id: str, *, own: bool, costs: bool) -> Export:
    with rooms.desk.db.read() as connection:
        standing_of(connection, organization_id, user_id)
    data: dict[str, list[Any]] = dict(gather(rooms.desk.db, user_id, organization_id, own=own))
    data["receipts"], complete = _receipts(rooms, user_id, organization_id, costs=costs)
    index = [
        ExportIndex(kind=kind, what=what, rows=len(data[kind]), complete=complete or kind != "receipts")
        for kind, what in DOSSIER_KINDS.items()
    ]
    return Export(user_id=user_id, made_at=rooms.clock.now_ns() // NS_PER_S, index=index, data=data)


def erase(rooms: Rooms, by: Actor, user_id: str) -> Erased:
    """Erase a member of the actor's organization. Raises as `access.erase_person`."""
    done = erase_person(rooms.desk, by, user_id)
    rooms.refresh()
    return Erased(
        user_id=user_id, erased_at=done.erased_at // NS_PER_S, removed=dict(done.removed), stays=dict(done.stays),
        backups=_backups(rooms, rooms.desk, done.erased_at) if by.kind == "local" else [BACKUPS],
    )  # fmt: skip


def _receipts(rooms: Rooms, user_id: str, organization_id: str, *, costs: bool) -> tuple[list[Any], bool]:
    found: deque[Any] = deque(maxlen=RECEIPTS_MAX)
    seen = 0
    for row in rooms.journal.read():
        if row.kind != "settle":
            continue
        receipt = receipt_of(row)
        if receipt.facts.user_id == user_id and receipt.facts.organization_id == organization_id:
            found.append(receipt_json(receipt, costs=costs))
            seen += 1
    return list(found), seen == len(found)


def _backups(rooms: Rooms, desk: Desk, erased_at: int) -> list[str]:
    """Copies from before the erasure that we know of: those the log of acts tells of, and what migrations kept."""
    made = [
        f"a backup made at {isoformat(row.at)}; a restore of it brings the person back: erase them again after it"
        for row in read_audit(desk.db)
        if row.type == "backup.created" and row.at < erased_at
    ]
    kept = [f"{path} (kept by a migration)" for path in sorted(rooms.data_dir.glob("app.db.before-*"))]
    return [*made, *kept]
