"""Tranches: the parts in which an award is handed out, each released once, by its day or with an accepted report."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Literal

from tokenry import storage
from tokenry.access import Actor
from tokenry.base.errors import Conflict, NotFound
from tokenry.base.logs import get_logger
from tokenry.programmes.awards.awards import ProgrammeAward, find_award
from tokenry.programmes.awards.interests import require_disinterested
from tokenry.programmes.awards.steps import note_step
from tokenry.programmes.awards.telling import Happening, tell_award
from tokenry.programmes.office import Office, house_actor
from tokenry.storage import Transaction

table = storage.tables.tranches
awards = storage.tables.awards
TrancheState = Literal["waiting", "releasing", "released", "cancelled"]
log = get_logger("tokenry")


@dataclass(frozen=True, slots=True)
class Tranche:
    """One part. Times are nanoseconds since the epoch; `due_at` None = with the report `report_id`."""

    id: str
    award_id: str
    number: int
    amount: int
    due_at: int | None
    report_id: str | None
    state: TrancheState
    released_at: int | None


def tranches_of(connection: Transaction, award_id: str) -> list[Tranche]:
    """The tranches of an award, in their order."""
    query = table.select().where(table.c.award_id == award_id).order_by(table.c.number)
    return [Tranche(**row._asdict()) for row in connection.execute(query)]


def find_tranche(connection: Transaction, organization_id: str | None, tranche_id: str) -> Tranche:
    """One tranche of an organization's award, or of any. Raises NotFound."""
    row = connection.execute(table.select().where(table.c.id == tranche_id)).one_or_none()
    found = None if row is None else Tranche(**row._asdict())
    if found is not None and organization_id is not None:
        query = awards.select().where(awards.c.id == found.award_id, awards.c.organization_id == organization_id)
        found = found if connection.execute(query).first() is not None else None
    if found is None:
        raise NotFound(f"There is no tranche {tranche_id[:100]!r}.", param="tranche_id")
    return found


def first_and_rest(connection: Transaction, award_id: str) -> tuple[int, int]:
    """What an award is granted at once, and what is promised beside it."""
    first, *rest = tranches_of(connection, award_id)
    return first.amount, sum(one.amount for one in rest)


async def release(office: Office, by: Actor, tranche_id: str, reason: str | None = None) -> Tranche:
    """Hand out a tranche now, whatever it waits for; returns once it can be drawn on.

    Raises:
        NotFound; Conflict: it is not the next one, was handed out or cancelled, or its award is not active.
    """
    await asyncio.to_thread(_begin, office, by, tranche_id, reason)
    return await _finish(office, tranche_id)


async def release_due(office: Office) -> int:
    """Hand out all whose day or whose report has come; how many were."""
    done = 0
    for tranche in await asyncio.to_thread(_due, office):
        try:
            organization = await asyncio.to_thread(_organization, office, tranche)
            await release(office, house_actor(organization), tranche.id)
            done += 1
        except Conflict as error:
            log.info("a tranche waits", tranche_id=tranche.id, why=error.message)
    return done


async def finish_releases(office: Office) -> int:
    """Carry on with those that a crash or a full disk left half handed out; how many there were."""

    def begun() -> list[str]:
        with office.desk.db.read() as connection:
            return [row.id for row in connection.execute(table.select().where(table.c.state == "releasing"))]

    waiting = await asyncio.to_thread(begun)
    for tranche_id in waiting:
        try:
            await _finish(office, tranche_id)
        except Conflict as error:
            log.error("a tranche cannot be released; it is tried again", tranche_id=tranche_id, why=error.message)
    return len(waiting)


def _due(office: Office) -> list[Tranche]:
    """Tranches of active awards whose day or whose report has come, in their order."""
    now_ns = office.clock.now_ns()
    reports = storage.tables.award_reports
    query = table.join(awards, awards.c.id == table.c.award_id).outerjoin(reports, reports.c.id == table.c.report_id)
    come = (table.c.due_at <= now_ns) | reports.c.state.in_(("accepted", "waived"))
    ready = (table.c.state == "waiting") & come & (awards.c.state == "active") & (awards.c.ends_at > now_ns)
    rows = table.select().select_from(query).where(ready).order_by(table.c.award_id, table.c.number)
    with office.desk.db.read() as connection:
        return [Tranche(**row._asdict()) for row in connection.execute(rows)]


def _organization(office: Office, tranche: Tranche) -> str:
    with office.desk.db.read() as connection:
        return find_award(connection, None, tranche.award_id).organization_id


def _begin(office: Office, by: Actor, tranche_id: str, reason: str | None) -> None:
    with office.desk.act(by, "award.tranche_released", tranche_id) as act:
        tranche = find_tranche(act.connection, by.organization_id, tranche_id)
        award = find_award(act.connection, by.organization_id, tranche.award_id)
        act.resource_id, act.project_id = award.id, award.project_id
        require_disinterested(office.people.roster, by, award.project_id, award.awardee_id)
        _refuse(act.connection, office, award, tranche)
        act.details |= {"tranche_id": tranche.id, "number": tranche.number, "amount": tranche.amount}
        act.connection.execute(table.update().where(table.c.id == tranche.id), {"state": "releasing"})
        note_step(office.desk, act, by, (award.id, award.state), reason)


def _refuse(connection: Transaction, office: Office, award: ProgrammeAward, tranche: Tranche) -> None:
    if award.state != "active":
        raise Conflict(f"the award is {award.state}, and only an active one is handed more", param="tranche_id")
    if award.ends_at <= office.clock.now_ns():
        raise Conflict("the award is over; nothing more of it is handed out", param="tranche_id")
    if tranche.state != "waiting":
        raise Conflict(f"this tranche is {tranche.state} already", param="tranche_id")
    before = [one.number for one in tranches_of(connection, award.id) if one.state == "waiting"]
    if before[0] != tranche.number:
        raise Conflict(f"tranche {before[0]} comes before this one", param="tranche_id")


async def _finish(office: Office, tranche_id: str) -> Tranche:
    tranche = await asyncio.to_thread(_read, office, tranche_id)
    await office.ledger.release(tranche.award_id, tranche.amount, key=tranche.id)
    return await asyncio.to_thread(_done, office, tranche_id)


def _read(office: Office, tranche_id: str) -> Tranche:
    with office.desk.db.read() as connection:
        return find_tranche(connection, None, tranche_id)


def _done(office: Office, tranche_id: str) -> Tranche:
    with office.desk.db.write() as connection:
        tranche = find_tranche(connection, None, tranche_id)
        if tranche.state == "releasing":
            values: dict[str, Any] = {"state": "released", "released_at": office.clock.now_ns()}
            connection.execute(table.update().where(table.c.id == tranche.id), values)
            award = find_award(connection, None, tranche.award_id)
            data = {"tranche": tranche.number, "amount": tranche.amount}
            tell_award(office, connection, award, Happening("award.tranche_released", tranche.id, data))
    office.notices.on_waiting()
    return _read(office, tranche_id)
