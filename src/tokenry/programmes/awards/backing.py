"""What stands behind a programme's pool, and what is promised of it: what an award of it would mean now. Blocks."""

from __future__ import annotations

from tokenry.base.errors import InvalidRequest
from tokenry.programmes.awards.supply import Asked, Supply, supply
from tokenry.programmes.calls.programmes import Programme
from tokenry.programmes.office import Office
from tokenry.programmes.pools import amount_in_words, written_and_not_granted
from tokenry.programmes.promises import promised

DAYS = 365  # of an award whose length nobody said


class ReasonMissing(InvalidRequest):
    """More would be promised than the policy allows, and nobody says why."""

    code = "reason_missing"


def supply_of(office: Office, programme: Programme, amount: int, days: int = DAYS) -> Supply:
    """What an award of so many units means, beside all that the pool has promised and that is not used yet."""
    with office.desk.db.read() as connection:
        waiting = promised(connection, programme.id, office.clock.now_ns())
        waiting += written_and_not_granted(office, connection, programme.id)
    outstanding = waiting + outstanding_of(office, programme.pool_id)
    asked = Asked(programme.unit, amount, days, outstanding, office.clock.now_ns())
    return supply(programme.terms.backing, asked)


def outstanding_of(office: Office, pool_id: str) -> int:
    """Units of a pool's awards that were granted or committed, and that nobody has used yet."""
    ledger, found = office.ledger, 0
    for award in list(ledger.books.awards.values()):
        if award.pool == pool_id and award.state != "closed":
            stands = ledger.balance(award.id)
            found += stands.left + stands.held + stands.committed
    return found


def refuse_too_much(programme: Programme, meant: Supply, reason: str | None) -> None:
    """Say no to a promise above the policy's ratio for which nobody gives a reason. Raises ReasonMissing."""
    if meant.exceeds(programme.terms.ratio_max_percent) and not (reason or "").strip():
        raise ReasonMissing(
            f"with these {amount_in_words(meant.unit, meant.amount)}, {meant.ratio_percent} % of what the pool can "
            f"deliver within {meant.days} days is promised, and the programme's policy is "
            f"{programme.terms.ratio_max_percent} %: say why it is done all the same (`reason`), or award less",
            param="reason",
        )
