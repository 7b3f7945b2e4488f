"""How programmes, calls, applications and reviews look as JSON, and who sees which part of an application.

An applicant sees no reviewer, whatever else they are in charge of; a reviewer sees what was assigned to them, and its
answers once they have said that there is no conflict of interest. Times are seconds since the epoch; amounts are whole
units of the programme: tokens, or nano-USD.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from tokenry.access import Actor, Roster
from tokenry.api.rooms import Rooms
from tokenry.base.clock import NS_PER_S
from tokenry.programmes import (
    ACTIVE,
    Application,
    ApplicationState,
    Assignment,
    AssignmentState,
    CallRecord,
    CallState,
    Decision,
    PanelScore,
    Programme,
    Supply,
    Terms,
    UnitName,
    decimal,
    panel_score,
    percent,
    pool_balance,
    score_of,
)


class PersonShape(msgspec.Struct, kw_only=True):
    """Somebody, as far as they are still known."""

    id: str
    name: str | None
    email: str | None


class PoolShape(msgspec.Struct, kw_only=True):
    """What a programme awards from: `cap` = `left` + `committed` + `granted` - `returned`.

    `promised`: what of `left` is offered to applicants who have not answered yet.
    """

    id: str
    cap: int
    left: int
    committed: int
    granted: int
    returned: int
    promised: int


class ProgrammeShape(msgspec.Struct, kw_only=True):
    """A programme. `revision` counts its changes; say it when you change it."""

    id: str
    name: str
    unit: UnitName
    state: Literal["open", "closed"]
    revision: int
    terms: Terms
    pool: PoolShape
    created_at: int
    changed_at: int
    closed_at: int | None
    object: Literal["tokenry.programme"] = "tokenry.programme"


class CallShape(msgspec.Struct, kw_only=True):
    """A call of a programme. From `closes_at` on nobody applies any more."""

    id: str
    programme_id: str
    name: str
    state: CallState
    opens_at: int
    closes_at: int
    created_at: int
    object: Literal["tokenry.call"] = "tokenry.call"


class AssignmentShape(msgspec.Struct, kw_only=True):
    """Somebody's review of an application, as officers see it. `score_percent` is weighted by the rubric."""

    id: str
    application_id: str
    reviewer: PersonShape
    state: AssignmentState
    overdue: bool
    conflict: str | None
    scores: dict[str, int] | None
    score_percent: str | None
    comment: str | None
    words: str | None
    due_at: int
    created_at: int
    changed_at: int
    object: Literal["tokenry.assignment"] = "tokenry.assignment"


class CriterionShape(msgspec.Struct, kw_only=True):
    """What a panel gave for one criterion; `mean` has two decimals."""

    id: str
    lowest: int
    highest: int
    mean: str


class ScoreShape(msgspec.Struct, kw_only=True):
    """What a panel thinks: the mean of its reviews' weighted scores."""

    reviews: int
    percent: str | None
    criteria: list[CriterionShape]


class DecisionShape(msgspec.Struct, kw_only=True):
    """What was decided, as officers see it. `supply` is what it meant for the pool at that moment.

    `accept_by`: until when what is offered can be accepted.
    """

    outcome: str
    amount: int | None
    days: int | None
    conditions: str | None
    words: str | None
    panel_note: str | None
    override: str | None
    supply: Supply | None
    terms_hash: str | None
    accept_by: int | None
    decided_by: str | None
    decided_at: int
    accepted_by: str | None
    accepted_at: int | None


class StepShape(msgspec.Struct, kw_only=True):
    """A step in an application's life. `by`: the applicant, or the programme's officers."""

    step: str
    state: str
    by: Literal["applicant", "officer"]
    actor_id: str | None
    words: str | None
    at: int


class PanelLine(msgspec.Struct, kw_only=True):
    """How far an application's reviews are: how many are asked for, written, and needed by its tier; their score."""

    asked: int
    scored: int
    needed: int
    percent: str | None


class ApplicationLine(msgspec.Struct, kw_only=True):
    """An application in a list. `panel` is null for whoever may not see it: its applicant, its reviewers."""

    id: str
    programme_id: str
    call_id: str
    applicant: PersonShape
    project_id: str | None
    renews: str | None
    tier: str
    title: str
    asked: int
    unit: UnitName
    state: ApplicationState
    revision: int
    created_at: int
    changed_at: int
    submitted_at: int | None
    panel: PanelLine | None = None
    object: Literal["tokenry.application"] = "tokenry.application"


class ApplicationShape(ApplicationLine, kw_only=True):
    """An application whole. What the caller may not see yet, or at all, is null or empty.

    `supply` is what the award means for the pool: as it was decided, or, of what is asked for, now.
    """

    answers: dict[str, Any] | None
    steps: list[StepShape]
    assignments: list[AssignmentShape]
    score: ScoreShape | None
    decision: DecisionShape | None
    supply: Supply | None


