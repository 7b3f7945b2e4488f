"""The verbs about awards: list, create, add, suspend, resume."""

from __future__ import annotations

import asyncio

import msgspec

from tokenry.access import Project
from tokenry.api.admin import shown
from tokenry.api.admin.asked import Asked, money, until
from tokenry.api.admin.shown import Json, Names
from tokenry.api.rooms import Rooms
from tokenry.base.errors import Conflict, InvalidRequest
from tokenry.base.ids import new_id
from tokenry.ledger import Award, Category

NAME_LENGTH_MAX = 100


class ListAwards(Asked, kw_only=True, frozen=True):
    """All awards, or those of one project."""

    project: str | None = None


class CreateAward(Asked, kw_only=True, frozen=True):
    """A new award of `usd` dollars to a project, until `expires` (a span or a time; absent = open-ended)."""

    name: str
    usd: str
    project: str | None = None
    expires: str | None = None
    category: Category = "award"
    priority: int = 100
    models: tuple[str, ...] | None = None


class AddToAward(Asked, kw_only=True, frozen=True):
    """`usd` dollars more (a supplement), or a later end (an extension), or both."""

    award: str
    usd: str = "0"
    expires: str | None = None


class OneAward(Asked, kw_only=True, frozen=True):
    """An award by id or name."""

    award: str


async def listing(rooms: Rooms, ask: ListAwards) -> Json:
    """All awards in the order in which they were made."""
    names = await asyncio.to_thread(Names, rooms)
    project = None if ask.project is None else (await asyncio.to_thread(rooms.directory.project, ask.project)).id
    awards = [a for a in rooms.ledger.books.awards.values() if project in {None, a.project_id}]
    return {"awards": [shown.award(rooms, award, names) for award in awards]}


async def create(rooms: Rooms, ask: CreateAward) -> Json:
    """Make an award and issue its amount. Answers once it is durable."""
    now_ns = rooms.clock.now_ns()
    name = ask.name.strip()
    if not 0 < len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise InvalidRequest(f"an award's name has 1 to {NAME_LENGTH_MAX} printable characters", param="name")
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
    )
    await rooms.ledger.grant(award, money(ask.usd, "usd"))
    return await _shown(rooms, award)


async def add(rooms: Rooms, ask: AddToAward) -> Json:
    """Give an award more money, more time, or both."""
    award, amount = _award(rooms, ask.award), money(ask.usd, "usd")
    if not amount and ask.expires is None:
        raise InvalidRequest("say what to add: dollars (--usd 10), time (--expires 90d), or both", param="usd")
    if award.state == "closed":
        raise Conflict(f"the award {award.name!r} is closed; make a new one with `tokenry award create`", param="award")
    now_ns = rooms.clock.now_ns()
    if ask.expires is not None:
        award = msgspec.structs.replace(award, expires_at=until(ask.expires, now_ns, "expires"))
    elif award.expires_at is not None and award.expires_at <= now_ns:
        raise Conflict(f"the award {award.name!r} has expired: give it more time too (--expires 90d)", param="expires")
    await rooms.ledger.grant(award, amount)
    return await _shown(rooms, award)


async def suspend(rooms: Rooms, ask: OneAward) -> Json:
    """Let nothing new draw on an award until it is resumed. What runs now is paid for."""
    return await _change(rooms, ask.award, "suspended")


async def resume(rooms: Rooms, ask: OneAward) -> Json:
    """Let requests draw on a suspended award again."""
    return await _change(rooms, ask.award, "active")


async def _change(rooms: Rooms, ref: str, state: str) -> Json:
    award = _award(rooms, ref)
    if award.state == "closed":
        raise Conflict(f"the award {award.name!r} is closed", param="award")
    if award.state != state:
        award = msgspec.structs.replace(award, state=state)
        await rooms.ledger.grant(award, 0)
    return await _shown(rooms, award)


async def _shown(rooms: Rooms, award: Award) -> Json:
    return shown.award(rooms, award, await asyncio.to_thread(Names, rooms))


def _award(rooms: Rooms, ref: str) -> Award:
    awards = rooms.ledger.books.awards
    if ref in awards:
        return awards[ref]
    found = shown.only([{"id": a.id} for a in awards.values() if a.name == ref], "award", ref)
    return awards[found["id"]]


def _project(rooms: Rooms, ref: str | None) -> Project:
    return rooms.directory.ensure_first().project if ref is None else rooms.directory.project(ref)
