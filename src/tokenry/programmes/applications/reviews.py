"""Reviewing: officers assign, reviewers declare a conflict or that there is none, then read, then score.

Conflicts that can be known are enforced at every step, since people join projects meanwhile. Each act is audited in its
own transaction, and blocks for it. Applicants never learn who reviewed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tokenry.access import Actor
from tokenry.base.clock import NS_PER_S, isoformat
from tokenry.base.errors import Conflict, InvalidRequest, NotFound
from tokenry.base.ids import new_id
from tokenry.programmes.applications.applications import Found, Taking, checked_words, find_application, take_step
from tokenry.programmes.applications.applying import applicant_of
from tokenry.programmes.applications.conflicts import refuse_near, require_free
from tokenry.programmes.applications.reviewing import (
    ACTIVE,
    READING,
    Assignment,
    applications,
    assignments_within,
    find_assignment,
    put_assignment,
    table,
)
from tokenry.programmes.applications.scoring import check_points
from tokenry.programmes.calls.announcing import LATE_NS, Happening, tell_officers, tell_person
from tokenry.programmes.calls.audience import members
from tokenry.programmes.lifecycle import JUDGED, ConflictOfInterest, WrongState
from tokenry.programmes.office import Office

REVIEWERS_MAX = 20  # of one application
DAY_NS = 86_400 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer says: points by criterion, a comment for the panel, words for the applicant."""

    scores: Mapping[str, Any]
    comment: str | None = None
    words: str | None = None


def assign(office: Office, by: Actor, application_id: str, reviewer_id: str) -> Assignment:
    """Ask somebody to review a submitted application; it is under review from then on.

    Raises:
        NotFound; ConflictOfInterest; InvalidRequest: they may not review; Conflict: they do already, or there are
        enough; WrongState: it is not submitted.
    """
    now_ns = office.clock.now_ns()
    with office.desk.act(by, "review.assigned", None) as act:
        found = find_application(act.connection, by.organization_id, application_id)
        refuse_near(office.people.roster, by, found.application)
        if reviewer_id not in members(office.people.roster, by.organization_id, "reviews.write"):
            raise InvalidRequest(
                f"reviewer_id: {reviewer_id[:60]!r} is nobody here whose role lets them review; make them a reviewer "
                "first (tokenry user role)",
                param="reviewer_id",
            )
        require_free(office.people.roster, reviewer_id, found.application)
        if found.application.state in {"submitted", "waitlisted"}:
            take_step(act, by, found.application, Taking("begin_review", now_ns))
        elif found.application.state != "under_review":
            raise WrongState(
                f"an application that is {found.application.state.replace('_', ' ')} is not reviewed; it must be "
                "submitted, or wait on the list"
            )
        due_at = now_ns + found.programme.terms.review_within_days * DAY_NS
        made = _assigned(act.connection, application_id, reviewer_id, now_ns, due_at)
        act.resource_id = made.id
        act.details |= {"application_id": application_id, "reviewer_id": reviewer_id}
        told = {"assignment_id": made.id, "due": isoformat(due_at)}
        what = Happening("review.assigned", application_id, f"{made.id}:{now_ns}", told)
        tell_person(office, act.connection, found.programme, what, reviewer_id)
    office.notices.on_waiting()
    return made


def remove(office: Office, by: Actor, assignment_id: str) -> Assignment:
    """Ask somebody no more; their scores count no more. What they declared stays. Raises NotFound, WrongState."""
    with office.desk.act(by, "review.removed", assignment_id) as act:
        assignment, found = find_assignment(act.connection, by.organization_id, assignment_id)
        refuse_near(office.people.roster, by, found.application)
        if assignment.state not in ACTIVE:
            raise WrongState(f"this review is {assignment.state} already; there is nothing to remove")
        _require_judging(found)
        act.details["application_id"] = assignment.application_id
        return put_assignment(act.connection, assignment, {"state": "removed", "draft": None}, office.clock.now_ns())


def declare(office: Office, by: Actor, assignment_id: str, conflict: str | None) -> Assignment:
    """A reviewer says that there is no conflict of interest (None), or what it is. A conflict cannot be taken back.

    Raises:
        NotFound: it is somebody else's. WrongState: it was said before. ConflictOfInterest: there is one.
    """
    now_ns = office.clock.now_ns()
    words = None if conflict is None else checked_words(conflict, "conflict", needed=True)
    with office.desk.act(by, "review.declared", assignment_id) as act:
        assignment, found = _mine(office, act.connection, by, assignment_id)
        if assignment.state != "assigned" and not (words is not None and assignment.state in READING):
            raise WrongState(f"this review is {assignment.state} already; a conflict is declared before it")
        _require_judging(found)
        if words is None:
            require_free(office.people.roster, assignment.reviewer_id, found.application)
            changes: dict[str, Any] = {"state": "clear"}
        else:
            changes = {"state": "conflict", "conflict": words, "draft": None}
            what = Happening(
                "review.conflict", assignment.application_id, assignment.id, {"assignment_id": assignment.id}
            )
            tell_officers(office, act.connection, found.programme, what)
        act.details |= {"application_id": assignment.application_id, "conflict": words is not None}
        after = put_assignment(act.connection, assignment, changes, now_ns)
    office.notices.on_waiting()
    return after


def decline_review(office: Office, by: Actor, assignment_id: str, words: str | None) -> Assignment:
    """A reviewer has no time, or no wish. Raises NotFound, WrongState."""
    with office.desk.act(by, "review.declined", assignment_id) as act:
        assignment, found = _mine(office, act.connection, by, assignment_id)
        if assignment.state not in {"assigned", "clear"}:
            raise WrongState(f"this review is {assignment.state} already")
        _require_judging(found)
        act.details["application_id"] = assignment.application_id
        what = _said("review.declined", assignment)
        tell_officers(office, act.connection, found.programme, what)
        changes = {"state": "declined", "comment": checked_words(words), "draft": None}
        after = put_assignment(act.connection, assignment, changes, office.clock.now_ns())
    office.notices.on_waiting()
    return after


