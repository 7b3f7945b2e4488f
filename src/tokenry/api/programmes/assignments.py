"""Who reviews what, as officers arrange it: `/v1/tokenry/applications/{application_id}/assignments`."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Taken
from tokenry.api.programmes.shapes import AssignmentShape, assignment_shape
from tokenry.api.programmes.views import seen
from tokenry.programmes import assign, get_application, remove

Text = Annotated[str, Meta(max_length=200)]


class Assign(Taken, kw_only=True, frozen=True):
    """Who is asked."""

    reviewer_id: Text


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


ROUTES = (
    Guarded(
        "POST", "/v1/tokenry/applications/{application_id}/assignments", "programmes.write", create, takes=Assign,
        example={"reviewer_id": "user_01kdx3c8v2"},
    ),
    Guarded("DELETE", "/v1/tokenry/assignments/{assignment_id}", "programmes.write", take_back),
)  # fmt: skip
