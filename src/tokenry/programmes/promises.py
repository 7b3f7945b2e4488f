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
    waiting = applications.select().where(
        applications.c.programme_id == programme_id, applications.c.state.in_(("approved", "accepted"))
    )
    states = {row.id: row.state for row in connection.execute(waiting)}
    made = {
        row.application_id
        for row in connection.execute(awards.select().where(awards.c.programme_id == programme_id))
        if row.state != "granting"
    }
    owed = 0
    for row in connection.execute(decisions.select().where(decisions.c.outcome == "approve")):
        state = states.get(row.application_id)
        if state is None or row.application_id in made:
            continue
        if state == "accepted" or now_ns <= read_offer(row.terms).accept_by * NS_PER_S:
            owed += row.amount
    return owed
