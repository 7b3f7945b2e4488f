"""Assignments: who was asked to review what, what they declared, how they scored; what is kept, and how it is found.

What reviewers and officers do with them stands in `reviews`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from tokenry import storage
from tokenry.base.errors import NotFound
from tokenry.programmes.applications.applications import Found, find_application
from tokenry.storage import AppDb, Transaction

table = storage.tables.assignments
applications = storage.tables.applications
AssignmentState = Literal["assigned", "clear", "conflict", "declined", "scored", "removed"]
ACTIVE: Final = frozenset[AssignmentState]({"assigned", "clear", "scored"})
READING: Final = frozenset[AssignmentState]({"clear", "scored"})  # they said that there is no conflict


@dataclass(frozen=True, slots=True)
class Assignment:
    """One person's review of one application. `comment` is for the panel, `words` for the applicant.

    `conflict` is what they declared; `scores` whole points by criterion; `draft` the same as `scores`, `comment` and
    `words` while they are being written, for the reviewer alone. Times are nanoseconds since the epoch.
    """

    id: str
    application_id: str
    reviewer_id: str
    state: AssignmentState
    conflict: str | None
    scores: dict[str, int] | None
    comment: str | None
    words: str | None
    draft: dict[str, Any] | None
    due_at: int
    created_at: int
    changed_at: int


def assignments_within(connection: Transaction, application_id: str) -> list[Assignment]:
    """Of one application, oldest first."""
    query = table.select().where(table.c.application_id == application_id).order_by(table.c.created_at, table.c.id)
    return [Assignment(**row._asdict()) for row in connection.execute(query)]


def assignments_of(db: AppDb, application_id: str) -> list[Assignment]:
    """Of one application, oldest first. Blocks for one read."""
    with db.read() as connection:
        return assignments_within(connection, application_id)


def reviews_of(db: AppDb, organization_id: str, reviewer_id: str) -> list[tuple[Assignment, Found]]:
    """What somebody was asked to review in an organization, the newest first. Blocks for one read."""
    query = table.select().where(table.c.reviewer_id == reviewer_id)
    with db.read() as connection:
        rows = connection.execute(query.order_by(table.c.created_at.desc(), table.c.id.desc())).all()
        found = []
        for row in rows:
            try:
                found.append(
                    (
                        Assignment(**row._asdict()),
                        find_application(connection, organization_id, row.application_id),
                    )
                )
            except NotFound:
                continue  # of another organization that they are in
    return found


def find_assignment(connection: Transaction, organization_id: str, assignment_id: str) -> tuple[Assignment, Found]:
    """One of an organization, with what it is about. Raises NotFound."""
    row = connection.execute(table.select().where(table.c.id == assignment_id)).one_or_none()
    try:
        if row is not None:
            return Assignment(**row._asdict()), find_application(connection, organization_id, row.application_id)
    except NotFound:
        pass
    raise NotFound(f"There is no assignment {assignment_id[:100]!r}.", param="assignment_id")


def put_assignment(connection: Transaction, assignment: Assignment, changes: dict[str, Any], now_ns: int) -> Assignment:
    """Write changes of one."""
    values = {**changes, "changed_at": now_ns}
    connection.execute(table.update().where(table.c.id == assignment.id), values)
    return Assignment(**{name: values.get(name, getattr(assignment, name)) for name in Assignment.__slots__})


def reopen_reviews(connection: Transaction, application_id: str, now_ns: int) -> int:
    """An application came back changed: who scored it is to score it again. How many reviewers it has."""
    active = [one for one in assignments_within(connection, application_id) if one.state in ACTIVE]
    for one in active:
        if one.state == "scored":
            put_assignment(connection, one, {"state": "clear"}, now_ns)
    return len(active)