def score(office: Office, by: Actor, assignment_id: str, verdict: Verdict) -> Assignment:
    """A reviewer scores by the programme's rubric; again, until it is decided.

    Raises:
        NotFound; WrongState: nothing was declared, or it is decided; ConflictOfInterest; InvalidRequest: points.
    """
    now_ns = office.clock.now_ns()
    with office.desk.act(by, "review.scored", assignment_id) as act:
        assignment, found = _mine(office, act.connection, by, assignment_id)
        if assignment.state == "assigned":
            raise WrongState("say first whether you have a conflict of interest: declare it, or that there is none")
        if assignment.state not in READING:
            raise WrongState(f"this review is {assignment.state}, and scores nothing any more")
        if found.application.state != "under_review":
            raise WrongState(f"the application is {found.application.state.replace('_', ' ')}; nothing is scored now")
        require_free(office.people.roster, assignment.reviewer_id, found.application)
        changes = {
            "state": "scored", "scores": check_points(found.programme.terms.rubric, verdict.scores),
            "comment": checked_words(verdict.comment, "comment"), "words": checked_words(verdict.words), "draft": None,
        }  # fmt: skip
        act.details["application_id"] = assignment.application_id
        return put_assignment(act.connection, assignment, changes, now_ns)


def save_draft(office: Office, by: Actor, assignment_id: str, draft: Verdict) -> Assignment:
    """Keep what a reviewer has written so far, for them alone. It is no act, and has no row in the log.

    Raises:
        NotFound; WrongState: nothing was declared, or it is decided; InvalidRequest: points, or words.
    """
    with office.desk.db.write() as connection:
        assignment, found = _mine(office, connection, by, assignment_id)
        if assignment.state not in READING or found.application.state != "under_review":
            raise WrongState("this review is not being written now; what you see may be old: read it again")
        rubric = [one for one in found.programme.terms.rubric if one.id in draft.scores]
        kept = {
            "scores": check_points(rubric, draft.scores), "comment": checked_words(draft.comment, "comment"),
            "words": checked_words(draft.words),
        }  # fmt: skip
        return put_assignment(connection, assignment, {"draft": kept}, office.clock.now_ns())


def tell_overdue(office: Office) -> int:
    """Tell reviewers of reviews that became overdue within a day, each once; how many. Blocks."""
    now_ns, told = office.clock.now_ns(), 0
    late = table.select().where(
        table.c.state.in_(("assigned", "clear")), table.c.due_at <= now_ns, table.c.due_at > now_ns - LATE_NS
    )
    with office.desk.db.read() as connection:
        waiting = [(Assignment(**row._asdict())) for row in connection.execute(late)]
        places = {
            row.id: row.organization_id
            for row in connection.execute(applications.select().where(applications.c.state == "under_review"))
        }
    for one in waiting:
        if one.application_id in places:
            told += _tell_overdue(office, one, places[one.application_id])
    if told:
        office.notices.on_waiting()
    return told


def _tell_overdue(office: Office, late: Assignment, organization_id: str) -> bool:
    what = Happening("review.overdue", late.application_id, f"{late.id}:{late.due_at}", {"assignment_id": late.id})
    with office.desk.db.write() as connection:
        found = find_application(connection, organization_id, late.application_id)
        return tell_person(office, connection, found.programme, what, late.reviewer_id)


def _assigned(connection: Any, application_id: str, reviewer_id: str, now_ns: int, due_at: int) -> Assignment:
    here = assignments_within(connection, application_id)
    before = next((one for one in here if one.reviewer_id == reviewer_id), None)
    if len([one for one in here if one.state in ACTIVE]) >= REVIEWERS_MAX:
        raise Conflict(f"an application has at most {REVIEWERS_MAX} reviewers")
    if before is None:
        made = Assignment(
            new_id("asgn", at_ns=now_ns), application_id, reviewer_id, "assigned", None, None, None, None, None, due_at,
            now_ns, now_ns,
        )  # fmt: skip
        connection.execute(table.insert(), {name: getattr(made, name) for name in Assignment.__slots__})
        return made
    if before.conflict is not None:
        raise ConflictOfInterest("they declared a conflict of interest for this application", param="reviewer_id")
    if before.state in ACTIVE:
        raise Conflict("they review this application already", param="reviewer_id")
    again = {"state": "assigned", "scores": None, "comment": None, "words": None, "draft": None, "due_at": due_at}
    return put_assignment(connection, before, again, now_ns)


def _mine(office: Office, connection: Any, by: Actor, assignment_id: str) -> tuple[Assignment, Found]:
    """Raises NotFound for anybody else's, and for those whose role lets them review no more."""
    assignment, found = find_assignment(connection, by.organization_id, assignment_id)
    able = members(office.people.roster, by.organization_id, "reviews.write")
    if assignment.reviewer_id != applicant_of(by) or assignment.reviewer_id not in able:
        raise NotFound(f"There is no review {assignment_id[:100]!r} of yours.", param="assignment_id")
    return assignment, found


def _said(kind: str, assignment: Assignment) -> Happening:
    """What a reviewer said, once an assignment."""
    nth = f"{assignment.id}:{assignment.due_at}"
    return Happening(kind, assignment.application_id, nth, {"assignment_id": assignment.id})


def _require_judging(found: Found) -> None:
    if found.application.state not in {*JUDGED, "returned"}:
        raise WrongState(f"the application is {found.application.state.replace('_', ' ')}; nothing is reviewed now")
