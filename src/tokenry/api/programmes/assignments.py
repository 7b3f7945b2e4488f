"""Who reviews what, as officers arrange it: `/v1/tokenry/applications/{application_id}/assignments`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.programmes.shapes import AssignmentShape, PersonShape, assignment_shape, person
from tokenry.api.programmes.views import seen
from tokenry.programmes import Candidate, assign, candidates, get_application, remove

Text = Annotated[str, Meta(max_length=200)]


class Assign(Taken, kw_only=True, frozen=True):
    """Who is asked."""

    reviewer_id: Text


class CandidateShape(msgspec.Struct, kw_only=True):
    """Somebody whose role lets them review. `refusal`: why not this application; null = they can be asked.

    `waiting`: how many reviews of theirs are asked for and not written yet.
    """

    id: str
    reviewer: PersonShape
    waiting: int
    refusal: str | None
    object: Literal["tokenry.review_candidate"] = "tokenry.review_candidate"


def listing(call: Call) -> Page[CandidateShape]:
    """List who could review an application. Those who can be asked first, the least busy before others."""
    found, _ = seen(call.rooms, call.actor, call.path["application_id"])
    able = candidates(call.rooms, call.actor, found.application.id)
    return listed(able, call.query, lambda one: one.user_id, lambda one: _candidate(call, one))


def create(call: Call) -> AssignmentShape:
    """Assign a reviewer. They are told; a conflict of interest that can be known refuses it."""
    ask: Assign = call.body
    found, _ = seen(call.rooms, call.actor, call.path["application_id"])
    made = assign(call.rooms, call.actor, found.application.id, ask.reviewer_id)
    return assignment_shape(call.rooms, made, found.programme.terms)


def take_back(call: Call) -> AssignmentShape:
    """Remove a reviewer. Their scores count no more; a conflict they declared stays."""
    one = remove(call.rooms, call.actor, call.path["assignment_id"])
    found = get_application(call.rooms.desk.db, call.organization_id, one.application_id)
    return assignment_shape(call.rooms, one, found.programme.terms)


def _candidate(call: Call, one: Candidate) -> CandidateShape:
    whose = person(call.rooms.people.roster, one.user_id)
    return CandidateShape(id=one.user_id, reviewer=whose, waiting=one.waiting, refusal=one.refusal)


ROUTES = (
    Guarded(
        "GET", "/v1/tokenry/applications/{application_id}/candidates", "programmes.write", listing, asks=Paged
    ),
    Guarded(
        "POST", "/v1/tokenry/applications/{application_id}/assignments", "programmes.write", create, takes=Assign,
        example={"reviewer_id": "user_01kdx3c8v2"},
    ),
    Guarded("DELETE", "/v1/tokenry/assignments/{assignment_id}", "programmes.write", take_back),
)  # fmt: skip
