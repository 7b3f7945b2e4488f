"""An award is stopped for a while, with a reason, and goes on: app.db says so first, then the ledger's terms agree.

Whatever a crash left between the two is found by comparing them (`agree`).
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

import msgspec

from tokenry import storage
from tokenry.access import Actor
from tokenry.base.errors import Conflict, InvalidRequest
from tokenry.base.logs import get_logger
from tokenry.ledger import Award
from tokenry.programmes.awards.awards import ProgrammeAward, Wanted, find_award, ledger_award, list_awards
from tokenry.programmes.awards.steps import checked_reason, note_step
from tokenry.programmes.awards.telling import Happening, tell_award
from tokenry.programmes.lifecycle import AwardState, AwardStep, next_award_state
from tokenry.programmes.office import Office

table = storage.tables.awards
RUNNING: Final[tuple[AwardState, ...]] = ("active", "suspended", "closing")
log = get_logger("tokenry")


async def suspend_award(office: Office, by: Actor, award_id: str, reason: str | None) -> ProgrammeAward:
    """Let nothing new draw on an award. What runs now is paid for; tranches wait.

    Raises:
        NotFound; WrongState: it is not active. InvalidRequest: no reason.
    """
    words = checked_reason(reason, "the award is suspended")
    return await change_state(office, by, award_id, ("suspend", "award.suspended", words))


async def resume_award(office: Office, by: Actor, award_id: str, reason: str | None) -> ProgrammeAward:
    """Let requests draw on it again. Raises NotFound; WrongState: it is not suspended."""
    words = None if reason is None else checked_reason(reason, "the award goes on")
    return await change_state(office, by, award_id, ("resume", "award.resumed", words))


async def change_state(
    office: Office, by: Actor, award_id: str, step: tuple[AwardStep, str, str | None]
) -> ProgrammeAward:
    """Take a step of an award's life that moves no units.

    Args:
        step: which, what the audit log calls it, and the reason.
    """
    await asyncio.to_thread(_write, office, by, award_id, step)
    office.notices.on_waiting()
    return await settle_terms(office, award_id)


async def settle_terms(office: Office, award_id: str) -> ProgrammeAward:
    """Have the ledger say what app.db says of an award, whoever else changes it meanwhile."""

    def read() -> ProgrammeAward:
        with office.desk.db.read() as connection:
            return find_award(connection, None, award_id)

    while True:
        award = await asyncio.to_thread(read)
        if not await agree_one(office, award):
            return award


async def agree(office: Office) -> int:
    """Have the ledger say what app.db says of every award that is not closed; of how many it did not."""

    def read() -> list[ProgrammeAward]:
        with office.desk.db.read() as connection:
            return [one for state in RUNNING for one in list_awards(connection, Wanted(state=state))]

    count = 0
    for award in await asyncio.to_thread(read):
        if not _differs(office, award):
            continue
        try:
            await settle_terms(office, award.id)
            count += 1
        except (Conflict, InvalidRequest) as error:  # as after a restored backup of one of the two
            log.error("an award's terms differ between the books, and stay so", award_id=award.id, why=error.message)
    return count


def _differs(office: Office, award: ProgrammeAward) -> bool:
    known = office.ledger.books.awards.get(award.id)
    return known is not None and known.state != "closed" and not _same(known, ledger_award(award))


async def agree_one(office: Office, award: ProgrammeAward) -> bool:
    """Have the ledger say of one award what this says; whether it did not."""
    if not _differs(office, award):
        return False
    await office.ledger.grant(ledger_award(award), 0)
    return True


def _same(known: Award, wanted: Award) -> bool:
    return msgspec.structs.replace(wanted, created_at=known.created_at) == known


def _write(office: Office, by: Actor, award_id: str, step: tuple[AwardStep, str, str | None]) -> None:
    name, kind, words = step
    with office.desk.act(by, kind, award_id) as act:
        award = find_award(act.connection, by.organization_id, award_id)
        state = next_award_state(name, award.state)
        if name == "reopen" and award.closed_at is not None:
            raise Conflict("the award is being closed this moment", param="award_id")
        award = replace(award, state=state, changed_at=office.clock.now_ns())
        act.project_id = award.project_id
        values = {"state": award.state, "changed_at": award.changed_at}
        act.connection.execute(table.update().where(table.c.id == award.id), values)
        note_step(office.desk, act, by, (award.id, award.state), words)
        if kind == "award.suspended":
            tell_award(office, act.connection, award, Happening(kind, f"{award.id}:{award.changed_at}"))
