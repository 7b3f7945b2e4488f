"""An award of a programme as a verb tells of it: its tranches, reports, changes, its end. Blocks for one read."""

from __future__ import annotations

from tokenry.api.admin.shown import Json, when
from tokenry.api.rooms import Rooms
from tokenry.programmes import (
    Amendment,
    ProgrammeAward,
    Report,
    Step,
    Tranche,
    amendments_of,
    amount_in_words,
    checklist,
    find_award,
    find_programme,
    reports_of,
    tranches_of,
)


def story(rooms: Rooms, award_id: str) -> Json:
    """All that `app.db` knows of one award."""
    now_ns = rooms.clock.now_ns()
    with rooms.desk.db.read() as connection:
        award = find_award(connection, None, award_id)
        parts = tranches_of(connection, award_id)
        reports = reports_of(connection, award_id)
        changes = amendments_of(connection, award_id)
        closing = checklist(rooms, connection, award)
        programme = find_programme(connection, award.organization_id, award.programme_id)
    return {
        "programme": award.programme_id,
        "programme_name": programme.name,
        "life": award.state,
        "tier": award.terms.tier,
        "application": award.application_id,
        "renews": award.renews,
        "awardee": award.awardee_id,
        "amount": amount_in_words(award.unit, award.amount),
        "begins_at": when(award.begins_at),
        "ends_at": when(award.ends_at),
        "closed_at": when(award.closed_at),
        "acknowledgement": award.terms.acknowledgement or None,
        "conditions": award.terms.conditions or None,
        "tranches": [_tranche(award, part) for part in parts],
        "reports": [report_told(award, one, now_ns) for one in reports],
        "amendments": [amendment_told(award, one) for one in changes],
        "closing": [{"name": item.name, "done": item.done, "words": item.words} for item in closing],
    }


def report_told(award: ProgrammeAward, one: Report, now_ns: int) -> Json:
    """A report."""
    return {
        "id": one.id, "award": award.id, "award_name": award.name, "kind": one.kind, "number": one.number,
        "due_at": when(one.due_at), "late": one.late(now_ns), "overdue": one.overdue(now_ns), "state": one.state,
        "text": one.text, "links": one.links or [], "submitted_at": when(one.submitted_at), "words": one.words,
        "decided_at": when(one.decided_at),
    }  # fmt: skip  # one line of names


def amendment_told(award: ProgrammeAward, one: Amendment) -> Json:
    """A change that was asked for or made."""
    return {
        "id": one.id, "award": award.id, "award_name": award.name, "kind": one.kind, "state": one.state,
        "amount": one.amount,
        "amount_words": None if one.amount is None else amount_in_words(award.unit, one.amount),
        "to": one.other_award_id, "until": when(one.until), "reason": one.reason, "words": one.words,
        "asked_by": one.asked_by, "decided_by": one.decided_by, "created_at": when(one.created_at),
        "decided_at": when(one.decided_at),
    }  # fmt: skip  # one line of names


def step_told(step: Step) -> Json:
    """What was done."""
    return {
        "id": step.id, "at": when(step.at), "step": step.step, "state": step.state, "actor": step.actor_id,
        "reason": step.words, "details": step.details or {},
    }  # fmt: skip  # one line of names


def _tranche(award: ProgrammeAward, part: Tranche) -> Json:
    return {
        "id": part.id, "number": part.number, "amount": part.amount,
        "amount_words": amount_in_words(award.unit, part.amount), "due_at": when(part.due_at),
        "report": part.report_id, "state": part.state, "released_at": when(part.released_at),
    }  # fmt: skip  # one line of names
