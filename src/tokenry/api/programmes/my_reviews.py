"""Reviews as reviewers write them: `/v1/tokenry/me/reviews`. First the question of interest, then the answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tokenry.api.guarded import Call, Guarded, Page, Paged, Taken, listed
from tokenry.api.programmes.shapes import PersonShape, person, seconds
from tokenry.api.programmes.views import meaning
from tokenry.api.rooms import Rooms
from tokenry.base.errors import InvalidRequest, NotFound
from tokenry.programmes import (
    READING,
    ApplicationState,
    Assignment,
    AssignmentState,
    Criterion,
    Field,
    Found,
    Supply,
    UnitName,
    Verdict,
    applicant_of,
    declare,
    decline_review,
    percent,
    reviews_of,
    save_draft,
    score,
    score_of,
)

Words = Annotated[str, Meta(max_length=10_000)]


class DraftShape(msgspec.Struct, kw_only=True):
    """What was written and not handed in yet; nobody else sees it."""

    scores: dict[str, int]
    comment: str | None
    words: str | None


class Review(msgspec.Struct, kw_only=True):
    """A review that you are asked for.

    Title, applicant and project are there so that you can say whether you have a conflict of interest; `answers` are
    there once you have said that you have none. `draft` is what you kept and did not hand in.

    `supply` is what the award means for the pool; null in a list.
    """

    id: str
    state: AssignmentState
    due_at: int
    application_id: str
    application_state: ApplicationState
    programme: str
    applicant: PersonShape
    project: str | None
    title: str
    tier: str
    asked: int
    unit: UnitName
    fields: tuple[Field, ...]
    answers: dict[str, Any] | None
    rubric: tuple[Criterion, ...]
    conflict: str | None
    scores: dict[str, int] | None
    score_percent: str | None
    comment: str | None
    words: str | None
    draft: DraftShape | None
    supply: Supply | None
    object: Literal["tokenry.review"] = "tokenry.review"


class Declare(Taken, kw_only=True, frozen=True):
    """Whether there is a conflict of interest, and which; `words` are for the officers."""

    conflict: bool
    words: Words | None = None


class Score(Taken, kw_only=True, frozen=True):
    """Whole points for every criterion of the rubric; a comment for the panel, words for the applicant."""

    scores: dict[str, int]
    comment: Words | None = None
    words: Words | None = None


class Keep(Taken, kw_only=True, frozen=True):
    """What there is so far: points for some criteria, a comment for the panel, words for the applicant."""

    scores: dict[str, int] = msgspec.field(default_factory=dict)
    comment: Words | None = None
    words: Words | None = None


class Decline(Taken, kw_only=True, frozen=True):
    """Why, in words for the officers."""

    words: Words | None = None


def listing(call: Call) -> Page[Review]:
    """List the reviews that the caller is asked for. The newest first."""
    return listed(_mine(call), call.query, lambda both: both[0].id, lambda both: _shape(call.rooms, *both))


def retrieve(call: Call) -> Review:
    """Retrieve a review of one's own."""
    return _shown(call)


def say(call: Call) -> Review:
    """Declare a conflict of interest, or that there is none. Before anything is read; a conflict ends the review."""
    ask: Declare = call.body
    if ask.conflict and not (ask.words or "").strip():
        raise InvalidRequest("words: say what the conflict is; the officers alone read it", param="words")
    declare(call.rooms, call.actor, call.path["assignment_id"], ask.words if ask.conflict else None)
    return _shown(call)


def give(call: Call) -> Review:
    """Score an application. By the programme's rubric, and again until it is decided."""
    ask: Score = call.body
    score(call.rooms, call.actor, call.path["assignment_id"], Verdict(ask.scores, ask.comment, ask.words))
    return _shown(call)


def keep(call: Call) -> Review:
    """Keep a draft of a review. For its reviewer alone, until it is scored; nothing is handed in by it."""
    ask: Keep = call.body
    save_draft(call.rooms, call.actor, call.path["assignment_id"], Verdict(ask.scores, ask.comment, ask.words))
    return _shown(call)


def turn_down(call: Call) -> Review:
    """Decline to review. The officers ask somebody else."""
    ask: Decline = call.body
    decline_review(call.rooms, call.actor, call.path["assignment_id"], ask.words)
    return _shown(call)


def _mine(call: Call) -> list[tuple[Assignment, Found]]:
    found = reviews_of(call.rooms.desk.db, call.organization_id, applicant_of(call.actor))
    return [both for both in found if both[0].state != "removed"]


def _shown(call: Call) -> Review:
    for both in _mine(call):
        if both[0].id == call.path["assignment_id"]:
            told = _shape(call.rooms, *both)
            told.supply = meaning(call.rooms, both[1])
            return told
    raise NotFound("There is no such review of yours.", param="assignment_id")


def _shape(rooms: Rooms, one: Assignment, found: Found) -> Review:
    application, programme, roster = found.application, found.programme, rooms.people.roster
    project = roster.projects.get(application.project_id or "")
    rubric, points = programme.terms.rubric, one.scores
    scored = points is not None and all(criterion.id in points for criterion in rubric)
    mean = score_of(rubric, points) if points is not None and scored else None
    return Review(
        id=one.id, state=one.state, due_at=seconds(one.due_at), application_id=application.id,
        application_state=application.state, programme=programme.name,
        applicant=person(roster, application.applicant_id), project=None if project is None else project.name,
        title=application.title, tier=application.tier, asked=application.asked, unit=programme.unit,
        fields=programme.terms.fields, answers=application.answers if one.state in READING else None, rubric=rubric,
        conflict=one.conflict, scores=points, score_percent=None if mean is None else percent(mean),
        comment=one.comment, words=one.words, supply=None,
        draft=None if one.draft is None else msgspec.convert(one.draft, DraftShape),
    )  # fmt: skip


_ALL, _ONE = "/v1/tokenry/me/reviews", "/v1/tokenry/me/reviews/{assignment_id}"
ROUTES = (
    Guarded("GET", _ALL, None, listing, asks=Paged),
    Guarded("GET", _ONE, None, retrieve),
    Guarded("POST", f"{_ONE}/declare", None, say, takes=Declare, example={"conflict": False}),
    Guarded(
        "POST", f"{_ONE}/score", None, give, takes=Score,
        example={"scores": {"merit": 4, "method": 5, "need": 3, "ability": 4}, "words": "A clear plan."},
    ),
    Guarded(
        "POST", f"{_ONE}/draft", None, keep, takes=Keep,
        example={"scores": {"merit": 4}, "comment": "The pilot is small."},
    ),
    Guarded("POST", f"{_ONE}/decline", None, turn_down, takes=Decline, example={"words": "No time before May."}),
)  # fmt: skip
