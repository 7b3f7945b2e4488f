"""The audit log: every administrative act and sign-in, written in the act's own transaction, chained by hash.

A row holds opaque ids, never names or addresses, so that erasing a person leaves it whole. Rows are only ever added;
`verify` tells whether one was changed, left out or put in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec

from tokenry import storage
from tokenry.access.actor import Actor
from tokenry.access.once import Once
from tokenry.base.clock import Clock
from tokenry.base.ids import new_id
from tokenry.storage import AppDb, Transaction

table = storage.tables.audit
GENESIS = bytes(32)  # what the first row is chained to
_PAGE = 1000

_encoder = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One act. `at` is nanoseconds since the epoch; `organization_id` None = the whole installation."""

    seq: int
    id: str
    at: int
    organization_id: str | None
    project_id: str | None
    actor_type: str
    actor_id: str
    type: str
    resource_id: str | None
    details: dict[str, Any]
    hash: bytes


@dataclass(slots=True)
class Act:
    """An act under way: its transaction, and what will be noted of it. `details` takes ids and settings, no content."""

    connection: Transaction
    type: str
    resource_id: str | None = None
    project_id: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


class Desk:
    """Where administrative acts are done: the change and its row in the log are one transaction, or neither is."""

    def __init__(self, db: AppDb, clock: Clock) -> None:
        self.db = db
        self.clock = clock
        self.once = Once(db, clock)

    @contextmanager
    def act(self, by: Actor, kind: str, resource_id: str | None = None, project_id: str | None = None) -> Iterator[Act]:
        """One act by somebody; noted when the block ends well, undone when it raises. Blocks for one transaction."""
        with self.db.write() as connection:
            act = Act(connection, kind, resource_id, project_id)
            yield act
            append(connection, self.clock, by, act)


def append(connection: Transaction, clock: Clock, by: Actor, act: Act) -> None:
    """Write the row of an act, in a transaction that took the writer's lock when it began."""
    last = connection.execute(table.select().order_by(table.c.seq.desc()).limit(1)).one_or_none()
    now_ns = clock.now_ns()
    row = {
        "id": new_id("audit", at_ns=now_ns),
        "at": now_ns,
        "organization_id": by.organization_id,
        "project_id": act.project_id,
        "actor_type": by.kind,
        "actor_id": by.user_id or by.id,
        "type": act.type,
        "resource_id": act.resource_id,
        "details": act.details if by.user_id in {None, by.id} else {**act.details, "key_id": by.id},
    }
    previous = GENESIS if last is None else last.hash
    connection.execute(table.insert(), {**row, "hash": _hash(previous, row)})


def verify(rows: Iterator[AuditRow], base: AuditRow | None = None) -> AuditRow | None:
    """The first row that does not follow from those before it; None = all is well.

    Args:
        rows: oldest first, from the very first one on.
        base: they begin after this one instead, which is taken for what it says.
    """
    previous = GENESIS if base is None else base.hash
    for seq, row in enumerate(rows, start=1 if base is None else base.seq + 1):
        facts = {name: getattr(row, name) for name in _HASHED}
        if row.seq != seq or row.hash != _hash(previous, facts):
            return row
        previous = row.hash
    return None


def read(db: AppDb, after: int = 0) -> Iterator[AuditRow]:
    """All rows after a number, oldest first, a page at a time. Blocks now and then."""
    while True:
        with db.read() as connection:
            query = table.select().where(table.c.seq > after).order_by(table.c.seq).limit(_PAGE)
            rows = [AuditRow(**row._asdict()) for row in connection.execute(query)]
        if not rows:
            return
        yield from rows
        after = rows[-1].seq


@dataclass(frozen=True, slots=True)
class Wanted:
    """At most `count` rows, the newest before the one numbered `before`; of one type, by one actor, if said."""

    count: int
    before: int | None = None
    type: str | None = None
    actor_id: str | None = None


def newest(db: AppDb, wanted: Wanted) -> list[AuditRow]:
    """Rows of the whole installation, newest first. Blocks for one read."""
    query = table.select().order_by(table.c.seq.desc()).limit(wanted.count)
    if wanted.before is not None:
        query = query.where(table.c.seq < wanted.before)
    if wanted.type is not None:
        query = query.where(table.c.type == wanted.type)
    if wanted.actor_id is not None:
        query = query.where(table.c.actor_id == wanted.actor_id)
    with db.read() as connection:
        return [AuditRow(**row._asdict()) for row in connection.execute(query)]


_HASHED = (
    "id", "at", "organization_id", "project_id", "actor_type", "actor_id", "type", "resource_id", "details",
)  # fmt: skip


def _hash(previous: bytes, row: dict[str, Any]) -> bytes:
    """SHA-256 over the hash before and the row as JSON, its members in the order of _HASHED, keys of details sorted."""
    return sha256(previous + _encoder.encode([row[name] for name in _HASHED])).digest()
