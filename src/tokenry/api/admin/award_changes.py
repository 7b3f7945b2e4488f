"""The verbs that change an award: add, suspend, resume."""

from __future__ import annotations

import asyncio
from functools import partial

import msgspec

from tokenry.api.admin import shown
from tokenry.api.admin.asked import Asked, money, until
from tokenry.api.admin.awards import UPDATED, OneAward, show
from tokenry.api.admin.deeds import by_hand, noted
from tokenry.api.admin.shown import Json, Names
from tokenry.api.admin.whom import award_meant
from tokenry.api.rooms import Rooms
from tokenry.base.errors import Conflict, InvalidRequest
from tokenry.ledger import Award, Unit
from tokenry.programmes import Wish, amend_at_once, resume_award, suspend_award


class AddToAward(Asked, kw_only=True, frozen=True):
    """Units more (a supplement), or a later end (an extension), or both. Of a programme's award the reason is told."""

    award: str
    usd: str | None = None
    tokens: int | None = None
    expires: str | None = None
    reason: str | None = None


class PutAward(OneAward, kw_only=True, frozen=True):
    """An award, and why it is stopped or goes on; of a programme's award the reason must be told."""

    reason: str | None = None


async def add(rooms: Rooms, ask: AddToAward) -> Json:
    """Give an award more units, more time, or both."""
    award = award_meant(rooms, ask.award)
    if ask.usd is None and ask.tokens is None and ask.expires is None:
        raise InvalidRequest("say what to add: units (--usd 10, --tokens 1000), time (--expires 90d), or both")
    amount, now_ns = _amount(award, ask), rooms.clock.now_ns()
    until_ns = None if ask.expires is None else until(ask.expires, now_ns, "expires")
    if award.programme_id is None:
        return await noted(rooms, UPDATED, partial(_add_plainly, rooms, award, amount, until_ns))
    by = by_hand(rooms, award.project_id)
    if until_ns is not None:
        await amend_at_once(rooms, by, Wish("extension", award.id, ask.reason, until=until_ns))
    if amount:
        await amend_at_once(rooms, by, Wish("supplement", award.id, ask.reason, amount=amount))
    return await show(rooms, OneAward(award=award.id))


async def suspend(rooms: Rooms, ask: PutAward) -> Json:
    """Let nothing new draw on an award until it is resumed. What runs now is paid for."""
    award = award_meant(rooms, ask.award)
    if award.programme_id is None:
        return await noted(rooms, UPDATED, partial(_put_plainly, rooms, award, "suspended"))
    await suspend_award(rooms, by_hand(rooms, award.project_id), award.id, ask.reason)
    return await show(rooms, OneAward(award=award.id))


async def resume(rooms: Rooms, ask: PutAward) -> Json:
    """Let requests draw on a suspended award again."""
    award = award_meant(rooms, ask.award)
    if award.programme_id is None:
        return await noted(rooms, UPDATED, partial(_put_plainly, rooms, award, "active"))
    await resume_award(rooms, by_hand(rooms, award.project_id), award.id, ask.reason)
    return await show(rooms, OneAward(award=award.id))


def _amount(award: Award, ask: AddToAward) -> int:
    alien = ask.usd if award.unit is Unit.TOKENS else ask.tokens
    if alien is not None:
        word = "tokens (--tokens)" if award.unit is Unit.TOKENS else "dollars (--usd)"
        raise InvalidRequest(f"the award {award.name!r} is counted in {word}", param="award")
    if award.unit is Unit.CREDIT:
        return money(ask.usd or "0", "usd")
    if ask.tokens is not None and ask.tokens <= 0:
        raise InvalidRequest(f"tokens: {ask.tokens} are none to add; write a whole number from 1 on", param="tokens")
    return ask.tokens or 0


async def _add_plainly(rooms: Rooms, award: Award, amount: int, until_ns: int | None) -> Json:
    if award.state == "closed":
        raise Conflict(f"the award {award.name!r} is closed; make a new one with `tokenry award create`", param="award")
    if until_ns is not None:
        award = msgspec.structs.replace(award, expires_at=until_ns)
    elif award.expires_at is not None and award.expires_at <= rooms.clock.now_ns():
        raise Conflict(f"the award {award.name!r} has expired: give it more time too (--expires 90d)", param="expires")
    await rooms.ledger.grant(award, amount)
    return await _shown(rooms, award)


async def _put_plainly(rooms: Rooms, award: Award, state: str) -> Json:
    if award.state == "closed":
        raise Conflict(f"the award {award.name!r} is closed", param="award")
    if award.state != state:
        award = msgspec.structs.replace(award, state=state)
        await rooms.ledger.grant(award, 0)
    return await _shown(rooms, award)


async def _shown(rooms: Rooms, award: Award) -> Json:
    return shown.award(rooms, award, await asyncio.to_thread(Names, rooms))
