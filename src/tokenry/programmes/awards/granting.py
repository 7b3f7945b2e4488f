"""Awards are made: by an accepted application, or directly by an officer, out of a programme's pool.

What is decided stands in app.db first, in the state "granting", with its row in the audit log; then the ledger grants
it under its id as the act's key; then it is active. A crash leaves a row that the next pass carries on with.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tokenry import storage
from tokenry.access import Act, Actor, append_audit, found_project
from tokenry.base.clock import isoformat
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.base.logs import get_logger
from tokenry.programmes.awards.award_terms import AwardTerms, terms_of_offer
from tokenry.programmes.awards.awards import ProgrammeAward, Wanted, find_award, ledger_award, list_awards, row_of
from tokenry.programmes.awards.backing import refuse_too_much, supply_of
from tokenry.programmes.awards.interests import require_disinterested
from tokenry.programmes.awards.schedule import DAY_NS, Period, parts, refuse_impossible, reports_due
from tokenry.programmes.awards.steps import note_step
from tokenry.programmes.awards.telling import Happening, tell_award
from tokenry.programmes.awards.tranches import first_and_rest
from tokenry.programmes.calls.programmes import open_programme
from tokenry.programmes.lifecycle import next_award_state
from tokenry.programmes.offers import read_offer
from tokenry.programmes.office import HOUSE, Office, house_actor
from tokenry.programmes.pools import refuse_overdrawn
from tokenry.programmes.terms import UnitName, refuse_odd_rules
from tokenry.storage import Transaction

tables = storage.tables
NAME_LENGTH_MAX = 100
log = get_logger("tokenry")


@dataclass(frozen=True, slots=True)
class NewAward:
    """An award that shall be.

    Args:
        unit, pool_id: of the programme. project_id: None = one is made, called like the award, which the awardee owns.
        reason: why, where a reason was asked for.
    """

    programme_id: str
    unit: UnitName
    pool_id: str
    name: str
    amount: int
    period: Period
    terms: AwardTerms
    project_id: str | None = None
    awardee_id: str | None = None
    application_id: str | None = None
    renews: str | None = None
    reason: str | None = None


async def grant_directly(
    office: Office, by: Actor, new: Sequence[NewAward], *, named_once: bool = False
) -> list[ProgrammeAward]:
    """Make awards, all or none; returns once they can be drawn on.

    Args:
        named_once: no other award of the programme may bear the name of one of them.

    Raises:
        InvalidRequest: an award that cannot be. Conflict: the pool has too little, or a name is taken. NotFound: no
            such project or user.
    """
    made = await asyncio.to_thread(_write_all, office, by, new, named_once)
    return [await finish_grant(office, award.id) for award in made]


def write_grant(office: Office, connection: Transaction, by: Actor, new: NewAward) -> ProgrammeAward:
    """Write down one award that is to be granted, in somebody's transaction; `finish_grant` does the rest.

    Raises:
        As `grant_directly`.
    """
    refuse_impossible(new.amount, new.period, new.terms)
    refuse_odd_rules(new.terms.weights, new.terms.restrictions)
    if new.unit == "usd" and new.terms.weights is not None:
        raise InvalidRequest("only an award of tokens has weights", param="terms.weights")
    name = _checked_name(new.name)
    clock = office.clock
    _refuse_other_project(connection, by, new)
    if new.project_id is not None:
        project_id = _open_project(connection, by, new.project_id)
    elif new.awardee_id is not None:
        project_id = found_project(connection, clock, by, name, new.awardee_id).id
    else:
        raise InvalidRequest("an award goes to a project, or to an awardee, who gets one", param="project_id")
    now_ns = clock.now_ns()
    award = ProgrammeAward(
        id=new_id("awd", at_ns=now_ns), organization_id=by.organization_id, programme_id=new.programme_id,
        project_id=project_id, application_id=new.application_id, renews=new.renews, awardee_id=new.awardee_id,
        name=name, unit=new.unit, pool_id=new.pool_id, state="granting", amount=new.amount, terms=new.terms,
        begins_at=new.period.begins_at, ends_at=new.period.ends_at, created_at=now_ns, changed_at=now_ns,
    )  # fmt: skip  # one line of names
    connection.execute(tables.awards.insert(), row_of(award))
    _write_schedule(connection, award)
    act = Act(connection, "award.created", award.id, project_id)
    act.details |= {"programme_id": award.programme_id, "amount": award.amount, "unit": award.unit}
    act.details |= {"application_id": award.application_id} if award.application_id else {}
    note_step(office.desk, act, by, (award.id, award.state), new.reason)
    append_audit(connection, clock, by, act)
    return award


async def grant_accepted(office: Office, application_id: str) -> str:
    """The award of an accepted application: made if there is none yet, and granted; its id. On the event loop.

    Raises:
        NotFound; Conflict: it is not accepted, or the pool has too little, and it waits. LedgerUnavailable.
    """
    award_id = await asyncio.to_thread(_write_accepted, office, application_id)
    await finish_grant(office, award_id)
    return award_id


async def finish_grant(office: Office, award_id: str) -> ProgrammeAward:
    """Grant in the ledger what was written down, and let it be drawn on. On the event loop; again does no harm.

    Raises:
        Conflict: the pool has too little. What an officer made directly is gone then; an accepted application waits.
        LedgerUnavailable: the books cannot be written; a later pass tries again.
    """
    award, first, rest = await asyncio.to_thread(_read, office, award_id)
    if award.state != "granting":
        return award
    try:
        await office.ledger.grant(ledger_award(award), first, committed=rest, key=award.id)
    except (Conflict, InvalidRequest) as error:
        if award.application_id is None:
            await asyncio.to_thread(_undo, office, award, error.message)
        raise
    return await asyncio.to_thread(_activate, office, award)


async def finish_grants(office: Office) -> int:
    """Carry on with every award that a crash, a full disk or an empty pool kept from being granted; how many were."""

    def waiting() -> tuple[list[str], list[str]]:
        applications, awards = tables.applications, tables.awards
        with office.desk.db.read() as connection:
            made = {row.application_id for row in connection.execute(awards.select())}
            accepted = connection.execute(applications.select().where(applications.c.state == "accepted"))
            granting = [award.id for award in list_awards(connection, Wanted(state="granting"))]
            return [row.id for row in accepted if row.id not in made], granting

    accepted, granting = await asyncio.to_thread(waiting)
    done = 0
    acts: list[Callable[[], Awaitable[object]]] = [partial(grant_accepted, office, one) for one in accepted]
    acts += [partial(finish_grant, office, one) for one in granting]
    for act in acts:
        try:
            await act()
            done += 1
        except (Conflict, InvalidRequest, NotFound) as error:
            log.error("an award cannot be granted; it is tried again", why=error.message)
    return done


def _write_accepted(office: Office, application_id: str) -> str:
    applications, decisions, awards = tables.applications, tables.decisions, tables.awards
    with office.desk.db.write() as connection:
        made = connection.execute(awards.select().where(awards.c.application_id == application_id)).one_or_none()
        if made is not None:
            return str(made.id)
        asked = connection.execute(applications.select().where(applications.c.id == application_id)).one_or_none()
        if asked is None:
            raise NotFound(f"There is no application {application_id[:100]!r}.", param="application_id")
        if asked.state != "accepted":
            raise Conflict(f"the application is {asked.state}; an award is made of one that is accepted")
        decision = connection.execute(decisions.select().where(decisions.c.application_id == application_id)).one()
        programme = connection.execute(
            tables.programmes.select().where(tables.programmes.c.id == asked.programme_id)
        ).one()
        offer = read_offer(decision.terms)
        begins_at = decision.accepted_at
        new = NewAward(
            programme_id=programme.id, unit=programme.unit, pool_id=programme.pool_id, name=asked.title,
            amount=offer.amount, period=Period.of_days(begins_at, offer.days), terms=terms_of_offer(offer),
            project_id=offer.project_id, awardee_id=asked.applicant_id, application_id=application_id,
            renews=offer.renews,
        )  # fmt: skip  # one line of names
        by = replace(house_actor(asked.organization_id), id=decision.accepted_by or HOUSE)
        return write_grant(office, connection, by, new).id


def _write_all(office: Office, by: Actor, new: Sequence[NewAward], named_once: bool) -> list[ProgrammeAward]:
    for one in new:
        require_disinterested(office.people.roster, by, one.project_id, one.awardee_id)
        if one.period.ends_at <= office.clock.now_ns():
            raise InvalidRequest("an award ends later than now; nothing could be drawn from this one", param="ends_at")
    _refuse_unbacked(office, by, new)
    with office.desk.db.write() as connection:
        needs: dict[str, int] = {}
        for one in new:
            needs[one.programme_id] = needs.get(one.programme_id, 0) + one.amount
        pools = {one.programme_id: one.pool_id for one in new}
        if named_once:
            _refuse_taken_names(connection, new)
        made = [write_grant(office, connection, by, one) for one in new]
        for programme_id, amount in needs.items():
            refuse_overdrawn(office, connection, (programme_id, pools[programme_id]), amount)
        return made


def _refuse_taken_names(connection: Transaction, new: Sequence[NewAward]) -> None:
    """Say no when an award of one of these names was made since somebody looked. Raises Conflict."""
    for programme_id in {one.programme_id for one in new}:
        taken = {one.name for one in list_awards(connection, Wanted(programme_id=programme_id))}
        twice = next((one.name for one in new if one.programme_id == programme_id and one.name.strip() in taken), None)
        if twice is not None:
            raise Conflict(
                f"an award {twice!r} was made this moment by somebody else, so nothing was made; look at it again"
            )


def _refuse_unbacked(office: Office, by: Actor, new: Sequence[NewAward]) -> None:
    """Say no to more than the policy lets be promised without a reason. Raises ReasonMissing, Conflict, NotFound."""
    for programme_id in {one.programme_id for one in new}:
        with office.desk.db.read() as connection:
            programme = open_programme(connection, by.organization_id, programme_id)
        mine = [one for one in new if one.programme_id == programme_id]
        days = max((one.period.ends_at - one.period.begins_at) // DAY_NS for one in mine)
        meant = supply_of(office, programme, sum(one.amount for one in mine), max(1, days))
        reasons = [one.reason for one in mine]
        refuse_too_much(programme, meant, reasons[0] if all(reasons) else None)


def _write_schedule(connection: Transaction, award: ProgrammeAward) -> None:
    """Its reports, and its tranches that wait for a day or for one of them."""
    reports: list[dict[str, Any]] = []
    by_number: dict[int, str] = {}
    for due in reports_due(award.period, award.terms.reporting):
        row: dict[str, Any] = {"id": new_id("rep", at_ns=award.created_at), "award_id": award.id, "state": "due"}
        reports.append(row | {"kind": due.kind, "number": due.number, "due_at": due.due_at})
        if due.kind == "progress":
            by_number[due.number] = row["id"]
    tranches: list[dict[str, Any]] = []
    for part in parts(award.amount, award.period, award.terms.tranches):
        row = {"id": new_id("trn", at_ns=award.created_at), "award_id": award.id, "number": part.number}
        row |= {"amount": part.amount, "due_at": part.due_at, "state": "waiting"}
        tranches.append(row | {"report_id": None if part.report is None else by_number[part.report]})
    if reports:
        connection.execute(tables.award_reports.insert(), reports)
    connection.execute(tables.tranches.insert(), tranches)


def _read(office: Office, award_id: str) -> tuple[ProgrammeAward, int, int]:
    with office.desk.db.read() as connection:
        return find_award(connection, None, award_id), *first_and_rest(connection, award_id)


def _activate(office: Office, award: ProgrammeAward) -> ProgrammeAward:
    by, now_ns = house_actor(award.organization_id), office.clock.now_ns()
    with office.desk.db.write() as connection:
        award = find_award(connection, None, award.id)
        if award.state != "granting":
            return award  # somebody was quicker
        award = replace(award, state=next_award_state("grant", award.state), changed_at=now_ns)
        values = {"state": award.state, "changed_at": now_ns}
        connection.execute(tables.awards.update().where(tables.awards.c.id == award.id), values)
        first = (tables.tranches.c.award_id == award.id) & (tables.tranches.c.number == 1)
        connection.execute(tables.tranches.update().where(first), {"state": "released", "released_at": now_ns})
        act = Act(connection, "award.granted", award.id, award.project_id, {"amount": award.amount})
        note_step(office.desk, act, by, (award.id, award.state))
        append_audit(connection, office.clock, by, act)
        data = {"amount": award.amount, "ends_at": isoformat(award.ends_at)}
        tell_award(office, connection, award, Happening("award.granted", award.id, data))
    office.notices.on_waiting()
    return award


def _undo(office: Office, award: ProgrammeAward, why: str) -> None:
    """Nothing was granted, and nothing of it stays but its rows in the audit log.

    Unless another pass, beside the one that was refused, has had it granted meanwhile: then it is carried on with.
    """
    if award.id in office.ledger.books.awards:
        return
    by = house_actor(award.organization_id)
    with office.desk.act(by, "award.refused", award.id, award.project_id) as act:
        act.details["reason"] = why
        for table in (tables.tranches, tables.award_reports, tables.award_steps):
            act.connection.execute(table.delete().where(table.c.award_id == award.id))
        act.connection.execute(tables.awards.delete().where(tables.awards.c.id == award.id))


def _refuse_other_project(connection: Transaction, by: Actor, new: NewAward) -> None:
    """A renewal goes on in the project of the award before it. Raises NotFound, Conflict."""
    if new.renews is None:
        return
    before = find_award(connection, by.organization_id, new.renews)
    if before.project_id != new.project_id:
        raise Conflict("a renewal is an award to the same project; this one names another", param="renews")
    if before.state == "granting":
        raise Conflict("the award that is to be renewed has not begun", param="renews")


def _open_project(connection: Transaction, by: Actor, project_id: str) -> str:
    table = tables.projects
    query = table.select().where(table.c.id == project_id, table.c.organization_id == by.organization_id)
    row = connection.execute(query).one_or_none()
    if row is None or row.archived_at is not None:
        raise NotFound(f"There is no open project {project_id[:100]!r}.", param="project_id")
    return project_id


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise InvalidRequest(f"an award's name has 1 to {NAME_LENGTH_MAX} printable characters", param="name")
    return name
