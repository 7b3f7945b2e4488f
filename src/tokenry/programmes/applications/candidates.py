"""Who could be asked to review an application: everybody whose role lets them, with what speaks against it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tokenry.access import Actor
from tokenry.programmes.applications.applications import find_application
from tokenry.programmes.applications.conflicts import conflict_of
from tokenry.programmes.applications.reviewing import ACTIVE, applications, assignments_within, table
from tokenry.programmes.calls.audience import members
from tokenry.programmes.office import Office
from tokenry.storage import Transaction


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may review. `refusal`: why not this application, None = they can be asked.

    `waiting`: how many reviews of theirs are asked for and not written yet.
    """

    user_id: str
    waiting: int
    refusal: str | None


def candidates(office: Office, by: Actor, application_id: str) -> list[Candidate]:
    """Those who can be asked first, the least busy before others. Raises NotFound. Blocks for one read."""
    roster = office.people.roster
    with office.desk.db.read() as connection:
        application = find_application(connection, by.organization_id, application_id).application
        here = {one.reviewer_id: one for one in assignments_within(connection, application_id)}
        waiting = _waiting(connection, by.organization_id)
    found = []
    for user_id in members(roster, by.organization_id, "reviews.write"):
        refusal, one = conflict_of(roster, user_id, application), here.get(user_id)
        if one is not None and one.conflict is not None:
            refusal = "they declared a conflict of interest"
        elif one is not None and one.state in ACTIVE:
            refusal = "they review it already"
        found.append(Candidate(user_id, waiting[user_id], refusal))
    return sorted(found, key=lambda one: (one.refusal is not None, one.waiting, one.user_id))


def _waiting(connection: Transaction, organization_id: str) -> Counter[str]:
    query = table.join(applications, applications.c.id == table.c.application_id).select()
    query = query.with_only_columns(table.c.reviewer_id).where(
        applications.c.organization_id == organization_id,
        applications.c.state == "under_review",
        table.c.state.in_(("assigned", "clear")),
    )
    return Counter(row.reviewer_id for row in connection.execute(query))
