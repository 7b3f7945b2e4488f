"""The verbs about awards: list, create, show.

An award of a programme has a life that `programmes` keeps; one without a programme is money or tokens given to a
project, and nothing more.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Literal

from msgspec import Meta

from tokenry.access import Project
from tokenry.api.admin import shown
from tokenry.api.admin.asked import Asked, money, until
from tokenry.api.admin.award_story import story
from tokenry.api.admin.deeds import Deed, by_hand, noted
from tokenry.api.admin.shown import Json, Names
from tokenry.api.admin.whom import award_meant, programme_meant, user_id_of
from tokenry.api.awards import tier_named
from tokenry.api.rooms import Rooms
from tokenry.base.errors import InvalidRequest
from tokenry.base.ids import new_id
from tokenry.ledger import Award, Category, Unit
from tokenry.programmes import DAY_NS, AwardTerms, NewAward, Period, Programme, Tier, Tranches, grant_directly

NAME_LENGTH_MAX = 100
DAYS = 365  # of a programme's award, when neither it nor its tier says otherwise
_TOLD = ("category", "priority", "issued_usd", "issued_tokens", "expires_at", "models", "state")
CREATED, UPDATED = Deed("award.created", _TOLD), Deed("award.updated", _TOLD)


class ListAwards(Asked, kw_only=True, frozen=True):
    """All awards, or those of one project or of one programme."""

    project: str | None = None
    programme: str | None = None


class CreateAward(Asked, kw_only=True, frozen=True):
    """A new award to a project, of dollars or of tokens, until `expires` (a span or a time).

    With a programme it is drawn from its pool, by its terms; `awardee` gets a project of their own when none is named.
    `tranches` hand it out in parts, `every_days` apart or with an accepted report each. `reason` says why more is
    promised than can be delivered.
    """

    name: str | None = None
    usd: str | None = None
    tokens: int | None = None
    project: str | None = None
    expires: str | None = None
    begins: str | None = None
    category: Category = "award"
    priority: int = 100
    models: tuple[str, ...] | None = None
    programme: str | None = None
    tier: str | None = None
    awardee: str | None = None
    renews: str | None = None
    tranches: Annotated[int, Meta(ge=1, le=120)] | None = None
    every_days: Annotated[int, Meta(ge=1, le=3660)] | None = None
    released_by: Literal["date", "report"] | None = None
    reason: str | None = None


class OneAward(Asked, kw_only=True, frozen=True):
    """An award by id or name."""

    award: str


async def listing(rooms: Rooms, ask: ListAwards) -> Json:
    """All awards in the order in which they were made."""
    names = await asyncio.to_thread(Names, rooms)
    project = None if ask.project is None else (await asyncio.to_thread(rooms.directory.project, ask.project)).id
    programme = None if ask.programme is None else (await asyncio.to_thread(programme_meant, rooms, ask.programme)).id
    awards = [
        award
        for award in rooms.ledger.books.awards.values()
        if project in {None, award.project_id} and programme in {None, award.programme_id}
    ]
    return {"awards": [shown.award(rooms, award, names) for award in awards]}


async def create(rooms: Rooms, ask: CreateAward) -> Json:
    """Make an award and issue its amount. Answers once it is durable."""
    if ask.programme is not None:
        return await _create_in_programme(rooms, ask, ask.programme)
    alien = [name for name in _OF_PROGRAMMES if getattr(ask, name) is not None]
    if alien:
        raise InvalidRequest(f"{alien[0]}: only an award of a programme has that (--programme)", param=alien[0])
    return await noted(rooms, CREATED, partial(_create_plainly, rooms, ask))


async def show(rooms: Rooms, ask: OneAward) -> Json:
    """One award: how it stands, and with a programme its tranches, its reports and what was asked for."""
    award = award_meant(rooms, ask.award)
    names = await asyncio.to_thread(Names, rooms)
    told = shown.award(rooms, award, names)
    if award.programme_id is None:
        return told
    whole = await asyncio.to_thread(story, rooms, award.id)
    return told | whole | ({"state": "closing"} if whole["life"] == "closing" else {})


_OF_PROGRAMMES = ("begins", "tier", "awardee", "renews", "tranches", "every_days", "released_by", "reason")


def amount_asked(ask: CreateAward) -> tuple[Unit, int]:
    """How much, of what. Raises InvalidRequest unless it is dollars or tokens, and some."""
    if (ask.usd is None) == (ask.tokens is None):
        raise InvalidRequest("say how much: dollars (--usd 10) or tokens (--tokens 1000000)", param="usd")
    if ask.usd is not None:
        return Unit.CREDIT, money(ask.usd, "usd")
    if ask.tokens is None or ask.tokens <= 0:
        raise InvalidRequest(f"tokens: {ask.tokens} are none to award; write a whole number from 1 on", param="tokens")
    return Unit.TOKENS, ask.tokens


async def _create_plainly(rooms: Rooms, ask: CreateAward) -> Json:
    now_ns, name = rooms.clock.now_ns(), (ask.name or "").strip()
    if not 0 < len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise InvalidRequest(f"an award's name has 1 to {NAME_LENGTH_MAX} printable characters", param="name")
    unit, amount = amount_asked(ask)
    project = await asyncio.to_thread(_project, rooms, ask.project)
    award = Award(
        id=new_id("awd", at_ns=now_ns),
        name=name,
        organization_id=project.organization_id,
        project_id=project.id,
        category=ask.category,
        state="active",
        created_at=now_ns,
        effective_at=now_ns,
        expires_at=None if ask.expires is None else until(ask.expires, now_ns, "expires"),
        priority=ask.priority,
        models=ask.models,
        unit=unit,
    )
    await rooms.ledger.grant(award, amount)
    return shown.award(rooms, award, await asyncio.to_thread(Names, rooms))


async def _create_in_programme(rooms: Rooms, ask: CreateAward, ref: str) -> Json:
    programme = await asyncio.to_thread(programme_meant, rooms, ref)
    unit, amount = amount_asked(ask)
    if (unit is Unit.TOKENS) != (programme.unit == "tokens"):
        raise InvalidRequest(f"the programme {programme.name!r} awards {programme.unit}", param="programme")
    new = await asyncio.to_thread(_planned, rooms, ask, programme, amount)
    by = by_hand(rooms, new.project_id)
    (made,) = await grant_directly(rooms, by, [new])
    await asyncio.to_thread(rooms.refresh)
    return await show(rooms, OneAward(award=made.id))


def _planned(rooms: Rooms, ask: CreateAward, programme: Programme, amount: int) -> NewAward:
    now_ns = rooms.clock.now_ns()
    tier = tier_named(programme, ask.tier)
    renewed = None if ask.renews is None else award_meant(rooms, ask.renews)
    begins_at = now_ns if ask.begins is None else until(ask.begins, now_ns, "begins")
    days = DAYS if tier is None else tier.days
    ends_at = begins_at + days * DAY_NS if ask.expires is None else until(ask.expires, now_ns, "expires")
    awardee = None if ask.awardee is None else user_id_of(rooms, ask.awardee)
    project_id = None if renewed is None else renewed.project_id
    if ask.project is not None or (awardee is None and renewed is None):
        project_id = _project(rooms, ask.project).id
    return NewAward(
        programme_id=programme.id,
        unit=programme.unit,
        pool_id=programme.pool_id,
        name=ask.name or (renewed.name if renewed is not None else programme.name),
        amount=amount,
        period=Period(begins_at, ends_at),
        terms=_terms(ask, programme, tier),
        project_id=project_id,
        awardee_id=awardee,
        renews=None if renewed is None else renewed.id,
        reason=ask.reason,
    )


def _terms(ask: CreateAward, programme: Programme, tier: Tier | None) -> AwardTerms:
    """The programme's, handed out at once unless somebody asks for tranches, for fewer models if some are named."""
    terms = AwardTerms.of(programme.terms, tier).replace(
        priority=ask.priority,
        tranches=Tranches(ask.tranches or 1, ask.released_by or "date", ask.every_days or Tranches().every_days),
    )
    return terms if ask.models is None else terms.for_models(ask.models)


def _project(rooms: Rooms, ref: str | None) -> Project:
    return rooms.directory.ensure_first().project if ref is None else rooms.directory.project(ref)
