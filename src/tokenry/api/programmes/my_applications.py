"""Applications as applicants write them: `/v1/tokenry/me/applications`. Nobody else's exist here, and no reviewers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.programmes.calls import OpenCallShape, form_shape
from tokenry.api.programmes.shapes import seconds, seconds_or_none
from tokenry.api.programmes.views import meaning
from tokenry.api.rooms import Rooms
from tokenry.base.units import AMOUNT_MAX
from tokenry.programmes import (
    Application,
    ApplicationState,
    Draft,
    Found,
    Offer,
    Sought,
    UnitName,
    accept,
    applicant_of,
    application_steps_of,
    applications_of,
    assignments_of,
    create_draft,
    decision_of,
    edit_draft,
    find_call,
    own,
    refuse,
    submit,
    withdraw,
)

Text = Annotated[str, Meta(max_length=200)]
Words = Annotated[str, Meta(max_length=10_000)]
Asked = Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
_TOLD: frozenset[ApplicationState] = frozenset({"returned", "approved", "declined", "accepted", "refused"})


class MyStep(msgspec.Struct, kw_only=True):
    """What happened to it, and what was said."""

    step: str
    state: str
    by: Literal["you", "programme"]
    words: str | None
    at: int


class Meaning(msgspec.Struct, kw_only=True):
    """What serving it takes: tokens, seconds of one accelerator, nano-USD, watt-hours, and by when; null = unknown."""

    tokens: int | None
    accelerator_seconds: int | None
    nanousd: int | None
    watt_hours: int | None
    energy_method: str | None
    served_by: int | None


class MyApplication(msgspec.Struct, kw_only=True):
    """An application of one's own.

    `reviews` are what reviewers say to you, without their names; `offer` is what you accept, by its `terms_hash`.
    `form` is what is asked, also once the call is over. `form` and `means` are null in a list.
    """

    id: str
    programme_id: str
    programme: str
    call_id: str
    call: str
    project_id: str | None
    renews: str | None
    tier: str
    title: str
    asked: int
    unit: UnitName
    answers: dict[str, Any]
    state: ApplicationState
    revision: int
    steps: list[MyStep]
    reviews: list[str]
    offer: Offer | None
    terms_hash: str | None
    accepted_at: int | None
    means: Meaning | None
    form: OpenCallShape | None
    created_at: int
    changed_at: int
    submitted_at: int | None
    object: Literal["tokenry.my_application"] = "tokenry.my_application"


class Write(Taken, kw_only=True, frozen=True):
    """What the application says. `asked` is whole units of the programme; answers go by the question's id.

    Without `project_id` a project is made when the award is accepted; `renews` names an award that is to go on.
    """

    tier: Text
    title: Text
    asked: Asked
    answers: dict[str, Any] = msgspec.field(default_factory=dict)
    project_id: Text | None = None
    renews: Text | None = None


class Create(Write, kw_only=True, frozen=True):
    """A new draft in an open call."""

    call_id: Text


class Edit(Write, kw_only=True, frozen=True):
    """A draft anew. `revision` is the one you read."""

    revision: int


class AtRevision(Taken, kw_only=True, frozen=True):
    """`revision` is the one you read; without it, whichever there is."""

    revision: int | None = None


class Accept(Taken, kw_only=True, frozen=True):
    """The `terms_hash` that the application shows: exactly these terms are accepted."""

    terms_hash: Text


class Refuse(Taken, kw_only=True, frozen=True):
    """Words for the officers."""

    words: Words | None = None


def listing(call: Call) -> Page[MyApplication]:
    """List the caller's own applications. The newest first."""
    sought = Sought(applicant_id=applicant_of(call.actor))
    found = applications_of(call.rooms.desk.db, call.organization_id, sought)
    return listed(found, call.query, lambda one: one.id, lambda one: _read(call, one.id, whole=False))


def create(call: Call) -> MyApplication:
    """Begin an application. A draft that nobody else sees, in a call that is open."""
    ask: Create = call.body
    return _shown(call, create_draft(call.rooms, call.actor, ask.call_id, _draft(ask)))


def retrieve(call: Call) -> MyApplication:
    """Retrieve an application of one's own."""
    return _read(call, call.path["application_id"])


def edit(call: Call) -> MyApplication:
    """Write a draft anew. Only while it is a draft or was returned; another window's changes are not overwritten."""
    ask: Edit = call.body
    return _shown(call, edit_draft(call.rooms, call.actor, call.path["application_id"], _draft(ask), ask.revision))


