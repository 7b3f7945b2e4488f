"""Requests for a higher limit, in app.db: who asks for how much and why, and what was decided. Blocks; use a thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from tokenry import storage
from tokenry.base.errors import Conflict, NotFound
from tokenry.storage import AppDb, Transaction

table = storage.tables.limit_requests
State = Literal["pending", "approved", "denied"]
PENDING_MAX: Final = 20  # of one person at a time


@dataclass(frozen=True, slots=True)
class LimitRequest:
    """One request. Amounts are nano-USD, times nanoseconds since the epoch."""

    id: str
    organization_id: str
    budget_id: str
    user_id: str
    asked: int
    reason: str
    state: State
    granted: int | None
    decided_by: str | None
    note: str | None
    created_at: int
    decided_at: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided. `granted` is the limit from now on in nano-USD, None when it was denied."""

    state: Literal["approved", "denied"]
    granted: int | None
    decided_by: str
    note: str | None
    at: int


def listed_requests(db: AppDb, organization_id: str, state: State | None = None) -> list[LimitRequest]:
    """Those of an organization, newest first."""
    query = table.select().where(table.c.organization_id == organization_id)
    if state is not None:
        query = query.where(table.c.state == state)
    with db.read() as connection:
        rows = connection.execute(query.order_by(table.c.created_at.desc(), table.c.id.desc())).all()
    return [_request(row) for row in rows]


def find_request(db: AppDb, request_id: str, organization_id: str) -> LimitRequest:
    """One of them. Raises NotFound."""
    query = table.select().where(table.c.id == request_id, table.c.organization_id == organization_id)
    with db.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"There is no limit request {request_id[:100]!r}.", param="request_id")
    return _request(row)


def add_request(connection: Transaction, request: LimitRequest) -> None:
    """Write a new one.

    Raises:
        Conflict: they have asked for this budget already, or for very many.
    """
    query = table.select().where(
        table.c.organization_id == request.organization_id,
        table.c.user_id == request.user_id,
        table.c.state == "pending",
    )
    pending = connection.execute(query).all()
    if any(row.budget_id == request.budget_id for row in pending):
        raise Conflict("a request for this budget is waiting for a decision already", param="budget_id")
    if len(pending) >= PENDING_MAX:
        raise Conflict(f"{PENDING_MAX} of your requests wait for a decision; ask for more when some are decided")
    connection.execute(table.insert(), {name: getattr(request, name) for name in LimitRequest.__slots__})


def decide_request(connection: Transaction, request_id: str, verdict: Verdict) -> None:
    """Note what was decided. Raises Conflict when it was decided before."""
    row = connection.execute(table.select().where(table.c.id == request_id)).one()
    if row.state != "pending":
        raise Conflict(f"this request was {row.state} already", param="request_id")
    values = {
        "state": verdict.state,
        "granted": verdict.granted,
        "decided_by": verdict.decided_by,
        "note": verdict.note,
        "decided_at": verdict.at,
    }
    connection.execute(table.update().where(table.c.id == request_id), values)


def _request(row: Any) -> LimitRequest:
    return LimitRequest(**row._asdict())
