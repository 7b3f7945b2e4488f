"""Calls of a programme: from when to when people may apply. Several may be open at once, each by its own name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from tokenry import storage
from tokenry.access import Actor, checked_name
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.programmes.calls.announcing import LATE_NS, call_opened
from tokenry.programmes.calls.programmes import Programme, find_programme, open_programme, programme_of
from tokenry.programmes.office import Office
from tokenry.storage import AppDb, Transaction

table = storage.tables.calls
programmes = storage.tables.programmes
CALLS_MAX = 1000  # of one programme
DAYS_MAX = 3660
DAY_NS = 86_400 * NS_PER_S
CallState = Literal["announced", "open", "closed"]


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call. Nanoseconds since the epoch; open from `opens_at` on, and from `closes_at` on no more."""

    id: str
    programme_id: str
    name: str
    opens_at: int
    closes_at: int
    created_at: int

    def state(self, now_ns: int) -> CallState:
        """How it is at an instant."""
        if now_ns < self.opens_at:
            return "announced"
        return "open" if now_ns < self.closes_at else "closed"


@dataclass(frozen=True, slots=True)
class Dates:
    """When a call opens and closes, nanoseconds since the epoch."""

    opens_at: int
    closes_at: int


def open_call(office: Office, by: Actor, programme_id: str, name: str, dates: Dates) -> CallRecord:
    """A new call. Those who may apply are told when it opens. Blocks for one transaction.

    Raises:
        NotFound; InvalidRequest: its name or dates cannot be; Conflict: its name is taken, or the programme is closed.
    """
    now_ns = office.clock.now_ns()
    made = CallRecord(
        new_id("call", at_ns=now_ns), programme_id, checked_name(name), dates.opens_at, dates.closes_at, now_ns
    )
    _refuse_dates(dates, now_ns)
    with office.desk.act(by, "call.created", made.id) as act:
        programme = open_programme(act.connection, by.organization_id, programme_id)
        _refuse_taken(act.connection, made)
        act.details |= _told(made)
        act.connection.execute(table.insert(), {name: getattr(made, name) for name in CallRecord.__slots__})
        if made.state(now_ns) == "open":
            call_opened(office, act.connection, programme, made.id, made.closes_at)
    office.notices.on_waiting()
    return made


def change_call(office: Office, by: Actor, call_id: str, dates: Dates, name: str | None = None) -> CallRecord:
    """Other dates or another name. Blocks for one transaction.

    Raises:
        As `open_call`; Conflict: it is over, or has opened and would open later.
    """
    now_ns = office.clock.now_ns()
    _refuse_dates(dates, now_ns)
    with office.desk.act(by, "call.updated", call_id) as act:
        before, programme = find_call(act.connection, by.organization_id, call_id)
        _refuse_over(programme, before, now_ns)
        if before.state(now_ns) == "open" and dates.opens_at > now_ns:
            raise Conflict("the call is open; it cannot open later any more", param="opens_at")
        after = replace(before, opens_at=dates.opens_at, closes_at=dates.closes_at)
        if name is not None:
            after = replace(after, name=checked_name(name))
            _refuse_taken(act.connection, after)
        act.details |= _told(after)
        _put(act.connection, after)
        if after.state(now_ns) == "open":
            call_opened(office, act.connection, programme, after.id, after.closes_at)
    office.notices.on_waiting()
    return after


def close_call(office: Office, by: Actor, call_id: str) -> CallRecord:
    """Nobody can apply any more, from now on. What was submitted stays. Raises NotFound, Conflict when it is over."""
    now_ns = office.clock.now_ns()
    with office.desk.act(by, "call.closed", call_id) as act:
        before, programme = find_call(act.connection, by.organization_id, call_id)
        _refuse_over(programme, before, now_ns)
        after = replace(before, opens_at=min(before.opens_at, now_ns), closes_at=now_ns)
        _put(act.connection, after)
    return after


def calls_of(db: AppDb, programme_id: str) -> list[CallRecord]:
    """Of one programme, the newest first. Blocks for one read."""
    with db.read() as connection:
        query = table.select().where(table.c.programme_id == programme_id)
        rows = connection.execute(query.order_by(table.c.created_at.desc(), table.c.id.desc()))
        return [CallRecord(**row._asdict()) for row in rows]


