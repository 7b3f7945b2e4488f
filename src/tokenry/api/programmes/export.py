"""A programme's applications as CSV, for a spreadsheet: one line an application, with its score and its decision."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokenry.access import Actor
from tokenry.api.programmes.shapes import is_reviewer_alone, person
from tokenry.api.rooms import Rooms
from tokenry.api.spreadsheets import harmless
from tokenry.base.clock import isoformat
from tokenry.programmes import (
    Application,
    Programme,
    assignments_of,
    decision_of,
    panel_score,
    percent,
)

COLUMNS: Final = (
    "id", "state", "call_id", "tier", "title", "applicant", "applicant_email", "project_id", "unit", "asked",
    "submitted_at", "reviews", "score_percent", "outcome", "amount", "days", "decided_at", "accepted_at",
)  # fmt: skip


def as_csv(rooms: Rooms, actor: Actor, programme: Programme, found: list[Application]) -> str:
    """All of them, with a line of names first. Blocks."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(rooms, actor, programme, found):
        writer.writerow({name: harmless(value) for name, value in row.items() if value is not None})
    return out.getvalue()


def file_headers(call: Any, _given: Any) -> Mapping[str, str]:
    """A browser keeps it as a file."""
    programme_id = call.path["programme_id"]
    return {"content-disposition": f'attachment; filename="applications-{programme_id}.csv"'}


def _rows(rooms: Rooms, actor: Actor, programme: Programme, found: list[Application]) -> Iterator[dict[str, Any]]:
    alone, roster, db = is_reviewer_alone(actor), rooms.people.roster, rooms.desk.db
    for one in found:
        who = person(roster, one.applicant_id)
        row: dict[str, Any] = {
            "id": one.id, "state": one.state, "call_id": one.call_id, "tier": one.tier, "title": one.title,
            "applicant": who.name, "applicant_email": who.email, "project_id": one.project_id,
            "unit": programme.unit, "asked": one.asked, "submitted_at": _when(one.submitted_at),
        }  # fmt: skip
        if not alone and one.applicant_id != actor.user_id:
            scored = [review.scores or {} for review in assignments_of(db, one.id) if review.state == "scored"]
            score = panel_score(programme.terms.rubric, scored)
            row |= {"reviews": score.reviews, "score_percent": percent(score.score) if score.score is not None else ""}
        decision = decision_of(db, one.id)
        if decision is not None:
            row |= {
                "outcome": decision.outcome, "amount": decision.amount, "days": decision.days,
                "decided_at": _when(decision.decided_at), "accepted_at": _when(decision.accepted_at),
            }  # fmt: skip
        yield row


def _when(at_ns: int | None) -> str | None:
    return None if at_ns is None else isoformat(at_ns)
