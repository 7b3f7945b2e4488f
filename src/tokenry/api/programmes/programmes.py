"""Programmes: `/v1/tokenry/programmes`, and the templates they can be made from."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.programmes.shapes import ProgrammeShape, programme_shape
from tokenry.api.rooms import Rooms
from tokenry.base.units import AMOUNT_MAX
from tokenry.programmes import (
    TEMPLATES,
    Changes,
    NewProgramme,
    Programme,
    Terms,
    UnitName,
    change_programme,
    close_programme,
    create_programme,
    get_programme,
    programmes_of,
    promised,
    set_cap,
)

Cap = Annotated[int, Meta(ge=0, le=AMOUNT_MAX)]
Text = Annotated[str, Meta(max_length=200)]


class TemplateShape(msgspec.Struct, kw_only=True):
    """What a programme can begin with."""

    id: str
    label: str
    unit: UnitName
    cap: int
    terms: Terms
    object: Literal["tokenry.programme_template"] = "tokenry.programme_template"


class CreateProgramme(Taken, kw_only=True, frozen=True):
    """A new programme: from a template, or with a unit and terms of its own; `terms` replace the template's whole."""

    name: Text
    template: Text | None = None
    unit: UnitName | None = None
    terms: Terms | None = None
    cap: Cap | None = None


class ChangeProgramme(Taken, kw_only=True, frozen=True):
    """What shall be otherwise. `terms` replace all terms; `revision` is the one you read."""

    name: Text | None = None
    terms: Terms | None = None
    revision: int | None = None


class SetCap(Taken, kw_only=True, frozen=True):
    """What the programme's pool may give in all."""

    cap: Cap


def templates(call: Call) -> Page[TemplateShape]:
    """List programme templates. Each is a whole programme that can be changed afterwards."""
    found = [
        TemplateShape(id=one.id, label=one.label, unit=one.unit, cap=one.cap, terms=one.terms)
        for one in TEMPLATES.values()
    ]
    return listed(found, call.query, lambda one: one.id, lambda one: one)


def listing(call: Call) -> Page[ProgrammeShape]:
    """List programmes. Oldest first, closed ones too."""
    found = programmes_of(call.rooms.desk.db, call.organization_id)
    return listed(found, call.query, lambda one: one.id, lambda one: shape(call.rooms, one))


async def create(call: Call) -> ProgrammeShape:
    """Create a programme. With its pool, whose cap is the template's unless said; a cap needs `credits.write`."""
    ask: CreateProgramme = call.body
    wish = NewProgramme(ask.name, ask.template, ask.unit, ask.terms, ask.cap)
    return shape(call.rooms, await create_programme(call.rooms, call.actor, wish))


def retrieve(call: Call) -> ProgrammeShape:
    """Retrieve a programme. With how its pool stands."""
    return _current(call)


def change(call: Call) -> ProgrammeShape:
    """Change a programme. Tiers, questions and rubric stay while applications are judged by them."""
    ask: ChangeProgramme = call.body
    changes = Changes(ask.name, ask.terms, ask.revision)
    return shape(call.rooms, change_programme(call.rooms, call.actor, call.path["programme_id"], changes))


async def cap(call: Call) -> ProgrammeShape:
    """Set the cap of a programme's pool. Units are issued to it, or taken back; needs `programmes.write` too."""
    ask: SetCap = call.body
    return shape(call.rooms, await set_cap(call.rooms, call.actor, call.path["programme_id"], ask.cap))


def close(call: Call) -> ProgrammeShape:
    """Close a programme. For good; awards that were made go on."""
    return shape(call.rooms, close_programme(call.rooms, call.actor, call.path["programme_id"]))


def shape(rooms: Rooms, one: Programme) -> ProgrammeShape:
    """A programme as it is shown."""
    with rooms.desk.db.read() as connection:
        owed = promised(connection, one.id, rooms.clock.now_ns())
    return programme_shape(rooms, one, owed)


def _current(call: Call) -> ProgrammeShape:
    return shape(call.rooms, get_programme(call.rooms.desk.db, call.organization_id, call.path["programme_id"]))


_ALL, _ONE = "/v1/tokenry/programmes", "/v1/tokenry/programmes/{programme_id}"
ROUTES = (
    Guarded("GET", "/v1/tokenry/programme_templates", "programmes.read", templates, asks=Paged),
    Guarded("GET", _ALL, "programmes.read", listing, asks=Paged),
    Guarded(
        "POST", _ALL, "programmes.write", create, takes=CreateProgramme,
        example={"name": "Research access", "template": "research"},
    ),
    Guarded("GET", _ONE, "programmes.read", retrieve),
    Guarded("POST", _ONE, "programmes.write", change, takes=ChangeProgramme, example={"name": "Access to models"}),
    Guarded("POST", f"{_ONE}/cap", "credits.write", cap, takes=SetCap, example={"cap": 20_000_000_000_000}),
    Guarded("POST", f"{_ONE}/close", "programmes.write", close),
)  # fmt: skip