def get_call(db: AppDb, organization_id: str, call_id: str) -> tuple[CallRecord, Programme]:
    """A call and its programme. Raises NotFound. Blocks for one read."""
    with db.read() as connection:
        return find_call(connection, organization_id, call_id)


def find_call(connection: Transaction, organization_id: str, call_id: str) -> tuple[CallRecord, Programme]:
    """A call of an organization with its programme, as this transaction sees them. Raises NotFound."""
    row = connection.execute(table.select().where(table.c.id == call_id)).one_or_none()
    try:
        if row is not None:
            return CallRecord(**row._asdict()), find_programme(connection, organization_id, row.programme_id)
    except NotFound:
        pass
    raise NotFound(f"There is no call {call_id[:100]!r}.", param="call_id")


def open_calls(db: AppDb, organization_id: str, now_ns: int) -> list[tuple[CallRecord, Programme]]:
    """What members of an organization can apply in now, what closes first before the rest. Blocks for one read."""
    with db.read() as connection:
        mine = {
            row.id: programme_of(row)
            for row in connection.execute(
                programmes.select().where(
                    programmes.c.organization_id == organization_id, programmes.c.closed_at.is_(None)
                )
            )
        }
        rows = connection.execute(table.select().where(table.c.opens_at <= now_ns, table.c.closes_at > now_ns)).all()
    found = [CallRecord(**row._asdict()) for row in rows if row.programme_id in mine]
    return [(one, mine[one.programme_id]) for one in sorted(found, key=lambda one: (one.closes_at, one.id))]


def tell_opened(office: Office) -> int:
    """Tell of calls that have opened by their date within a day and were not told of; how many. Blocks."""
    now_ns, told = office.clock.now_ns(), 0
    for organization_id in office.people.roster.organizations:
        for one, programme in open_calls(office.desk.db, organization_id, now_ns):
            if one.opens_at <= now_ns - LATE_NS:
                continue
            with office.desk.db.read() as connection:
                known = is_told(connection, one.id)
            if not known:
                with office.desk.db.write() as connection:
                    told += call_opened(office, connection, programme, one.id, one.closes_at)
    if told:
        office.notices.on_waiting()
    return told


def is_told(connection: Transaction, call_id: str) -> bool:
    """Whether it was told already that a call has opened."""
    news: Any = storage.tables.news
    return connection.execute(news.select().where(news.c.occasion == f"call.opened:{call_id}")).first() is not None


def _refuse_dates(dates: Dates, now_ns: int) -> None:
    if dates.closes_at <= dates.opens_at:
        raise InvalidRequest("closes_at: a call closes after it opens", param="closes_at")
    if dates.closes_at <= now_ns:
        raise InvalidRequest("closes_at: that is over already", param="closes_at")
    if max(dates.closes_at - dates.opens_at, dates.opens_at - now_ns) > DAYS_MAX * DAY_NS:
        raise InvalidRequest(f"closes_at: a call opens within {DAYS_MAX} days and lasts no longer", param="closes_at")


def _refuse_over(programme: Programme, record: CallRecord, now_ns: int) -> None:
    if programme.closed_at is not None or record.state(now_ns) == "closed":
        raise Conflict("the call is over; open another one")


def _refuse_taken(connection: Transaction, record: CallRecord) -> None:
    here = connection.execute(table.select().where(table.c.programme_id == record.programme_id)).all()
    if any(row.name == record.name and row.id != record.id for row in here):
        raise Conflict(f"There is a call {record.name!r} in this programme already.", param="name")
    if len(here) >= CALLS_MAX and all(row.id != record.id for row in here):
        raise Conflict(f"a programme has at most {CALLS_MAX} calls")


def _put(connection: Transaction, record: CallRecord) -> None:
    row = {"name": record.name, "opens_at": record.opens_at, "closes_at": record.closes_at}
    connection.execute(table.update().where(table.c.id == record.id), row)


def _told(record: CallRecord) -> dict[str, Any]:
    return {"programme_id": record.programme_id, "opens_at": record.opens_at, "closes_at": record.closes_at}