def programme_shape(rooms: Rooms, one: Programme, promised: int) -> ProgrammeShape:
    """A programme with how its pool stands."""
    pool = pool_balance(rooms, one.pool_id)
    return ProgrammeShape(
        id=one.id, name=one.name, unit=one.unit, state="open" if one.closed_at is None else "closed",
        revision=one.revision, terms=one.terms, created_at=seconds(one.created_at),
        changed_at=seconds(one.changed_at), closed_at=seconds_or_none(one.closed_at),
        pool=PoolShape(
            id=one.pool_id,
            cap=pool.cap if pool else 0,
            left=pool.left if pool else 0,
            committed=pool.committed if pool else 0,
            granted=pool.granted if pool else 0,
            returned=pool.returned if pool else 0,
            promised=promised,
        ),
    )  # fmt: skip


def call_shape(one: CallRecord, now_ns: int) -> CallShape:
    """A call as it is now."""
    return CallShape(
        id=one.id,
        programme_id=one.programme_id,
        name=one.name,
        state=one.state(now_ns),
        opens_at=seconds(one.opens_at),
        closes_at=seconds(one.closes_at),
        created_at=seconds(one.created_at),
    )


def line(roster: Roster, one: Application, unit: UnitName, panel: PanelLine | None = None) -> ApplicationLine:
    """An application in a list."""
    return ApplicationLine(**facts(roster, one, unit), panel=panel)


def panel_line(one: Application, terms: Terms, assignments: list[Assignment]) -> PanelLine:
    """How far its reviews are."""
    scored = [review.scores or {} for review in assignments if review.state == "scored"]
    score = panel_score(terms.rubric, scored).score
    return PanelLine(
        asked=sum(review.state in ACTIVE for review in assignments), scored=len(scored),
        needed=next((tier.reviews for tier in terms.tiers if tier.name == one.tier), 0),
        percent=None if score is None else percent(score),
    )  # fmt: skip


def facts(roster: Roster, one: Application, unit: UnitName) -> dict[str, Any]:
    """What is shown of an application to everybody who sees it at all."""
    return {
        "id": one.id, "programme_id": one.programme_id, "call_id": one.call_id,
        "applicant": person(roster, one.applicant_id), "project_id": one.project_id, "renews": one.renews,
        "tier": one.tier, "title": one.title, "asked": one.asked, "unit": unit, "state": one.state,
        "revision": one.revision, "created_at": seconds(one.created_at), "changed_at": seconds(one.changed_at),
        "submitted_at": seconds_or_none(one.submitted_at),
    }  # fmt: skip


def assignment_shape(rooms: Rooms, one: Assignment, terms: Terms) -> AssignmentShape:
    """A review as officers see it."""
    score = None
    if one.scores is not None and all(criterion.id in one.scores for criterion in terms.rubric):
        score = score_of(terms.rubric, one.scores)
    return AssignmentShape(
        id=one.id, application_id=one.application_id, reviewer=person(rooms.people.roster, one.reviewer_id),
        state=one.state, overdue=one.state in {"assigned", "clear"} and one.due_at <= rooms.clock.now_ns(),
        conflict=one.conflict, scores=one.scores, score_percent=None if score is None else percent(score),
        comment=one.comment, words=one.words, due_at=seconds(one.due_at), created_at=seconds(one.created_at),
        changed_at=seconds(one.changed_at),
    )  # fmt: skip


def score_shape(score: PanelScore) -> ScoreShape:
    """What a panel thinks."""
    return ScoreShape(
        reviews=score.reviews,
        percent=None if score.score is None else percent(score.score),
        criteria=[
            CriterionShape(id=one.id, lowest=one.lowest, highest=one.highest, mean=decimal(one.mean))
            for one in score.criteria
        ],
    )


def decision_shape(one: Decision, *, whole: bool, panel: bool) -> DecisionShape:
    """A decision; `whole` for officers and auditors, with the note to the `panel` for those who are on it."""
    supply = None if one.supply is None else msgspec.convert(one.supply, Supply)
    offer = one.offer
    return DecisionShape(
        outcome=one.outcome, amount=one.amount, days=one.days, conditions=one.conditions, words=one.words,
        panel_note=one.panel_note if panel else None, override=one.override if whole else None,
        supply=supply if whole else None, terms_hash=one.terms_hash,
        decided_by=one.decided_by if whole else None, decided_at=seconds(one.decided_at),
        accepted_by=one.accepted_by, accepted_at=seconds_or_none(one.accepted_at),
        accept_by=None if offer is None else offer.accept_by,
    )  # fmt: skip


def person(roster: Roster, user_id: str) -> PersonShape:
    """Somebody by their id."""
    user = roster.users.get(user_id)
    return PersonShape(id=user_id, name=user.name if user else None, email=user.email if user else None)


def is_reviewer_alone(actor: Actor) -> bool:
    """Whether somebody sees applications only as a reviewer: those that were assigned to them."""
    return actor.may("reviews.write") and not actor.may("programmes.write")


def seconds(at_ns: int) -> int:
    """Seconds since the epoch."""
    return at_ns // NS_PER_S


def seconds_or_none(at_ns: int | None) -> int | None:
    """Seconds since the epoch, or None for never."""
    return None if at_ns is None else at_ns // NS_PER_S
