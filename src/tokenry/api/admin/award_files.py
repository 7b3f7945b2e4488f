"""Files of awards: a programme's as CSV, and awards made from CSV, all of a file or none of it.

An award is known by its name within its programme: what a file names and the programme has already is not made again.
"""

from __future__ import annotations

import asyncio
import csv
import io
from dataclasses import dataclass
from typing import Any

from tokenry.api.admin.asked import Asked, until
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json, Names, usd, when
from tokenry.api.admin.whom import programme_meant, user_id_of
from tokenry.api.awards import status_of, tier_named
from tokenry.api.rooms import Rooms
from tokenry.api.spreadsheets import harmless
from tokenry.base.errors import TokenryError
from tokenry.programmes import (
    DAY_NS,
    AwardTerms,
    Fault,
    Line,
    NewAward,
    Period,
    Programme,
    ProgrammeAward,
    Tranches,
    WantedAwards,
    amount_in_words,
    grant_directly,
    list_awards,
    read_lines,
    refuse_impossible,
    steps_of,
    supply_of,
)
from tokenry.programmes import FILE_COLUMNS as COLUMNS

DAYS = 365
FAULTS_TOLD = 100


class ImportAwards(Asked, kw_only=True, frozen=True):
    """A file of awards for a programme. With `dry` it is looked at and nothing is made."""

    programme: str
    csv: str
    dry: bool = False
    reason: str | None = None


class ExportAwards(Asked, kw_only=True, frozen=True):
    """A programme's awards."""

    programme: str


@dataclass(frozen=True, slots=True)
class _Plan:
    new: list[NewAward]
    lines: list[int]
    known: int
    faults: list[Fault]


async def import_file(rooms: Rooms, ask: ImportAwards) -> Json:
    """Make a file's awards; answers once all can be drawn on, or says of every line what is wrong with it."""
    programme = await asyncio.to_thread(programme_meant, rooms, ask.programme)
    plan = await asyncio.to_thread(_planned, rooms, programme, ask)
    amount = sum(one.amount for one in plan.new)
    told: Json = {
        "programme": programme.id,
        "awards": len(plan.new),
        "known": plan.known,
        "amount": amount_in_words(programme.unit, amount),
        "faults": [{"line": fault.line, "words": fault.words} for fault in plan.faults[:FAULTS_TOLD]],
        "faults_in_all": len(plan.faults),
        "supply": None,
        "made": [],
    }
    if plan.faults:
        return told
    if plan.new:
        meant = await asyncio.to_thread(supply_of, rooms, programme, amount)
        told |= {"supply": meant.words()}
    if ask.dry or not plan.new:
        return told
    made = await grant_directly(rooms, by_hand(rooms), plan.new, named_once=True)
    await asyncio.to_thread(rooms.refresh)
    return told | {"made": [{"id": one.id, "name": one.name} for one in made]}


async def export_file(rooms: Rooms, ask: ExportAwards) -> Json:
    """A programme's awards as CSV, which an import takes."""
    programme = await asyncio.to_thread(programme_meant, rooms, ask.programme)
    return {"programme": programme.id, "csv": await asyncio.to_thread(_written, rooms, programme)}


def _planned(rooms: Rooms, programme: Programme, ask: ImportAwards) -> _Plan:
    lines, faults = read_lines(ask.csv, programme.unit)
    with rooms.desk.db.read() as connection:
        known = {one.name: one for one in list_awards(connection, WantedAwards(programme_id=programme.id))}
        first = {one.id: _first_amount(connection, one) for one in known.values()}
    new: list[NewAward] = []
    numbers: list[int] = []
    count = 0
    for line in lines:
        try:
            award = _award(rooms, programme, line, ask.reason)
            old = known.get(line.name)
            if old is None:
                refuse_impossible(award.amount, award.period, award.terms)
                new.append(award)
                numbers.append(line.number)
            else:
                _refuse_other(line, award, old, first[old.id])
                count += 1
        except (TokenryError, ValueError) as error:
            faults.append(Fault(line.number, str(error)))
    return _Plan(new, numbers, count, sorted(faults, key=lambda fault: fault.line))


