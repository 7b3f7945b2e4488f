"""The verbs about what becomes of a programme's award: units, tranches, reports, wishes, its end, its history."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tokenry.access import Actor
from tokenry.api.admin.asked import Asked, money
from tokenry.api.admin.award_story import amendment_told, report_told, step_told
from tokenry.api.admin.awards import OneAward, show
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json
from tokenry.api.admin.whom import award_meant
from tokenry.api.rooms import Rooms
from tokenry.base.errors import Conflict, InvalidRequest
from tokenry.ledger import Award, Unit
from tokenry.programmes import (
    Amendment,
    Report,
    WantedAwards,
    Wish,
    accept_report,
    amend_at_once,
    amendments_of,
    approve_amendment,
    close_award,
    deny_amendment,
    find_amendment,
    find_award,
    find_report,
    list_awards,
    release,
    reopen_award,
    reports_of,
    return_report,
    steps_of,
    submit_report,
    tranches_of,
    waive_report,
)


class MoveUnits(OneAward, kw_only=True, frozen=True):
    """So many units: to another award of the project (`to`), or back to the pool."""

    to: str | None = None
    usd: str | None = None
    tokens: int | None = None
    reason: str | None = None


class PutAward(OneAward, kw_only=True, frozen=True):
    """An award, and why something is done to it."""

    reason: str | None = None


class SomeAwards(Asked, kw_only=True, frozen=True):
    """Of one award, or of all; those that wait alone, unless `every`."""

    award: str | None = None
    every: bool = False


class PutReport(Asked, kw_only=True, frozen=True):
    """A report by id, and words about it; of one that is handed in, its text."""

    report: str
    reason: str | None = None
    text: str | None = None
    links: tuple[str, ...] = ()


class PutAmendment(Asked, kw_only=True, frozen=True):
    """A wish by id, and words for whoever asked."""

    amendment: str
    reason: str | None = None


async def transfer(rooms: Rooms, ask: MoveUnits) -> Json:
    """Move units to another award of the project."""
    if ask.to is None:
        raise InvalidRequest("say which award the units go to (--to)", param="to")
    award, other = _of_programme(rooms, ask.award), _of_programme(rooms, ask.to)
    wish = Wish("transfer", award.id, ask.reason, amount=_amount(award, ask), other_award_id=other.id)
    await amend_at_once(rooms, by_hand(rooms, award.project_id), wish)
    return await show(rooms, OneAward(award=award.id))


async def withdraw(rooms: Rooms, ask: MoveUnits) -> Json:
    """Take back units that nobody spent or holds."""
    award = _of_programme(rooms, ask.award)
    wish = Wish("withdrawal", award.id, ask.reason, amount=_amount(award, ask))
    await amend_at_once(rooms, by_hand(rooms, award.project_id), wish)
    return await show(rooms, OneAward(award=award.id))


async def hand_out(rooms: Rooms, ask: PutAward) -> Json:
    """Hand out the next tranche now, whatever it waits for."""
    award = _of_programme(rooms, ask.award)

    def next_one() -> str:
        with rooms.desk.db.read() as connection:
            waiting = [part for part in tranches_of(connection, award.id) if part.state == "waiting"]
        if not waiting:
            raise Conflict(f"all tranches of {award.name!r} are handed out", param="award")
        return waiting[0].id

    await release(rooms, by_hand(rooms, award.project_id), await asyncio.to_thread(next_one), ask.reason)
    return await show(rooms, OneAward(award=award.id))


async def close(rooms: Rooms, ask: PutAward) -> Json:
    """Close an award, or let it close once its checklist is done."""
    award = _of_programme(rooms, ask.award)
    await close_award(rooms, by_hand(rooms, award.project_id), award.id, ask.reason)
    return await show(rooms, OneAward(award=award.id))


async def reopen(rooms: Rooms, ask: PutAward) -> Json:
    """Let an award that is closing be drawn on again."""
    award = _of_programme(rooms, ask.award)
    await reopen_award(rooms, by_hand(rooms, award.project_id), award.id, ask.reason)
    return await show(rooms, OneAward(award=award.id))


async def history(rooms: Rooms, ask: OneAward) -> Json:
    """What was done to an award, oldest first."""
    award = _of_programme(rooms, ask.award)

    def read() -> Json:
        with rooms.desk.db.read() as connection:
            return {"award": award.id, "steps": [step_told(step) for step in steps_of(connection, award.id)]}

    return await asyncio.to_thread(read)


async def reports(rooms: Rooms, ask: SomeAwards) -> Json:
    """Reports, of one award or of all, as they are due."""
    only = None if ask.award is None else _of_programme(rooms, ask.award).id

    def read() -> Json:
        found: list[Json] = []
        with rooms.desk.db.read() as connection:
            for award in list_awards(connection, WantedAwards()):
                if only in {None, award.id} and (only is not None or award.state != "closed"):
                    told = reports_of(connection, award.id)
                    found += [report_told(award, one, rooms.clock.now_ns()) for one in told if ask.every or _waits(one)]
        return {"reports": sorted(found, key=lambda one: (str(one["due_at"]), str(one["id"])))}

    return await asyncio.to_thread(read)


async def submit(rooms: Rooms, ask: PutReport) -> Json:
    """Hand a report in for a project."""

    async def act(by: Actor) -> object:
        return await asyncio.to_thread(submit_report, rooms, by, ask.report, ask.text or "", ask.links)

    return await _report(rooms, ask.report, act)


async def accept(rooms: Rooms, ask: PutReport) -> Json:
    """Accept a report; a tranche that waited for it is handed out."""
    return await _report(rooms, ask.report, lambda by: accept_report(rooms, by, ask.report, ask.reason))


async def waive(rooms: Rooms, ask: PutReport) -> Json:
    """Go without a report."""
    return await _report(rooms, ask.report, lambda by: waive_report(rooms, by, ask.report, ask.reason))


async def send_back(rooms: Rooms, ask: PutReport) -> Json:
    """Return a report, with words that say what is missing."""

    async def act(by: Actor) -> object:
        return await asyncio.to_thread(return_report, rooms, by, ask.report, ask.reason)

    return await _report(rooms, ask.report, act)


async def wishes(rooms: Rooms, ask: SomeAwards) -> Json:
    """Changes that were asked for, of one award or of all, oldest first."""
    only = None if ask.award is None else _of_programme(rooms, ask.award).id

    def read() -> Json:
        found: list[Json] = []
        with rooms.desk.db.read() as connection:
            for award in list_awards(connection, WantedAwards()):
                if only in {None, award.id}:
                    told = [one for one in amendments_of(connection, award.id) if ask.every or one.state == "asked"]
                    found += [amendment_told(award, one) for one in told]
        return {"amendments": found}

    return await asyncio.to_thread(read)


async def approve(rooms: Rooms, ask: PutAmendment) -> Json:
    """Do what was asked for; in force when this answers."""
    return await _amendment(rooms, ask.amendment, lambda by: approve_amendment(rooms, by, ask.amendment, ask.reason))


async def deny(rooms: Rooms, ask: PutAmendment) -> Json:
    """Say no to what was asked for."""

    async def act(by: Actor) -> Amendment:
        return await asyncio.to_thread(deny_amendment, rooms, by, ask.amendment, ask.reason)

    return await _amendment(rooms, ask.amendment, act)


async def _report(rooms: Rooms, report_id: str, act: Callable[[Actor], Awaitable[object]]) -> Json:
    def read() -> tuple[str, Json]:
        with rooms.desk.db.read() as connection:
            report = find_report(connection, None, report_id)
            award = find_award(connection, None, report.award_id)
        return award.project_id, report_told(award, report, rooms.clock.now_ns())

    project_id, _ = await asyncio.to_thread(read)
    await act(by_hand(rooms, project_id))
    return (await asyncio.to_thread(read))[1]


async def _amendment(rooms: Rooms, amendment_id: str, act: Callable[[Actor], Awaitable[Amendment]]) -> Json:
    def read() -> tuple[str, Json]:
        with rooms.desk.db.read() as connection:
            one = find_amendment(connection, None, amendment_id)
            award = find_award(connection, None, one.award_id)
        return award.project_id, amendment_told(award, one)

    project_id, _ = await asyncio.to_thread(read)
    await act(by_hand(rooms, project_id))
    return (await asyncio.to_thread(read))[1]


def _waits(report: Report) -> bool:
    return report.state not in {"accepted", "waived"}


def _amount(award: Award, ask: MoveUnits) -> int:
    given = ask.tokens if award.unit is Unit.TOKENS else ask.usd
    word = "--tokens 1000000" if award.unit is Unit.TOKENS else "--usd 10"
    if given is None or (ask.usd is not None and ask.tokens is not None):
        raise InvalidRequest(f"say how much of {award.name!r}, in its unit: {word}", param="award")
    return given if isinstance(given, int) else money(given, "usd")


def _of_programme(rooms: Rooms, ref: str) -> Award:
    award = award_meant(rooms, ref)
    if award.programme_id is None:
        raise Conflict(
            f"the award {award.name!r} is of no programme: it can be given more (`tokenry award add`), suspended and "
            "resumed, and it ends with its time",
            param="award",
        )
    return award
