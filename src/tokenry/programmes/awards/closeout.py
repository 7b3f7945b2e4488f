"""The end of an award: it closes when its final report is accepted or waived and no request holds anything of it.

What is left, and what was promised and never handed out, returns to the pool. Begun in app.db as "closing", which stops
the drawing; closed in the ledger under a key of its own; then "closed". Until then it can be opened again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tokenry import storage
from tokenry.access import Act, Actor, append_audit
from tokenry.base.errors import Conflict
from tokenry.base.logs import get_logger
from tokenry.programmes.awards.awards import ProgrammeAward, Wanted, find_award, list_awards
from tokenry.programmes.awards.reports import DONE, reports_of
from tokenry.programmes.awards.steps import checked_reason, note_step
from tokenry.programmes.awards.suspending import change_state
from tokenry.programmes.awards.telling import Happening, tell_award
from tokenry.programmes.lifecycle import WrongState, next_award_state
from tokenry.programmes.office import Office, house_actor
from tokenry.programmes.pools import amount_in_words
from tokenry.storage import Transaction

awards, tranches, amendments = storage.tables.awards, storage.tables.tranches, storage.tables.amendments
log = get_logger("tokenry")


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the checklist. `words` say how it stands, and what is to be done."""

    name: str
    done: bool
    words: str


def checklist(office: Office, connection: Transaction, award: ProgrammeAward) -> list[Item]:
    """What has to be done before an award can be closed, and how it stands."""
    final = next((one for one in reports_of(connection, award.id) if one.kind == "final"), None)
    items: list[Item] = []
    if final is None:
        items.append(Item("final_report", done=True, words="no final report is asked for"))
    else:
        done = final.state in DONE
        words = f"the final report is {final.state}" + ("" if done else "; accept it, or waive it with a reason")
        items.append(Item("final_report", done, words))
    begun = connection.execute(tranches.select().where(tranches.c.award_id == award.id)).all()
    moving = [row for row in begun if row.state == "releasing"]
    doing = connection.execute(
        amendments.select().where(amendments.c.award_id == award.id, amendments.c.state == "doing")
    ).all()
    settled = not moving and not doing
    words = "nothing is half done" if settled else "a change is being made; it is done in a moment"
    items.append(Item("changes", settled, words))
    held = office.ledger.balance(award.id).held
    words = "no request holds anything" if not held else f"requests hold {amount_in_words(award.unit, held)}; wait"
    items.append(Item("holds", not held, words))
    return items


async def close_award(office: Office, by: Actor, award_id: str, reason: str | None) -> ProgrammeAward:
    """Stop the drawing, and close if the checklist is done; else the award is closing, and closes once it is.

    Raises:
        NotFound; WrongState: it is closed already. InvalidRequest: no reason.
    """
    words = checked_reason(reason, "the award is closed")
    award = await asyncio.to_thread(_find, office, by.organization_id, award_id)
    if award.state != "closing":
        await change_state(office, by, award_id, ("begin_closing", "award.closing", words))
    if await asyncio.to_thread(_is_done, office, award_id):
        return await _finish(office, by, award_id)
    return await asyncio.to_thread(_find, office, by.organization_id, award_id)


async def reopen_award(office: Office, by: Actor, award_id: str, reason: str | None) -> ProgrammeAward:
    """Let an award that is closing be drawn on again. Raises NotFound, WrongState, InvalidRequest."""
    words = checked_reason(reason, "the award is opened again")
    return await change_state(office, by, award_id, ("reopen", "award.reopened", words))


async def finish_closings(office: Office) -> int:
    """Close what an officer wanted closed and whose checklist is done by now; how many were."""

    def ready() -> list[ProgrammeAward]:
        with office.desk.db.read() as connection:
            found = list_awards(connection, Wanted(state="closing"))
            return [
                one
                for one in found
                if one.closed_at is not None or all(item.done for item in checklist(office, connection, one))
            ]

    closed = 0
    for award in await asyncio.to_thread(ready):
        try:
            await _finish(office, house_actor(award.organization_id), award.id)
            closed += 1
        except Conflict as error:
            log.error("an award cannot be closed; it is tried again", award_id=award.id, why=error.message)
    return closed


def _find(office: Office, organization_id: str, award_id: str) -> ProgrammeAward:
    with office.desk.db.read() as connection:
        return find_award(connection, organization_id, award_id)


def _is_done(office: Office, award_id: str) -> bool:
    with office.desk.db.read() as connection:
        award = find_award(connection, None, award_id)
        return all(item.done for item in checklist(office, connection, award))


async def _finish(office: Office, by: Actor, award_id: str) -> ProgrammeAward:
    """From the mark on nobody opens it again, and a later pass carries on after a crash."""
    await asyncio.to_thread(_mark, office, award_id)
    await office.ledger.close_award(award_id, key=f"{award_id}.close")
    return await asyncio.to_thread(_closed, office, by, award_id)


def _mark(office: Office, award_id: str) -> None:
    with office.desk.db.write() as connection:
        next_award_state("close", find_award(connection, None, award_id).state)
        values = {"closed_at": office.clock.now_ns()}
        connection.execute(awards.update().where(awards.c.id == award_id), values)


def _closed(office: Office, by: Actor, award_id: str) -> ProgrammeAward:
    now_ns = office.clock.now_ns()
    with office.desk.db.write() as connection:
        award = find_award(connection, None, award_id)
        try:
            state = next_award_state("close", award.state)
        except WrongState:
            return award  # somebody was quicker
        stands = office.ledger.balance(award_id)
        values = {"state": state, "changed_at": now_ns, "closed_at": now_ns}
        connection.execute(awards.update().where(awards.c.id == award_id), values)
        waiting = (tranches.c.award_id == award_id) & (tranches.c.state == "waiting")
        connection.execute(tranches.update().where(waiting), {"state": "cancelled"})
        asked = (amendments.c.award_id == award_id) & (amendments.c.state == "asked")
        connection.execute(amendments.update().where(asked), {"state": "denied", "words": "the award was closed"})
        act = Act(connection, "award.closed", award_id, award.project_id)
        act.details |= {"spent": stands.spent, "returned": stands.returned, "expired": stands.expired}
        note_step(office.desk, act, by, (award_id, state))
        append_audit(connection, office.clock, by, act)
        tell_award(office, connection, award, Happening("award.closed", award_id, dict(act.details)))
        closed = find_award(connection, None, award_id)
    office.notices.on_waiting()
    return closed
