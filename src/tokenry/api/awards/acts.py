"""What officers do to awards: make them, stop them, hand out, close; decide on reports and on wishes."""

from __future__ import annotations

import asyncio
from typing import Annotated

from msgspec import Meta

from tokenry.api.awards.reading import whole
from tokenry.api.awards.shapes import (
    AmendmentShape,
    ReportShape,
    TrancheShape,
    WholeAward,
    amendment_shape,
    report_shape,
    tranche_shape,
)
from tokenry.api.guarded import Call, Guarded, Taken
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest
from tokenry.base.units import AMOUNT_MAX
from tokenry.programmes import (
    DAY_NS,
    AmendmentKind,
    AwardTerms,
    NewAward,
    Period,
    Programme,
    Tier,
    Tranches,
    Wish,
    accept_report,
    amend_at_once,
    approve_amendment,
    close_award,
    deny_amendment,
    get_programme,
    grant_directly,
    release,
    reopen_award,
    resume_award,
    return_report,
    suspend_award,
    waive_report,
)

Id = Annotated[str, Meta(max_length=128)]
Amount = Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
Instant = Annotated[int, Meta(ge=0, le=(2**63 - 1) // NS_PER_S)]
Words = Annotated[str, Meta(min_length=1, max_length=1000)]
Text = Annotated[str, Meta(max_length=100)]
DAYS = 365  # of an award, when neither it nor its tier says otherwise


class CreateAward(Taken, kw_only=True, frozen=True):
    """An award made directly: to a project, or to an awardee, who gets one.

    `begins_at` and `ends_at` in seconds since the epoch; now, and as long as the tier says, when absent. `terms`: the
    programme's, handed out at once, when absent. `reason`: why more is promised than the programme's policy allows.
    """

    programme_id: Id
    amount: Amount
    name: Text | None = None
    project_id: Id | None = None
    awardee_id: Id | None = None
    tier: Text | None = None
    renews: Id | None = None
    begins_at: Instant | None = None
    ends_at: Instant | None = None
    terms: AwardTerms | None = None
    reason: Words | None = None


class Reason(Taken, kw_only=True, frozen=True):
    """Why; whoever has the award can read it."""

    reason: Words


class MaybeReason(Taken, kw_only=True, frozen=True):
    """Why, if there is something to say; whoever has the award can read it."""

    reason: Words | None = None


class Amend(Taken, kw_only=True, frozen=True):
    """A change of an award.

    A `supplement` or a `withdrawal` is of an `amount`, a `transfer` of an `amount` to another award of the project, an
    `extension` to a later end, `until` (seconds since the epoch).
    """

    kind: AmendmentKind
    reason: Words
    amount: Amount | None = None
    other_award_id: Id | None = None
    until: Instant | None = None


async def create(call: Call) -> WholeAward:
    """Make an award. From the programme's pool; it can be drawn on when this is answered."""
    asked: CreateAward = call.body
    programme = await asyncio.to_thread(get_programme, call.rooms.desk.db, call.organization_id, asked.programme_id)
    (made,) = await grant_directly(call.rooms, call.actor, [planned(call, asked, programme)])
    return await asyncio.to_thread(whole, call.rooms, call.organization_id, made.id)


async def suspend(call: Call) -> WholeAward:
    """Suspend an award. Nothing new draws on it until it is resumed; what runs is paid for, tranches wait."""
    await suspend_award(call.rooms, call.actor, call.path["award_id"], call.body.reason)
    return await _shown(call)


async def resume(call: Call) -> WholeAward:
    """Resume an award."""
    await resume_award(call.rooms, call.actor, call.path["award_id"], call.body.reason)
    return await _shown(call)


async def close(call: Call) -> WholeAward:
    """Close an award. Nothing new draws on it, and once all of `closing` is done what is left returns to the pool."""
    await close_award(call.rooms, call.actor, call.path["award_id"], call.body.reason)
    return await _shown(call)


async def reopen(call: Call) -> WholeAward:
    """Open an award again. One that is closing and not closed yet."""
    await reopen_award(call.rooms, call.actor, call.path["award_id"], call.body.reason)
    return await _shown(call)


async def amend(call: Call) -> AmendmentShape:
    """Change an award. More units, more time, units to another award of the project, or units back to the pool."""
    return amendment_shape(await amend_at_once(call.rooms, call.actor, wish(call)))


async def approve(call: Call) -> AmendmentShape:
    """Approve a change that was asked for. It is in force when this is answered. Decided once."""
    return amendment_shape(await approve_amendment(call.rooms, call.actor, call.path["amendment_id"], call.body.reason))


def deny(call: Call) -> AmendmentShape:
    """Deny a change that was asked for. Decided once."""
    return amendment_shape(deny_amendment(call.rooms, call.actor, call.path["amendment_id"], call.body.reason))


async def hand_out(call: Call) -> TrancheShape:
    """Hand out a tranche now. Whatever it waits for; the next one of its award."""
    return tranche_shape(await release(call.rooms, call.actor, call.path["tranche_id"], call.body.reason))


async def accept(call: Call) -> ReportShape:
    """Accept a report. A tranche that waited for it is handed out when this is answered."""
    report = await accept_report(call.rooms, call.actor, call.path["report_id"], call.body.reason)
    return report_shape(report, call.rooms.clock.now_ns())


async def waive(call: Call) -> ReportShape:
    """Waive a report. The award goes on as if it had been accepted."""
    report = await waive_report(call.rooms, call.actor, call.path["report_id"], call.body.reason)
    return report_shape(report, call.rooms.clock.now_ns())


def send_back(call: Call) -> ReportShape:
    """Return a report. The project hands it in again."""
    report = return_report(call.rooms, call.actor, call.path["report_id"], call.body.reason)
    return report_shape(report, call.rooms.clock.now_ns())


def wish(call: Call) -> Wish:
    """The change of the award that the path names."""
    asked: Amend = call.body
    until = None if asked.until is None else asked.until * NS_PER_S
    return Wish(asked.kind, call.path["award_id"], asked.reason, asked.amount, asked.other_award_id, until)


def planned(call: Call, asked: CreateAward, programme: Programme) -> NewAward:
    """The award that is asked for. Raises InvalidRequest for a tier that the programme does not have."""
    tier = tier_named(programme, asked.tier)
    begins_at = call.rooms.clock.now_ns() if asked.begins_at is None else asked.begins_at * NS_PER_S
    days = DAYS if tier is None else tier.days
    ends_at = begins_at + days * DAY_NS if asked.ends_at is None else asked.ends_at * NS_PER_S
    return NewAward(
        programme_id=programme.id,
        unit=programme.unit,
        pool_id=programme.pool_id,
        name=asked.name or programme.name,
        amount=asked.amount,
        period=Period(begins_at, ends_at),
        terms=asked.terms or AwardTerms.of(programme.terms, tier).replace(tranches=Tranches()),
        project_id=asked.project_id,
        awardee_id=asked.awardee_id,
        renews=asked.renews,
        reason=asked.reason,
    )


def tier_named(programme: Programme, name: str | None) -> Tier | None:
    """The tier of a programme. Raises InvalidRequest."""
    if name is None:
        return None
    for tier in programme.terms.tiers:
        if tier.name.casefold() == name.casefold():
            return tier
    known = ", ".join(tier.name for tier in programme.terms.tiers) or "none"
    raise InvalidRequest(f"the programme {programme.name!r} has no tier {name[:60]!r}; it has {known}", param="tier")


async def _shown(call: Call) -> WholeAward:
    return await asyncio.to_thread(whole, call.rooms, call.organization_id, call.path["award_id"])


_ALL, _ONE = "/v1/tokenry/awards", "/v1/tokenry/awards/{award_id}"
_MADE = {"programme_id": "prog_01kdx3c8v2", "amount": 1_000_000_000, "project_id": "proj_01kdx3c8v2"}
_MORE = {"kind": "supplement", "amount": 500_000_000, "reason": "the second cohort came late"}
_WHY = {"reason": "the work is done"}
ROUTES: tuple[Guarded, ...] = (
    Guarded("POST", _ALL, "awards.write", create, takes=CreateAward, example=_MADE, changes=True),
    Guarded("POST", f"{_ONE}/suspend", "awards.write", suspend, takes=Reason, example=_WHY),
    Guarded("POST", f"{_ONE}/resume", "awards.write", resume, takes=MaybeReason, example=_WHY),
    Guarded("POST", f"{_ONE}/close", "awards.write", close, takes=Reason, example=_WHY),
    Guarded("POST", f"{_ONE}/reopen", "awards.write", reopen, takes=Reason, example=_WHY),
    Guarded("POST", f"{_ONE}/amendments", "awards.write", amend, takes=Amend, example=_MORE),
    Guarded(
        "POST",
        "/v1/tokenry/award_amendments/{amendment_id}/approve",
        "awards.write",
        approve,
        takes=MaybeReason,
        example=_WHY,
    ),
    Guarded(
        "POST", "/v1/tokenry/award_amendments/{amendment_id}/deny", "awards.write", deny, takes=Reason, example=_WHY
    ),
    Guarded(
        "POST",
        "/v1/tokenry/award_tranches/{tranche_id}/release",
        "awards.write",
        hand_out,
        takes=MaybeReason,
        example=_WHY,
    ),
    Guarded(
        "POST", "/v1/tokenry/award_reports/{report_id}/accept", "awards.write", accept, takes=MaybeReason, example=_WHY
    ),
    Guarded(
        "POST", "/v1/tokenry/award_reports/{report_id}/return", "awards.write", send_back, takes=Reason, example=_WHY
    ),
    Guarded("POST", "/v1/tokenry/award_reports/{report_id}/waive", "awards.write", waive, takes=Reason, example=_WHY),
)
