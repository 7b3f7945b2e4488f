"""What a programme's pool can still give: what it has left, less what is promised and not in the ledger yet. Blocks."""

from __future__ import annotations

from tokenry import storage
from tokenry.base.errors import Conflict, NotFound
from tokenry.base.units import nano_to_usd
from tokenry.ledger import PoolBalance, Unit
from tokenry.programmes.office import Office
from tokenry.programmes.promises import promised
from tokenry.programmes.terms import UnitName
from tokenry.storage import Transaction

awards = storage.tables.awards


def amount_in_words(unit: UnitName, amount: int) -> str:
    """`1,000,000 tokens`, `$12.50`."""
    return f"{amount:,} tokens" if unit == "tokens" else f"${nano_to_usd(amount)}"


def pool_balance(office: Office, pool_id: str) -> PoolBalance | None:
    """How a pool stands; None = it was never funded."""
    try:
        return office.ledger.pool_balance(pool_id)
    except NotFound:
        return None


def written_and_not_granted(office: Office, connection: Transaction, programme_id: str) -> int:
    """Units of awards that officers made directly, and that stand in app.db and not in the ledger yet."""
    query = awards.select().where(
        awards.c.programme_id == programme_id, awards.c.state == "granting", awards.c.application_id.is_(None)
    )
    known = office.ledger.books.awards
    return sum(row.amount for row in connection.execute(query) if row.id not in known)


def refuse_overdrawn(
    office: Office, connection: Transaction, place: tuple[str, str], wanted: int, *, counted: bool = True
) -> None:
    """Say no when a pool has less than what is wanted now, with all that waits before it.

    Args:
        place: the programme and its pool. wanted: units. counted: they are in `written_and_not_granted` already.

    Raises:
        Conflict: how much there is, and what to do.
    """
    programme_id, pool_id = place
    others = promised(connection, programme_id, office.clock.now_ns())
    others += written_and_not_granted(office, connection, programme_id) - (wanted if counted else 0)
    balance = pool_balance(office, pool_id)  # read last: a grant in between makes it look like less, never like more
    left = 0 if balance is None else balance.left
    if wanted <= left - others:
        return
    beside = f", beside {amount_in_words(unit_of(balance), others)} that are promised to others" if others else ""
    unit = unit_of(balance)
    raise Conflict(
        f"the programme's pool has {amount_in_words(unit, max(0, left - others))} left{beside}, and this takes "
        f"{amount_in_words(unit, wanted)}: raise its cap (tokenry programme change --cap), or award less",
        param="amount",
    )


def unit_of(balance: PoolBalance | None) -> UnitName:
    """What a pool is counted in; tokens when it was never funded."""
    return "usd" if balance is not None and balance.unit is Unit.CREDIT else "tokens"
