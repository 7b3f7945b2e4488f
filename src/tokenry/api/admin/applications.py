"""The verbs about applications: applications, application, assign, unassign, return, decide, export."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from tokenry.api.admin.asked import Asked, money
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.shown import Json, only
from tokenry.api.admin.whom import programme_meant, user_id_of
from tokenry.api.programmes import application_line, application_shape, applications_csv
from tokenry.api.rooms import Rooms
from tokenry.base.errors import InvalidRequest
from tokenry.programmes import (
    Application,
    ApplicationState,
    Approval,
    Denial,
    Programme,
    Sought,
    applications_of,
    approve,
    assign,
    assignments_of,
    decline,
    get_programme,
    offer_again,
    remove,
    send_back,
    waitlist,
)


class ListApplications(Asked, kw_only=True, frozen=True):
    """Of one programme: all but drafts, or those in a state, of a tier, of a call."""

    programme: str
    state: ApplicationState | None = None
    tier: str | None = None
    call: str | None = None


class OneApplication(Asked, kw_only=True, frozen=True):
    """An application by its id, or by its title when there is one of that."""

    application: str


class Assign(OneApplication, kw_only=True, frozen=True):
    """Who reviews it: e-mail address, name or id."""

    reviewer: str


class Return(OneApplication, kw_only=True, frozen=True):
    """What is to be changed."""

    words: str


class Wait(OneApplication, kw_only=True, frozen=True):
    """Words for the applicant."""

    words: str | None = None


class Approve(OneApplication, kw_only=True, frozen=True):
    """What is given; what was asked for and the tier's days unless said."""

    tokens: int | None = None
    usd: str | None = None
    days: int | None = None
    conditions: str | None = None
    words: str | None = None
    panel_note: str | None = None
    override: str | None = None


class Decline(OneApplication, kw_only=True, frozen=True):
    """Why."""

    words: str
    panel_note: str | None = None


async def listing(rooms: Rooms, ask: ListApplications) -> Json:
    """A programme's applications, the newest first."""

    def look() -> Json:
        programme, found = _sought(rooms, ask)
        roster = rooms.people.roster
        lines = [application_line(roster, one, programme.unit) for one in found]
        return {"programme": programme.name, "applications": [msgspec.to_builtins(one) for one in lines]}

    return await asyncio.to_thread(look)


async def show(rooms: Rooms, ask: OneApplication) -> Json:
    """One application whole."""
    return await asyncio.to_thread(lambda: _shown(rooms, _meant(rooms, ask.application).id))


async def ask_reviewer(rooms: Rooms, ask: Assign) -> Json:
    """Assign a reviewer."""

    def work() -> Json:
        one = _meant(rooms, ask.application)
        assign(rooms, by_hand(rooms), one.id, user_id_of(rooms, ask.reviewer))
        return _shown(rooms, one.id)

    return await asyncio.to_thread(work)


async def take_reviewer(rooms: Rooms, ask: Assign) -> Json:
    """Remove a reviewer."""

    def work() -> Json:
        one, reviewer = _meant(rooms, ask.application), user_id_of(rooms, ask.reviewer)
        found = [{"id": two.id} for two in assignments_of(rooms.desk.db, one.id) if two.reviewer_id == reviewer]
        remove(rooms, by_hand(rooms), only(found, "reviewer", ask.reviewer, listed_by="programme application")["id"])
        return _shown(rooms, one.id)

    return await asyncio.to_thread(work)


async def give_back(rooms: Rooms, ask: Return) -> Json:
    """Return an application to be changed."""
    return await _act(rooms, ask, lambda one: send_back(rooms, by_hand(rooms), one.id, ask.words))


async def let_wait(rooms: Rooms, ask: Wait) -> Json:
    """Put an application on the waiting list."""
    return await _act(rooms, ask, lambda one: waitlist(rooms, by_hand(rooms), one.id, ask.words))


async def say_yes(rooms: Rooms, ask: Approve) -> Json:
    """Approve an application: its applicant is offered the award."""

    def work(one: Application) -> Application:
        programme = get_programme(rooms.desk.db, one.organization_id, one.programme_id)
        given = Approval(
            amount=_amount(programme, ask), days=ask.days, conditions=ask.conditions, words=ask.words,
            panel_note=ask.panel_note, override=ask.override,
        )  # fmt: skip
        return approve(rooms, by_hand(rooms), one.id, given)

    return await _act(rooms, ask, work)


async def say_yes_again(rooms: Rooms, ask: OneApplication) -> Json:
    """Offer the same once more."""
    return await _act(rooms, ask, lambda one: offer_again(rooms, by_hand(rooms), one.id))


async def say_no(rooms: Rooms, ask: Decline) -> Json:
    """Decline an application."""
    return await _act(rooms, ask, lambda one: decline(rooms, by_hand(rooms), one.id, Denial(ask.words, ask.panel_note)))


async def export(rooms: Rooms, ask: ListApplications) -> Json:
    """A programme's applications as CSV."""

    def look() -> Json:
        programme, found = _sought(rooms, ask)
        text = applications_csv(rooms, by_hand(rooms), programme, found)
        return {"name": f"applications-{programme.id}.csv", "text": text}

    return await asyncio.to_thread(look)


async def _act(rooms: Rooms, ask: OneApplication, act: Callable[[Application], Application]) -> Json:
    return await asyncio.to_thread(lambda: _shown(rooms, act(_meant(rooms, ask.application)).id))


def _sought(rooms: Rooms, ask: ListApplications) -> tuple[Programme, list[Application]]:
    programme = programme_meant(rooms, ask.programme)
    wanted = Sought(programme.id, ask.call, ask.state, ask.tier)
    found = applications_of(rooms.desk.db, programme.organization_id, wanted)
    return programme, [one for one in found if not one.is_private]


def _amount(programme: Programme, ask: Approve) -> int | None:
    """Raises InvalidRequest for an amount in the other unit."""
    if ask.tokens is None and ask.usd is None:
        return None
    if (ask.usd is None) != (programme.unit == "tokens") or (ask.tokens is not None and ask.usd is not None):
        option = "--tokens" if programme.unit == "tokens" else "--usd"
        raise InvalidRequest(f"the programme {programme.name!r} awards {programme.unit}; say {option}", param="amount")
    return money(ask.usd, "usd") if ask.usd is not None else ask.tokens


def _meant(rooms: Rooms, ref: str) -> Application:
    """Raises NotFound. Blocks."""
    found = {one.id: one for one in applications_of(rooms.desk.db, by_hand(rooms).organization_id, Sought())}
    if ref in found:
        return found[ref]
    titled = [{"id": one.id} for one in found.values() if one.title == ref and not one.is_private]
    return found[only(titled, "application", ref, listed_by="programme applications PROGRAMME")["id"]]


def _shown(rooms: Rooms, application_id: str) -> Json:
    told: Json = msgspec.to_builtins(application_shape(rooms, by_hand(rooms), application_id))
    return told


VERBS: dict[str, tuple[type[Asked], Callable[[Rooms, Any], Awaitable[Json]]]] = {
    "programme applications": (ListApplications, listing),
    "programme application": (OneApplication, show),
    "programme assign": (Assign, ask_reviewer),
    "programme unassign": (Assign, take_reviewer),
    "programme return": (Return, give_back),
    "programme waitlist": (Wait, let_wait),
    "programme approve": (Approve, say_yes),
    "programme offer-again": (OneApplication, say_yes_again),
    "programme decline": (Decline, say_no),
    "programme export": (ListApplications, export),
}
