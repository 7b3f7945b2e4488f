"""Statements as they were issued: one a month and place, each chained to the one before. Kept in app.db by digest.

What a statement says is not kept: it is put together again from the transfers whenever it is asked for, and its digest
shows whether it still says what it said. Everything here blocks: call it in a worker thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from tokenry import storage
from tokenry.base.clock import Clock, isoformat
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.ledger.awards import Award
from tokenry.ledger.buckets import IN_PASSING, Buckets, Pace
from tokenry.ledger.statements.build import Link, Place, build
from tokenry.ledger.statements.months import (
    GRACE_S,
    checked_month,
    following,
    last_closed,
    month_of,
    month_span,
    months,
)
from tokenry.ledger.statements.statement import GENESIS, Statement
from tokenry.storage import AppDb, Transaction

table = storage.tables.statements


class Issued(msgspec.Struct, frozen=True):
    """A statement as it was issued. `total` is nano-USD; `issued_at` nanoseconds since the epoch."""

    id: str
    organization_id: str
    project_id: str | None
    month: str
    number: int
    total: int
    previous: bytes
    hash: bytes
    issued_at: int

    @property
    def place(self) -> Place:
        return Place(self.organization_id, self.project_id)


class Fault(msgspec.Struct, frozen=True):
    """A statement that is not as it was issued, and what is wrong with it."""

    id: str
    month: str
    what: str


@dataclass(frozen=True, slots=True)
class Around:
    """What statements need of other rooms.

    Args:
        awards: all there are, now.
        places: every organization and project there is to state, with when a project was archived (ns), else None.
        told: hears of a statement in the transaction that it becomes durable with.
    """

    awards: Callable[[], Iterable[Award]]
    places: Callable[[], Iterable[tuple[Place, int | None]]]
    told: Callable[[Transaction, Issued], None]


class Statements:
    """The statements of one installation."""

    def __init__(self, db: AppDb, buckets: Buckets, clock: Clock, around: Around) -> None:
        self._db = db
        self._buckets = buckets
        self._clock = clock
        self._around = around
        self._turns = threading.Lock()
        self._looked_at = ""  # the newest month that all places are known to have been stated for

    def listing(self, organization_id: str | None = None) -> list[Issued]:
        """All that were issued, newest month first, the organization's own before its projects'."""
        query = table.select().order_by(table.c.month.desc(), table.c.organization_id, table.c.project_id)
        if organization_id is not None:
            query = query.where(table.c.organization_id == organization_id)
        with self._db.read() as connection:
            return [Issued(**row._asdict()) for row in connection.execute(query)]

    def find(self, statement_id: str, organization_id: str | None = None) -> Issued:
        """One by its id, of one organization if given. Raises NotFound."""
        query = table.select().where(table.c.id == statement_id)
        if organization_id is not None:
            query = query.where(table.c.organization_id == organization_id)
        if not statement_id.isascii() or "\0" in statement_id:
            raise NotFound("There is no such statement.", param="statement_id")
        with self._db.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"There is no statement {statement_id[:100]!r}.", param="statement_id")
        return Issued(**row._asdict())

    def rebuilt(self, issued: Issued) -> Statement:
        """What it says, put together from the transfers; it is as issued when the digests are the same.

        Raises:
            StorageError: they do not add up.
        """
        self._buckets.catch_up()
        link = Link(issued.number, issued.previous)
        return build(self._buckets.db, self._around.awards(), issued.place, issued.month, link)

    def issue(self, month: str | None = None) -> list[Issued]:
        """Issue what is missing up to this month, or the last one that is over; what was issued now.

        A place is stated from the first month in which anything happened there. Issuing again does nothing.

        Raises:
            InvalidRequest: the month is not over, or none. StorageError: a month does not add up.
        """
        newest = last_closed(self._clock.now_ns())
        if month is not None and checked_month(month) > newest:
            over = isoformat((month_span(month)[1] + GRACE_S) * 10**9)
            raise InvalidRequest(f"{month} can be stated from {over} on, when it is over for good", param="month")
        return self._issue(month or newest, None)

    def _issue(self, month: str, pace: Pace | None) -> list[Issued]:
        with self._turns:
            self._buckets.catch_up(pace)
            awards = list(self._around.awards())
            return [
                one
                for place, archived_at in self._around.places()
                for one in self._issue_of(place, archived_at, awards, month)
            ]

    def issue_due(self) -> list[Issued]:
        """As `issue`, slowly, since nobody waits; nothing is done until a month is over that was not looked at."""
        newest = last_closed(self._clock.now_ns())
        if newest == self._looked_at:
            return []
        issued = self._issue(newest, IN_PASSING)
        self._looked_at = newest
        return issued

    def verify(self, organization_id: str | None = None) -> list[Fault]:
        """Put every statement together again; what is not as it was issued, or does not follow from the one before."""
        faults: list[Fault] = []
        chains: dict[Place, list[Issued]] = {}
        for one in sorted(self.listing(organization_id), key=lambda one: one.number):
            chains.setdefault(one.place, []).append(one)
        for chain in chains.values():
            previous, opening = GENESIS, None
            for number, one in enumerate(chain, start=1):
                if (one.number, one.previous) != (number, previous):
                    faults.append(Fault(one.id, one.month, "it does not follow from the statement before it"))
                statement = self.rebuilt(one)
                if (statement.digest, statement.total) != (one.hash, one.total):
                    faults.append(Fault(one.id, one.month, "the transfers of its month say something else by now"))
                if opening not in {None, statement.opening}:
                    faults.append(Fault(one.id, one.month, "it does not begin with what the one before ended with"))
                previous, opening = one.hash, statement.closing
        return faults

    def _issue_of(self, place: Place, archived_at: int | None, awards: list[Award], until: str) -> Iterator[Issued]:
        last = self._last(place)
        if last is None:
            accounts = [award.account for award in awards if place.holds(award)]
            first = self._buckets.db.first_day(place.organization_id, place.project_id, accounts)
            if first is None:
                return
            begin, link = month_of(first), Link(1, GENESIS)
        else:
            begin, link = following(last.month), Link(last.number + 1, last.hash)
        for month in months(begin, until):
            statement = build(self._buckets.db, awards, place, month, link)
            if statement.empty and archived_at is not None and archived_at < month_span(month)[0] * 10**9:
                continue
            issued = self._keep(statement)
            yield issued
            link = Link(issued.number + 1, issued.hash)

    def _keep(self, statement: Statement) -> Issued:
        now_ns = self._clock.now_ns()
        issued = Issued(
            id=new_id("stmt", at_ns=now_ns),
            organization_id=statement.organization_id,
            project_id=statement.project_id,
            month=statement.month,
            number=statement.number,
            total=statement.total,
            previous=bytes.fromhex(statement.previous),
            hash=statement.digest,
            issued_at=now_ns,
        )
        with self._db.write() as connection:
            connection.execute(table.insert(), msgspec.structs.asdict(issued))
            self._around.told(connection, issued)
        return issued

    def _last(self, place: Place) -> Issued | None:
        of: Any = table.c.project_id.is_(None) if place.project_id is None else table.c.project_id == place.project_id
        query = table.select().where(table.c.organization_id == place.organization_id, of)
        with self._db.read() as connection:
            row = connection.execute(query.order_by(table.c.number.desc()).limit(1)).one_or_none()
        return None if row is None else Issued(**row._asdict())
