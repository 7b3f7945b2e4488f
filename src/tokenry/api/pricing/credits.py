"""Credits: lots that were bought or given away, each with an end: `/v1/tokenry/credits`.

A lot is an award of its category. What was decided is noted in app.db with its row in the audit log, then issued in
the ledger, then the note goes; `issue_noted` does what a crash in between left undone. A lot is issued once by its id.
"""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import msgspec

from tokenry import storage
from tokenry.access import Actor
from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.rooms import Rooms
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.base.units import nano_to_usd, usd_to_nano
from tokenry.ledger import Award

Kind = Literal["purchased", "promotional"]
CREDITS = ("purchased", "promotional")
NAME_LENGTH_MAX = 100
_NOTE = "credit/"

settings = storage.tables.settings


class CreditShape(msgspec.Struct, kw_only=True):
    """A lot. Once it has expired, what was left of it is no longer there; `issued_usd` stays."""

    id: str
    name: str
    project_id: str
    category: Kind
    status: Literal["active", "scheduled", "expired", "exhausted", "suspended", "closed"]
    issued_usd: str
    held_usd: str
    left_usd: str
    effective_at: int
    expires_at: int | None
    created_at: int
    object: Literal["tokenry.credit"] = "tokenry.credit"


class AddCredit(Taken, kw_only=True, frozen=True):
    """A new lot of `usd` dollars; `expires_at` in seconds since the epoch, absent = open-ended."""

    project_id: str
    usd: str
    category: Kind = "purchased"
    name: str = "credit"
    expires_at: int | None = None


class _Noted(msgspec.Struct, frozen=True):
    award: Award
    amount: int


def listing(call: Call) -> Page[CreditShape]:
    """List credits. Lots that were bought or given away, oldest first."""
    lots = of_organization(call.rooms, call.organization_id)
    return listed(lots, call.query, lambda award: award.id, lambda award: shape(call.rooms, award))


async def add(call: Call) -> CreditShape:
    """Add credit. It is drawn on with the project's other awards, the one that ends soonest first."""
    project = call.rooms.people.roster.projects.get(call.body.project_id)
    if project is None or project.organization_id != call.organization_id or project.archived_at is not None:
        raise NotFound(f"There is no project {call.body.project_id[:100]!r}.", param="project_id")
    return shape(call.rooms, await add_credit(call.rooms, call.actor, call.body))


async def add_credit(rooms: Rooms, by: Actor, ask: AddCredit) -> Award:
    """Make a lot; returns once it is in both books. Raises InvalidRequest."""
    now_ns = rooms.clock.now_ns()
    ends = None if ask.expires_at is None else ask.expires_at * NS_PER_S
    if ends is not None and not now_ns < ends < 2**63:
        raise InvalidRequest("`expires_at` lies in the future, before the year 2262", param="expires_at")
    try:
        amount = usd_to_nano(ask.usd)
    except ValueError as error:
        raise InvalidRequest(f"usd: {error}", param="usd") from None
    name = ask.name.strip()
    if amount == 0 or not 0 < len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise InvalidRequest(f"a lot has some dollars and a name of 1 to {NAME_LENGTH_MAX} characters", param="usd")
    award = Award(
        id=new_id("awd", at_ns=now_ns), name=name, organization_id=by.organization_id, project_id=ask.project_id,
        category=ask.category, state="active", created_at=now_ns, effective_at=now_ns, expires_at=ends,
    )  # fmt: skip
    await asyncio.to_thread(_note, rooms, by, _Noted(award, amount))
    await rooms.ledger.grant_once(award, amount)
    await asyncio.to_thread(_forget, rooms, award.id)
    return award


def _note(rooms: Rooms, by: Actor, noted: _Noted) -> None:
    award = noted.award
    with rooms.desk.act(by, "credit.added", award.id, award.project_id) as act:
        act.details |= {"category": award.category, "usd": nano_to_usd(noted.amount)}
        value: Any = msgspec.to_builtins({"award": list(msgspec.structs.astuple(award)), "amount": noted.amount})
        act.connection.execute(settings.insert(), {"key": _NOTE + award.id, "value": value})


def _forget(rooms: Rooms, award_id: str) -> None:
    with rooms.desk.db.write() as connection:
        connection.execute(settings.delete().where(settings.c.key == _NOTE + award_id))


async def issue_noted(rooms: Rooms) -> int:
    """Issue what was decided before a crash and is not in the ledger yet; how many lots were noted."""

    def read() -> list[_Noted]:
        with rooms.desk.db.read() as connection:
            query = settings.select().where(settings.c.key.startswith(_NOTE, autoescape=True))
            return [msgspec.convert(row.value, _Noted) for row in connection.execute(query)]

    found = await asyncio.to_thread(read)
    for noted in found:
        await rooms.ledger.grant_once(noted.award, noted.amount)
        await asyncio.to_thread(_forget, rooms, noted.award.id)
    return len(found)


def of_organization(rooms: Rooms, organization_id: str | None = None) -> list[Award]:
    """The lots of an organization, or all, oldest first."""
    awards = rooms.ledger.books.awards.values()
    lots = [a for a in awards if a.category in CREDITS and organization_id in {None, a.organization_id}]
    return sorted(lots, key=lambda award: (award.created_at, award.id))


def shape(rooms: Rooms, award: Award) -> CreditShape:
    """A lot as it is shown."""
    account = rooms.ledger.books.accounts[award.account]
    assert award.category in CREDITS
    return CreditShape(
        id=award.id,
        name=award.name,
        project_id=award.project_id,
        category="purchased" if award.category == "purchased" else "promotional",
        status=_status(rooms, award),
        issued_usd=nano_to_usd(account.credits_posted),
        held_usd=nano_to_usd(account.debits_pending),
        left_usd=nano_to_usd(account.available),
        effective_at=award.effective_at // NS_PER_S,
        expires_at=None if award.expires_at is None else award.expires_at // NS_PER_S,
        created_at=award.created_at // NS_PER_S,
    )


def _status(
    rooms: Rooms, award: Award
) -> Literal["active", "scheduled", "expired", "exhausted", "suspended", "closed"]:
    now_ns = rooms.clock.now_ns()
    if award.state != "active":
        return award.state
    if award.expires_at is not None and award.expires_at <= now_ns:
        return "expired"
    if now_ns < award.effective_at:
        return "scheduled"
    return "active" if rooms.ledger.books.accounts[award.account].unspent > 0 else "exhausted"


_EXAMPLE = {"project_id": "proj_01kdx3c8v2", "usd": "50.00", "category": "purchased", "name": "invoice 2026-117"}
ROUTES = (
    Guarded("GET", "/v1/tokenry/credits", "awards.read", listing, asks=Paged),
    Guarded("POST", "/v1/tokenry/credits", "credits.write", add, takes=AddCredit, example=_EXAMPLE),
)
