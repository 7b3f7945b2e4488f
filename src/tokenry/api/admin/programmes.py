"""The verbs about programmes and their calls: templates, create, list, show, change, close, open-call, calls."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from tokenry.api.admin import applications
from tokenry.api.admin.asked import Asked, moment, until
from tokenry.api.admin.deeds import by_hand
from tokenry.api.admin.models import Nothing
from tokenry.api.admin.shown import Json, only
from tokenry.api.admin.whom import programme_meant
from tokenry.api.programmes import CALL_DAYS, call_shape, programme_shown
from tokenry.api.rooms import Rooms
from tokenry.base.errors import InvalidRequest
from tokenry.programmes import (
    DAY_NS,
    TEMPLATES,
    CallRecord,
    Changes,
    Dates,
    NewProgramme,
    Terms,
    UnitName,
    calls_of,
    change_call,
    change_programme,
    close_call,
    close_programme,
    create_programme,
    open_call,
    programmes_of,
    set_cap,
)


class CreateProgramme(Asked, kw_only=True, frozen=True):
    """A new programme of the first organization; see `NewProgramme`."""

    name: str
    template: str | None = None
    unit: UnitName | None = None
    terms: dict[str, Any] | None = None
    cap: int | None = None


class OneProgramme(Asked, kw_only=True, frozen=True):
    """A programme by name or id."""

    programme: str


class ChangeProgramme(OneProgramme, kw_only=True, frozen=True):
    """What shall be otherwise."""

    name: str | None = None
    terms: dict[str, Any] | None = None
    cap: int | None = None


class OpenCall(OneProgramme, kw_only=True, frozen=True):
    """A new call: from now on and for 90 days unless said; `opens` and `closes` are spans from now, days or times."""

    name: str | None = None
    opens: str | None = None
    closes: str | None = None


class ChangeCall(Asked, kw_only=True, frozen=True):
    """A call by its id, or by its name within a programme; when it opens and closes."""

    call: str
    programme: str | None = None
    name: str | None = None
    opens: str | None = None
    closes: str | None = None


class OneCall(Asked, kw_only=True, frozen=True):
    """A call by its id, or by its name within a programme."""

    call: str
    programme: str | None = None


async def templates(_rooms: Rooms, _ask: Nothing) -> Json:
    """What a programme can begin with."""
    return {
        "templates": [
            {
                "id": one.id, "label": one.label, "unit": one.unit, "cap": one.cap,
                "terms": msgspec.to_builtins(one.terms),
            }
            for one in TEMPLATES.values()
        ]
    }  # fmt: skip


async def create(rooms: Rooms, ask: CreateProgramme) -> Json:
    """Make a programme with its pool."""
    wish = NewProgramme(ask.name, ask.template, ask.unit, _terms(ask.terms), ask.cap)
    made = await create_programme(rooms, await asyncio.to_thread(by_hand, rooms), wish)
    return await asyncio.to_thread(_shown, rooms, made.id)


async def listing(rooms: Rooms, _ask: Nothing) -> Json:
    """All programmes of the first organization, oldest first."""

    def look() -> Json:
        found = programmes_of(rooms.desk.db, by_hand(rooms).organization_id)
        return {"programmes": [msgspec.to_builtins(programme_shown(rooms, one)) for one in found]}

    return await asyncio.to_thread(look)


async def show(rooms: Rooms, ask: OneProgramme) -> Json:
    """One programme with its calls."""

    def look() -> Json:
        one = programme_meant(rooms, ask.programme)
        now_ns = rooms.clock.now_ns()
        calls = [msgspec.to_builtins(call_shape(call, now_ns)) for call in calls_of(rooms.desk.db, one.id)]
        return {**_shown(rooms, one.id), "calls": calls}

    return await asyncio.to_thread(look)


async def change(rooms: Rooms, ask: ChangeProgramme) -> Json:
    """Change what a programme says, and what its pool may give."""
    one = await asyncio.to_thread(programme_meant, rooms, ask.programme)
    by, terms = await asyncio.to_thread(by_hand, rooms), _terms(ask.terms)
    if ask.name is not None or terms is not None:
        await asyncio.to_thread(change_programme, rooms, by, one.id, Changes(ask.name, terms))
    if ask.cap is not None:
        await set_cap(rooms, by, one.id, ask.cap)
    return await asyncio.to_thread(_shown, rooms, one.id)


async def close(rooms: Rooms, ask: OneProgramme) -> Json:
    """Close a programme for good."""

    def work() -> Json:
        return _shown(rooms, close_programme(rooms, by_hand(rooms), programme_meant(rooms, ask.programme).id).id)

    return await asyncio.to_thread(work)


async def begin_call(rooms: Rooms, ask: OpenCall) -> Json:
    """Open a call."""

    def work() -> Json:
        one, now_ns = programme_meant(rooms, ask.programme), rooms.clock.now_ns()
        opens = now_ns if ask.opens is None else moment(ask.opens, now_ns, "opens")
        closes = opens + CALL_DAYS * DAY_NS if ask.closes is None else until(ask.closes, now_ns, "closes")
        name = ask.name or f"call {len(calls_of(rooms.desk.db, one.id)) + 1}"
        return _call(rooms, open_call(rooms, by_hand(rooms), one.id, name, Dates(opens, closes)))

    return await asyncio.to_thread(work)


async def calls(rooms: Rooms, ask: OneProgramme) -> Json:
    """A programme's calls, the newest first."""

    def look() -> Json:
        one = programme_meant(rooms, ask.programme)
        return {"calls": [_call(rooms, call) for call in calls_of(rooms.desk.db, one.id)]}

    return await asyncio.to_thread(look)