def _award(rooms: Rooms, programme: Programme, line: Line, reason: str | None) -> NewAward:
    """Raises TokenryError in words for people."""
    now_ns = rooms.clock.now_ns()
    tier = tier_named(programme, line.tier)
    begins_at = now_ns if line.begins is None else until(line.begins, 0, "begins")
    days = DAYS if tier is None else tier.days
    ends_at = begins_at + days * DAY_NS if line.ends is None else until(line.ends, now_ns, "ends")
    released: Any = line.released_by
    tranches = Tranches(line.tranches, released, line.every_days or Tranches().every_days)
    project = None if line.project is None else rooms.directory.project(line.project)
    return NewAward(
        programme_id=programme.id,
        unit=programme.unit,
        pool_id=programme.pool_id,
        name=line.name,
        amount=line.amount,
        period=Period(begins_at, ends_at),
        terms=AwardTerms.of(programme.terms, tier).replace(tranches=tranches),
        project_id=None if project is None else project.id,
        awardee_id=None if line.awardee is None else user_id_of(rooms, line.awardee),
        reason=reason,
    )


def _first_amount(connection: Any, award: ProgrammeAward) -> int:
    """What an award was made with, before it was changed."""
    first = next((step for step in steps_of(connection, award.id) if step.step == "created"), None)
    return award.amount if first is None or first.details is None else int(first.details["amount"])


def _refuse_other(line: Line, award: NewAward, old: ProgrammeAward, amount: int) -> None:
    """An award of that name is there: it must be the one that the line means. Raises ValueError."""
    same_project = award.project_id in {None, old.project_id}
    if not same_project or award.awardee_id not in {None, old.awardee_id}:
        raise ValueError(f"name: there is an award {line.name!r} already, of another project or awardee")
    if award.amount not in {amount, old.amount}:
        raise ValueError(
            f"name: there is an award {line.name!r} already, of {amount_in_words(old.unit, amount)}; change it with "
            "`tokenry award add`"
        )


def _written(rooms: Rooms, programme: Programme) -> str:
    names = Names(rooms)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [c for c in COLUMNS if c != _other(programme)], restval="", lineterminator="\r\n")
    writer.writeheader()
    with rooms.desk.db.read() as connection:
        awards = list_awards(connection, WantedAwards(programme_id=programme.id))
    for award in awards:
        row = {name: value for name, value in _row(rooms, award, names).items() if value is not None}
        writer.writerow({name: harmless(value) for name, value in row.items()})
    return out.getvalue()


def _other(programme: Programme) -> str:
    return "usd" if programme.unit == "tokens" else "tokens"


def _row(rooms: Rooms, award: ProgrammeAward, names: Names) -> dict[str, Any]:
    tranches, row = award.terms.tranches, dict[str, Any]()
    if award.id in rooms.ledger.books.awards:
        stands = rooms.ledger.balance(award.id)
        measures = ("issued", "committed", "held", "spent", "left", "returned", "expired")
        row = {name: _units(award, getattr(stands, name)) for name in measures}
    awardee = rooms.people.roster.users.get(award.awardee_id or "")
    return row | {
        "name": award.name, award.unit: _units(award, award.amount), "project": names.of(award.project_id),
        "awardee": None if awardee is None else awardee.email or awardee.id, "tier": award.terms.tier,
        "begins": when(award.begins_at), "ends": when(award.ends_at),
        "tranches": tranches.count, "every_days": tranches.every_days, "released_by": tranches.released_by,
        "id": award.id, "status": status_of(rooms, award), "application": award.application_id,
        "renews": award.renews, "created": when(award.created_at),
    }  # fmt: skip  # one line of names


def _units(award: ProgrammeAward, amount: int) -> int | str | None:
    return amount if award.unit == "tokens" else usd(amount)
