"""Calls: `/v1/tokenry/programmes/{programme_id}/calls`, one by itself, and for members those that are open now."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.programmes.shapes import CallShape, call_shape, seconds
from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import NotFound
from tokenry.programmes import (
    DAY_NS,
    CallRecord,
    Dates,
    Field,
    Programme,
    Tier,
    UnitName,
    calls_of,
    change_call,
    close_call,
    get_call,
    get_programme,
    open_call,
    open_calls,
)

CALL_DAYS = 90  # that a call is open when nobody says otherwise
Text = Annotated[str, Meta(max_length=200)]
Instant = Annotated[int, Meta(ge=0, le=2**63 // NS_PER_S - 1)]


class OpenCall(Taken, kw_only=True, frozen=True):
    """A new call. It opens now unless said, and closes 90 days later. Seconds since the epoch."""

    name: Text
    opens_at: Instant | None = None
    closes_at: Instant | None = None


class ChangeCall(Taken, kw_only=True, frozen=True):
    """What shall be otherwise."""

    name: Text | None = None
    opens_at: Instant | None = None
    closes_at: Instant | None = None


class OpenCallShape(msgspec.Struct, kw_only=True):
    """A call that is open, and all that somebody needs to know who applies."""

    id: str
    name: str
    closes_at: int
    programme_id: str
    programme: str
    about: str
    unit: UnitName
    tiers: tuple[Tier, ...]
    fields: tuple[Field, ...]
    conditions: str
    acknowledgement: str
    applications_max: int
    object: Literal["tokenry.open_call"] = "tokenry.open_call"


def listing(call: Call) -> Page[CallShape]:
    """List a programme's calls. The newest first."""
    programme = get_programme(call.rooms.desk.db, call.organization_id, call.path["programme_id"])
    now_ns = call.rooms.clock.now_ns()
    return listed(
        calls_of(call.rooms.desk.db, programme.id), call.query, lambda one: one.id, lambda one: call_shape(one, now_ns)
    )


def create(call: Call) -> CallShape:
    """Open a call. Everybody in the organization is told when it opens."""
    ask: OpenCall = call.body
    now_ns = call.rooms.clock.now_ns()
    opens = now_ns if ask.opens_at is None else ask.opens_at * NS_PER_S
    closes = opens + CALL_DAYS * DAY_NS if ask.closes_at is None else ask.closes_at * NS_PER_S
    made = open_call(call.rooms, call.actor, call.path["programme_id"], ask.name, Dates(opens, closes))
    return call_shape(made, call.rooms.clock.now_ns())


def retrieve(call: Call) -> CallShape:
    """Retrieve a call."""
    one, _ = get_call(call.rooms.desk.db, call.organization_id, call.path["call_id"])
    return call_shape(one, call.rooms.clock.now_ns())


def change(call: Call) -> CallShape:
    """Change a call. One that is over stays over."""
    ask: ChangeCall = call.body
    one, _ = get_call(call.rooms.desk.db, call.organization_id, call.path["call_id"])
    dates = Dates(
        one.opens_at if ask.opens_at is None else ask.opens_at * NS_PER_S,
        one.closes_at if ask.closes_at is None else ask.closes_at * NS_PER_S,
    )
    return call_shape(change_call(call.rooms, call.actor, one.id, dates, ask.name), call.rooms.clock.now_ns())


def close(call: Call) -> CallShape:
    """Close a call now. What was submitted stays, and is decided on."""
    return call_shape(close_call(call.rooms, call.actor, call.path["call_id"]), call.rooms.clock.now_ns())


def open_now(call: Call) -> Page[OpenCallShape]:
    """List calls that are open now. For every member: what can be applied for, and what is asked."""
    found = open_calls(call.rooms.desk.db, call.organization_id, call.rooms.clock.now_ns())
    return listed(found, call.query, lambda both: both[0].id, lambda both: form_shape(*both))


def one_open(call: Call) -> OpenCallShape:
    """Retrieve a call that is open now."""
    for both in open_calls(call.rooms.desk.db, call.organization_id, call.rooms.clock.now_ns()):
        if both[0].id == call.path["call_id"]:
            return form_shape(*both)
    raise NotFound("There is no such call that is open now.", param="call_id")


def form_shape(one: CallRecord, programme: Programme) -> OpenCallShape:
    """All that is asked of whoever applies in a call."""
    terms = programme.terms
    return OpenCallShape(
        id=one.id, name=one.name, closes_at=seconds(one.closes_at), programme_id=programme.id,
        programme=programme.name, about=terms.about, unit=programme.unit, tiers=terms.tiers, fields=terms.fields,
        conditions=terms.conditions, acknowledgement=terms.acknowledgement, applications_max=terms.applications_max,
    )  # fmt: skip


_ALL, _ONE, _MINE = "/v1/tokenry/programmes/{programme_id}/calls", "/v1/tokenry/calls/{call_id}", "/v1/tokenry/me/calls"
ROUTES = (
    Guarded("GET", _ALL, "programmes.read", listing, asks=Paged),
    Guarded("POST", _ALL, "programmes.write", create, takes=OpenCall, example={"name": "Autumn"}),
    Guarded("GET", _ONE, "programmes.read", retrieve),
    Guarded("POST", _ONE, "programmes.write", change, takes=ChangeCall, example={"name": "Autumn and winter"}),
    Guarded("POST", f"{_ONE}/close", "programmes.write", close),
    Guarded("GET", _MINE, None, open_now, asks=Paged),
    Guarded("GET", f"{_MINE}/{{call_id}}", None, one_open),
)
