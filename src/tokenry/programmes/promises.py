"""What a pool has promised and not yet given: offers that may still be accepted, and awards that are being made."""

from __future__ import annotations

from tokenry import storage
from tokenry.base.clock import NS_PER_S
from tokenry.programmes.offers import read_offer
from tokenry.storage import Transaction

tables = storage.tables


def promised(connection: Transaction, programme_id: str, now_ns: int) -> int:
    """Units that a programme's pool owes beside what the ledger shows, at an instant.

    An offer counts until its time to be accepted is over, and once it is accepted until the award stands in the ledger.
    """
    applications, decisions, awards = tables.applications, tables.decisions, tables.awards
    made = awards.select().with_only_columns(awards.c.application_id)
    made = made.where(
        awards.c.programme_id == programme_id, awards.c.state != "granting", awards.c.application_id.is_not(None)
    )
    waiting = applications.select().with_only_columns(applications.c.id, applications.c.state)
    waiting = waiting.where(
        applications.c.programme_id == programme_id,
        applications.c.state.in_(("approved", "accepted")),
        applications.c.id.not_in(made),
    )
    states = {row.id: row.state for row in connection.execute(waiting)}
    theirs = waiting.with_only_columns(applications.c.id)
    owed = 0
    for row in connection.execute(decisions.select().where(decisions.c.application_id.in_(theirs))):
        if states[row.application_id] == "accepted" or now_ns <= read_offer(row.terms).accept_by * NS_PER_S:
            owed += row.amount
    return owed