async def move_call(rooms: Rooms, ask: ChangeCall) -> Json:
    """Have a call open or close at another time, or under another name."""

    def work() -> Json:
        one, now_ns = _call_meant(rooms, ask.call, ask.programme), rooms.clock.now_ns()
        dates = Dates(
            one.opens_at if ask.opens is None else moment(ask.opens, now_ns, "opens"),
            one.closes_at if ask.closes is None else until(ask.closes, now_ns, "closes"),
        )
        return _call(rooms, change_call(rooms, by_hand(rooms), one.id, dates, ask.name))

    return await asyncio.to_thread(work)


async def end_call(rooms: Rooms, ask: OneCall) -> Json:
    """Close a call now."""

    def work() -> Json:
        return _call(rooms, close_call(rooms, by_hand(rooms), _call_meant(rooms, ask.call, ask.programme).id))

    return await asyncio.to_thread(work)


def _terms(document: dict[str, Any] | None) -> Terms | None:
    """Terms as somebody wrote them. Raises InvalidRequest that says which member is wrong."""
    if document is None:
        return None
    try:
        return msgspec.convert(document, Terms)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"the terms cannot be taken: {error}", param="terms") from None


def _shown(rooms: Rooms, programme_id: str) -> Json:
    told: Json = msgspec.to_builtins(programme_shown(rooms, programme_meant(rooms, programme_id)))
    return told


def _call(rooms: Rooms, one: CallRecord) -> Json:
    told: Json = msgspec.to_builtins(call_shape(one, rooms.clock.now_ns()))
    return told


def _call_meant(rooms: Rooms, ref: str, programme: str | None) -> CallRecord:
    """By its id or name, in one programme or in all of the first organization. Raises NotFound."""
    place = by_hand(rooms).organization_id
    chosen = programmes_of(rooms.desk.db, place) if programme is None else [programme_meant(rooms, programme)]
    found = {one.id: one for each in chosen for one in calls_of(rooms.desk.db, each.id)}
    meant = [{"id": one.id} for one in found.values() if ref in {one.id, one.name}]
    return found[only(meant, "call", ref, listed_by="programme calls")["id"]]


PROGRAMMES: dict[str, tuple[type[Asked], Callable[[Rooms, Any], Awaitable[Json]]]] = {
    "programme templates": (Nothing, templates),
    "programme create": (CreateProgramme, create),
    "programme list": (Nothing, listing),
    "programme show": (OneProgramme, show),
    "programme change": (ChangeProgramme, change),
    "programme close": (OneProgramme, close),
    "programme open-call": (OpenCall, begin_call),
    "programme calls": (OneProgramme, calls),
    "programme change-call": (ChangeCall, move_call),
    "programme close-call": (OneCall, end_call),
    **applications.VERBS,
}
