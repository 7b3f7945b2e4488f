"""Corrections: what was charged at a wrong price is put right by new transfers; nothing that was written is edited.

Pure. Budgets are left as they stand: they limit spending as it happened. A correction moves money alone: the part of a
request that awards of tokens paid for stays paid, whatever its price, and only the rest is charged anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from tokenry.ledger import prices
from tokenry.ledger.awards import Award
from tokenry.ledger.books import Books
from tokenry.ledger.funds import awards_for
from tokenry.ledger.house_accounts import HOUSE_BEARS, LOW_PRIORITY, OVERRUN, revenue_account
from tokenry.ledger.model import Leg, Move, Settle, Unit
from tokenry.ledger.prices import PriceVersion

CORRECTION = "correction"  # the code of its moves


def correction(books: Books, settled: Settle, before: Sequence[Move], version: PriceVersion, at: int) -> Move | None:
    """The linked transfers after which a request has cost what its usage costs under `version`; None if it has already.

    What is too much goes back first to the house, as far as it bore a part, then to the awards that paid, last payer
    first. What is too little is drawn from awards as a request at the instant `at` would; the rest the house bears.

    Args:
        settled: the request's settlement.
        before: the corrections that this request has had so far.
        version: the prices it should have been charged at.

    Returns:
        A Move filed under the request. Its key counts the corrections, so that asking twice corrects once.
    """
    receipt = settled.receipt
    revenue = revenue_account(receipt.facts.model)
    paid = _paid(books, settled, before)
    over = sum(paid.values()) - _owed(settled, version)
    if over == 0:
        return None
    legs: list[Leg] = []
    if over > 0:
        for payer in [OVERRUN, LOW_PRIORITY, *reversed(paid)]:
            back = min(over, paid.get(payer, 0))
            if back > 0:
                legs.append(Leg(revenue, payer, back))
                paid[payer] -= back
                over -= back
    elif LOW_PRIORITY in paid:
        legs.append(Leg(LOW_PRIORITY, revenue, -over))
    else:
        for award in _dollars_for(books, settled, at):
            take = min(-over, books.accounts[award.account].available)
            if take > 0:
                legs.append(Leg(award.account, revenue, take))
                over += take
        if over < 0:
            legs.append(Leg(OVERRUN, revenue, -over))
    key = f"correction:{receipt.request_id}:{len(before)}"
    return Move(receipt.request_id, tuple(legs), CORRECTION, key, receipt.facts, version.id)


def outstanding(books: Books, settled: Settle, before: Sequence[Move], version: PriceVersion) -> int:
    """Nano-USD that a request should have cost by `version` beyond what was paid for it; below zero, what is too much.

    Args:
        settled: its settlement. before: the corrections that it has had so far.
    """
    return _owed(settled, version) - sum(_paid(books, settled, before).values())


def _owed(settled: Settle, version: PriceVersion) -> int:
    """What dollars and the house should have paid: the part of the new price that awards of tokens did not pay of the
    old one, rounded up."""
    receipt = settled.receipt
    rates = prices.rates_of(version, receipt.facts)
    price = prices.amount(receipt.usage, rates) if rates else 0
    if not (receipt.charge_tokens or receipt.covered or receipt.writeoff_tokens):
        return price
    was = receipt.counted + receipt.writeoff
    return -(-price * (was - receipt.covered) // was) if was else 0


def _dollars_for(books: Books, settled: Settle, at: int) -> list[Award]:
    return [award for award in awards_for(books, settled.receipt.facts, at) if award.unit is Unit.CREDIT]


def _paid(books: Books, settled: Settle, before: Sequence[Move]) -> dict[str, int]:
    """What awards and the house have paid for this usage so far, by account, in the order they first did.

    What the house bore of a crash beyond the last checkpoint is no part of it.
    """
    revenue = revenue_account(settled.receipt.facts.model)
    paid: dict[str, int] = {}
    for line in settled.receipt.accounts:
        if _pays(line.account) and books.accounts[line.account].unit is Unit.CREDIT:
            paid[line.account] = paid.get(line.account, 0) + line.posted
    for leg in (*settled.extra, *[leg for move in before for leg in move.legs]):
        if leg.credit == revenue and _pays(leg.debit):
            paid[leg.debit] = paid.get(leg.debit, 0) + leg.amount
        elif leg.debit == revenue:
            paid[leg.credit] = paid.get(leg.credit, 0) - leg.amount
    return paid


def _pays(account: str) -> bool:
    return account.startswith("award:") or account in HOUSE_BEARS