def hand_in(call: Call) -> MyApplication:
    """Submit an application. Everything that must be answered is."""
    ask: AtRevision = call.body
    return _shown(call, submit(call.rooms, call.actor, call.path["application_id"], ask.revision))


def take_back(call: Call) -> MyApplication:
    """Withdraw an application. For good."""
    ask: AtRevision = call.body
    return _shown(call, withdraw(call.rooms, call.actor, call.path["application_id"], ask.revision))


async def say_yes(call: Call) -> MyApplication:
    """Accept an offer. The award is made, and can be drawn on when this is answered."""
    ask: Accept = call.body
    return _shown(call, await accept(call.rooms, call.actor, call.path["application_id"], ask.terms_hash))


def say_no(call: Call) -> MyApplication:
    """Refuse an offer. For good; what was promised is the pool's again."""
    ask: Refuse = call.body
    return _shown(call, refuse(call.rooms, call.actor, call.path["application_id"], ask.words))


def _draft(ask: Write) -> Draft:
    return Draft(ask.tier, ask.title, ask.asked, ask.answers, ask.project_id, ask.renews)


def _read(call: Call, application_id: str, *, whole: bool = True) -> MyApplication:
    with call.rooms.desk.db.read() as connection:
        found = own(connection, call.actor, application_id)
        record, programme = find_call(connection, call.organization_id, found.application.call_id)
    told = _shape(call.rooms, found, record.name)
    told.form = form_shape(record, programme) if whole else None
    meant = meaning(call.rooms, found) if whole else None
    if meant is not None:
        told.means = Meaning(**{name: getattr(meant, name) for name in Meaning.__struct_fields__})
    return told


def _shown(call: Call, application: Application) -> MyApplication:
    return _read(call, application.id)


def _shape(rooms: Rooms, found: Found, call_name: str) -> MyApplication:
    one, db = found.application, rooms.desk.db
    decision = decision_of(db, one.id)
    offer = None if decision is None else decision.offer
    told = [review.words for review in assignments_of(db, one.id) if review.state == "scored" and review.words]
    return MyApplication(
        id=one.id, programme_id=one.programme_id, programme=found.programme.name, call_id=one.call_id, call=call_name,
        project_id=one.project_id, renews=one.renews, tier=one.tier, title=one.title, asked=one.asked,
        unit=found.programme.unit, answers=one.answers, state=one.state, revision=one.revision,
        steps=_steps(rooms, one), reviews=sorted(told) if one.state in _TOLD else [], offer=offer,
        terms_hash=None if decision is None else decision.terms_hash, means=None, form=None,
        accepted_at=None if decision is None else seconds_or_none(decision.accepted_at),
        created_at=seconds(one.created_at), changed_at=seconds(one.changed_at),
        submitted_at=seconds_or_none(one.submitted_at),
    )  # fmt: skip


def _steps(rooms: Rooms, application: Application) -> list[MyStep]:
    return [
        MyStep(
            step=one.step, state=one.state, words=one.words, at=seconds(one.at),
            by="you" if one.actor_id == application.applicant_id else "programme",
        )
        for one in application_steps_of(rooms.desk.db, application.id)
    ]  # fmt: skip


_ALL, _ONE = "/v1/tokenry/me/applications", "/v1/tokenry/me/applications/{application_id}"
_SAID = {
    "tier": "Explore", "title": "How proteins fold", "asked": 1_000_000_000,
    "answers": {"abstract": "We ask three models about ten thousand proteins."},
}  # fmt: skip
ROUTES = (
    Guarded("GET", _ALL, None, listing, asks=Paged),
    Guarded("POST", _ALL, None, create, takes=Create, example=_SAID | {"call_id": "call_01kdx3c8v2"}),
    Guarded("GET", _ONE, None, retrieve),
    Guarded("POST", _ONE, None, edit, takes=Edit, example=_SAID | {"revision": 1}),
    Guarded("POST", f"{_ONE}/submit", None, hand_in, takes=AtRevision, example={"revision": 2}),
    Guarded("POST", f"{_ONE}/withdraw", None, take_back, takes=AtRevision, example={}),
    Guarded("POST", f"{_ONE}/accept", None, say_yes, takes=Accept, example={"terms_hash": "9f86d081"}, changes=True),
    Guarded("POST", f"{_ONE}/refuse", None, say_no, takes=Refuse, example={"words": "We found other means."}),
)
