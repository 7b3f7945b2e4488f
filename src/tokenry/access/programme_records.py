"""What award programmes hold of a person: had with their export, and taken out by their erasure.

Applications and what is said of them are texts of people about people, and go. What a decision rests on in numbers and
terms stays: scores without their author's words, amounts, the terms that an award was accepted by.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokenry import storage
from tokenry.base.ids import new_id
from tokenry.storage import Transaction

tables = storage.tables
KINDS: Final[Mapping[str, str]] = {
    "applications": "applications to award programmes that they wrote",
    "application_steps": "what happened to these, and steps that they took in others",
    "decisions": "what was decided on their applications; not what the panel noted for itself",
    "reviews": "reviews that they were asked for, with what they declared and wrote",
    "awards": "awards that were made to them",
    "award_steps": "what they did about awards",
    "award_reports": "reports that they handed in",
    "amendments": "changes of awards that they asked for",
}
STAYS: Final[Mapping[str, str]] = {
    "applications, awards": "ids, tiers, amounts, states and the terms that were accepted: awards rest on them; an "
    "award is called as its application was, in the ledger too",
    "reviews": "scores, and the words that they gave to applicants: decisions rest on them; they bear no name",
}
_OPEN: Final = ("draft", "submitted", "under_review", "returned", "waitlisted", "approved")
_OF_PANEL: Final = frozenset({"panel_note", "override", "supply", "decided_by"})

Rows = list[dict[str, Any]]


def gather_programmes(connection: Transaction, user_id: str, organization_id: str | None) -> dict[str, Rows]:
    """Rows by kind, all of KINDS, of one organization or (None) of all."""

    def rows(table: Any, fits: Any, *, unless: frozenset[str] = frozenset()) -> Rows:
        found = [row._asdict() for row in connection.execute(table.select()) if fits(row)]
        return [{name: value for name, value in row.items() if name not in unless} for row in found]

    def is_here(row: Any) -> bool:
        return organization_id in {None, row.organization_id}

    places = {row.id for row in connection.execute(tables.applications.select()) if is_here(row)}
    held = {row.id for row in connection.execute(tables.awards.select()) if is_here(row)}
    applications = rows(tables.applications, lambda row: row.id in places and row.applicant_id == user_id)
    own = {row["id"] for row in applications}
    return {
        "applications": applications,
        "application_steps": [
            row if user_id == row["actor_id"] else row | {"actor_id": None}
            for row in rows(
                tables.application_steps,
                lambda row: row.application_id in own or (row.application_id in places and row.actor_id == user_id),
            )
        ],
        "decisions": rows(tables.decisions, lambda row: row.application_id in own, unless=_OF_PANEL),
        "reviews": rows(tables.assignments, lambda row: row.application_id in places and row.reviewer_id == user_id),
        "awards": rows(tables.awards, lambda row: row.id in held and row.awardee_id == user_id),
        "award_steps": rows(tables.award_steps, lambda row: row.award_id in held and row.actor_id == user_id),
        "award_reports": rows(tables.award_reports, lambda row: row.award_id in held and row.submitted_by == user_id),
        "amendments": rows(tables.amendments, lambda row: row.award_id in held and row.asked_by == user_id),
    }


def erase_from_programmes(connection: Transaction, user_id: str, blank: str, now_ns: int) -> dict[str, int]:
    """Take a person's texts, and texts about them, out of programmes; how many rows of each kind were changed.

    Args:
        blank: what stands where a text must stand.
    """
    applications, assignments = tables.applications, tables.assignments
    mine = connection.execute(applications.select().where(applications.c.applicant_id == user_id)).all()
    for row in mine:
        _erase_application(connection, row, user_id, (blank, now_ns))
    reviews = connection.execute(assignments.select().where(assignments.c.reviewer_id == user_id)).all()
    for row in reviews:
        values: dict[str, Any] = {
            "comment": None, "draft": None, "conflict": None if row.conflict is None else blank,
            "state": "removed" if row.state in {"assigned", "clear"} else row.state,
        }  # fmt: skip
        connection.execute(assignments.update().where(assignments.c.id == row.id), values)
    counted = {"applications": len(mine), "reviews": len(reviews)}
    texts: tuple[tuple[str, Any, str, dict[str, Any]], ...] = (
        ("words of steps", tables.application_steps, "actor_id", {"words": None}),
        ("words about awards", tables.award_steps, "actor_id", {"words": None}),
        ("reports", tables.award_reports, "submitted_by", {"text": blank, "links": None, "words": None}),
        ("wishes for awards", tables.amendments, "asked_by", {"reason": blank, "words": None}),
    )
    for name, table, whose, gone in texts:
        counted[name] = connection.execute(table.update().where(table.c[whose] == user_id), gone).rowcount
    return counted


def _erase_application(connection: Transaction, row: Any, user_id: str, how: tuple[str, int]) -> None:
    """One that is open is withdrawn, so that nobody decides on what is not there any more."""
    blank, now_ns = how
    applications, steps = tables.applications, tables.application_steps
    about = row.id
    is_open = row.state in _OPEN
    values: dict[str, Any] = {"title": blank, "answers": {}, "state": "withdrawn" if is_open else row.state}
    connection.execute(applications.update().where(applications.c.id == about), values)
    connection.execute(steps.update().where(steps.c.application_id == about), {"words": None})
    said = {"comment": None, "words": None, "draft": None}
    connection.execute(tables.assignments.update().where(tables.assignments.c.application_id == about), said)
    said = {"panel_note": None, "words": None}
    connection.execute(tables.decisions.update().where(tables.decisions.c.application_id == about), said)
    if is_open:
        step = {"id": new_id("step", at_ns=now_ns), "application_id": about, "step": "withdraw", "state": "withdrawn"}
        connection.execute(steps.insert(), {**step, "actor_id": user_id, "at": now_ns})
