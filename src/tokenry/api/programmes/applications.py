"""Applications as officers handle them: listed by programme, read, returned, decided on, exported."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from tokenry.api.guarded import Call, Form, Guarded, Page, Paged, Taken, listed
from tokenry.api.programmes.export import as_csv, file_headers
from tokenry.api.programmes.shapes import ApplicationLine, ApplicationShape, is_reviewer_alone, line, panel_line
from tokenry.api.programmes.views import application_shape, seen
from tokenry.programmes import (
    ACTIVE,
    Application,
    ApplicationState,
    Approval,
    Denial,
    Programme,
    Sought,
    applications_of,
    approve,
    assignments_of,
    decline,
    get_programme,
    offer_again,
    reviews_of,
    send_back,
    waitlist,
)

Words = Annotated[str, Meta(max_length=10_000)]
Revision = int | None


class ListApplications(Paged, kw_only=True, frozen=True):
    """Which page, and only those in this state, of this tier, of this call; `format=csv` gives all of them."""

    state: ApplicationState | None = None
    tier: str | None = None
    call_id: str | None = None
    format: Literal["json", "csv"] | None = None


class Return(Taken, kw_only=True, frozen=True):
    """What is to be changed, in words for the applicant."""

    words: Words
    revision: Revision = None


class Approve(Taken, kw_only=True, frozen=True):
    """What is given: what was asked for and the tier's days, unless said.

    `override` says why more is promised than can be delivered; `panel_note` is not shown to the applicant.
    """

    amount: Annotated[int, Meta(ge=1)] | None = None
    days: Annotated[int, Meta(ge=1)] | None = None
    conditions: Words | None = None
    words: Words | None = None
    panel_note: Words | None = None
    override: Words | None = None
    revision: Revision = None


class Wait(Taken, kw_only=True, frozen=True):
    """Words for the applicant."""

    words: Words | None = None
    revision: Revision = None


class OfferAgain(Taken, kw_only=True, frozen=True):
    """Words for the applicant."""

    words: Words | None = None


class Decline(Taken, kw_only=True, frozen=True):
    """Why, in words for the applicant; `panel_note` is not shown to them."""

    words: Words
    panel_note: Words | None = None
    revision: Revision = None


def listing(call: Call) -> Page[ApplicationLine]:
    """List a programme's applications. The newest first, drafts left out; a reviewer sees those assigned to them."""
    programme, found = sought(call)
    limit = len(found) + 1 if call.query.format == "csv" else None
    return listed(found, call.query, lambda one: one.id, lambda one: _line(call, programme, one), limit)


def retrieve(call: Call) -> ApplicationShape:
    """Retrieve an application. With its steps, reviews, score and decision, as far as the caller may see them."""
    return _shown(call)


def send_one_back(call: Call) -> ApplicationShape:
    """Return an application. The applicant changes it and submits it again, also after the call has closed."""
    ask: Return = call.body
    send_back(call.rooms, call.actor, _id(call), ask.words, ask.revision)
    return _shown(call)


def approve_one(call: Call) -> ApplicationShape:
    """Approve an application. The applicant is offered the award, and accepts its terms exactly as they are here."""
    ask: Approve = call.body
    given = Approval(
        amount=ask.amount, days=ask.days, conditions=ask.conditions, words=ask.words, panel_note=ask.panel_note,
        override=ask.override, revision=ask.revision,
    )  # fmt: skip
    approve(call.rooms, call.actor, _id(call), given)
    return _shown(call)


def let_one_wait(call: Call) -> ApplicationShape:
    """Put an application on the waiting list. Neither yes nor no; nothing is promised, and it is decided on later."""
    ask: Wait = call.body
    waitlist(call.rooms, call.actor, _id(call), ask.words, ask.revision)
    return _shown(call)


def offer_one_again(call: Call) -> ApplicationShape:
    """Offer an approved application again. Its applicant has the programme's days once more; nothing else changes."""
    ask: OfferAgain = call.body
    offer_again(call.rooms, call.actor, _id(call), ask.words)
    return _shown(call)


def decline_one(call: Call) -> ApplicationShape:
    """Decline an application. For good, with words for the applicant."""
    ask: Decline = call.body
    decline(call.rooms, call.actor, _id(call), Denial(ask.words, ask.panel_note, ask.revision))
    return _shown(call)


def sought(call: Call) -> tuple[Programme, list[Application]]:
    """The programme that a path names, and those of its applications that are asked for and may be seen. Blocks."""
    db, ask = call.rooms.desk.db, call.query
    programme = get_programme(db, call.organization_id, call.path["programme_id"])
    wanted = Sought(programme.id, ask.call_id, ask.state, ask.tier)
    found = applications_of(db, call.organization_id, wanted)
    found = [one for one in found if not one.is_private]
    if is_reviewer_alone(call.actor):
        reviews = reviews_of(db, call.organization_id, call.actor.user_id or "")
        mine = {review.application_id for review, _ in reviews if review.state in ACTIVE}
        found = [one for one in found if one.id in mine]
    return programme, found


def _line(call: Call, programme: Programme, one: Application) -> ApplicationLine:
    hidden = is_reviewer_alone(call.actor) or one.applicant_id == call.actor.user_id
    panel = None if hidden else panel_line(one, programme.terms, assignments_of(call.rooms.desk.db, one.id))
    return line(call.rooms.people.roster, one, programme.unit, panel)


def _id(call: Call) -> str:
    found, _ = seen(call.rooms, call.actor, call.path["application_id"])
    return found.application.id


def _shown(call: Call) -> ApplicationShape:
    return application_shape(call.rooms, call.actor, call.path["application_id"])


def _csv(call: Call, _page: Any) -> str:
    return as_csv(call.rooms, call.actor, *sought(call))


_ALL, _ONE = "/v1/tokenry/programmes/{programme_id}/applications", "/v1/tokenry/applications/{application_id}"
ROUTES = (
    Guarded(
        "GET", _ALL, "programmes.read", listing, asks=ListApplications,
        forms=(Form("csv", "text/csv; charset=utf-8; header=present", _csv, file_headers),),
    ),
    Guarded("GET", _ONE, "programmes.read", retrieve),
    Guarded(
        "POST", f"{_ONE}/return", "programmes.write", send_one_back, takes=Return,
        example={"words": "Please say how the amount was estimated."},
    ),
    Guarded(
        "POST", f"{_ONE}/approve", "programmes.write", approve_one, takes=Approve,
        example={"words": "Congratulations.", "conditions": "Name the programme in what you publish."},
    ),
    Guarded(
        "POST", f"{_ONE}/waitlist", "programmes.write", let_one_wait, takes=Wait,
        example={"words": "Good, and beyond what the pool has left; two offers are open."},
    ),
    Guarded("POST", f"{_ONE}/offer", "programmes.write", offer_one_again, takes=OfferAgain, example={}),
    Guarded(
        "POST", f"{_ONE}/decline", "programmes.write", decline_one, takes=Decline,
        example={"words": "The plan does not say which question it answers."},
    ),
)  # fmt: skip
