"""The one function that changes the books: `apply(books, record)`.

Pure in the sense that matters: no clock, no randomness, no I/O; the same records in the same order give the same books,
and a refused record changes nothing. Simulations and property tests call it by the million.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tokenry.base.units import AMOUNT_MAX
from tokenry.ledger.awards import draw_order
from tokenry.ledger.books import Books, OpenHold, Reason, Refused, issuance_of
from tokenry.ledger.budgets import Budget
from tokenry.ledger.milestones import Milestone
from tokenry.ledger.model import (
    Account,
    CloseAccount,
    DefineAward,
    DefineBudget,
    DefinePool,
    DefinePrices,
    Hold,
    Leg,
    Mark,
    Move,
    OpenAccount,
    Record,
    Settle,
    Unit,
)
from tokenry.ledger.postings import blocked, note, open_and_fill, post, release, share, single


def apply(books: Books, record: Record) -> Refused | None:
    """Change the books by one record, or refuse it and change nothing.

    Returns:
        None when it was applied (or had been: a Move whose key is known), else why not.
    """
    return _APPLY[type(record)](books, record)


def undo_hold(books: Books, hold: Hold, settled: Settle | None) -> None:
    """Take back a hold, and its settlement if there was one, whose record never became durable."""
    if settled is None:
        books.holds.pop(hold.id)
        for leg in hold.legs:
            books.accounts[leg.debit].debits_pending -= leg.amount
            books.accounts[leg.credit].credits_pending -= leg.amount
        return
    for leg, posted in zip(hold.legs, settled.posts, strict=True):
        post(books, leg, -posted)
    for leg in settled.extra:
        post(books, leg, -leg.amount)
    organization_id = hold.facts.organization_id
    for threshold in settled.milestones:
        del books.milestones[organization_id, threshold]
    _count(books, organization_id, -settled.receipt.usage.total_tokens)


def _open(books: Books, record: OpenAccount) -> Refused | None:
    if record.account in books.accounts:
        return Refused(Reason.EXISTS, record.account)
    books.accounts[record.account] = Account(
        record.account, Unit(record.unit), record.kind, record.owner, record.limited
    )
    return None


def _close(books: Books, record: CloseAccount) -> Refused | None:
    account = books.accounts.get(record.account)
    if account is None:
        return Refused(Reason.NO_ACCOUNT, record.account)
    if account.debits_pending or account.credits_pending or account.unspent:
        return Refused(Reason.NOT_EMPTY, record.account)
    del books.accounts[record.account]
    return None


def _move(books: Books, record: Move) -> Refused | None:
    if record.key is not None and record.key in books.keys:
        return None
    refused = single(books, record.legs)
    if refused is not None:
        return refused
    _done(books, record.key)
    note(books, record.legs)
    return None


def _hold(books: Books, record: Hold) -> Refused | None:
    if record.id in books.holds:
        return Refused(Reason.EXISTS, record.id)
    accounts = books.accounts
    for done, leg in enumerate(record.legs):
        refused = blocked(books, leg)
        if refused is not None:
            for back in record.legs[:done]:
                accounts[back.debit].debits_pending -= back.amount
                accounts[back.credit].credits_pending -= back.amount
            return refused
        accounts[leg.debit].debits_pending += leg.amount
        accounts[leg.credit].credits_pending += leg.amount
    books.holds[record.id] = OpenHold(record)
    return None


def _mark(books: Books, record: Mark) -> Refused | None:
    held = books.holds.get(record.id)
    if held is None:
        return Refused(Reason.NOT_HELD, record.id)
    held.mark = record
    return None


def _settle(books: Books, record: Settle) -> Refused | None:
    held = books.holds.get(record.id)
    if held is None:
        return Refused(Reason.NOT_HELD, record.id)
    legs = held.hold.legs
    if len(record.posts) != len(legs):
        return Refused(Reason.ABOVE_HOLD, record.id)
    for leg, posted in zip(legs, record.posts, strict=True):
        if not 0 <= posted <= leg.amount:
            return Refused(Reason.ABOVE_HOLD, leg.debit)
    refused = _unreached(books, record) if record.milestones else None
    if refused is not None:
        return refused
    release(books, legs, record.posts, sign=1)
    refused = single(books, record.extra)
    if refused is not None:
        release(books, legs, record.posts, sign=-1)
        return refused
    del books.holds[record.id]
    receipt = record.receipt
    organization_id = held.hold.facts.organization_id
    _count(books, organization_id, receipt.usage.total_tokens)
    for threshold in record.milestones:
        books.milestones[organization_id, threshold] = Milestone(organization_id, threshold, record.id, receipt.at)
    return None


def _unreached(books: Books, record: Settle) -> Refused | None:
    """Why these milestones cannot be filed with this settlement, or None: each is reached, and filed once."""
    organization_id = books.holds[record.id].hold.facts.organization_id
    tokens = books.tokens.get(organization_id, 0) + record.receipt.usage.total_tokens
    for n, threshold in enumerate(record.milestones):
        if (organization_id, threshold) in books.milestones or threshold in record.milestones[:n]:
            return Refused(Reason.EXISTS, f"{organization_id}:{threshold}")
        if tokens < threshold:
            return Refused(Reason.NOT_REACHED, f"{organization_id}:{threshold}")
    return None


def _count(books: Books, organization_id: str, tokens: int) -> None:
    total = books.tokens.get(organization_id, 0) + tokens
    if total:
        books.tokens[organization_id] = total
    else:
        books.tokens.pop(organization_id, None)


def _define_award(books: Books, record: DefineAward) -> Refused | None:
    award, before = record.award, books.awards.get(record.award.id)
    if record.key is not None and record.key in books.keys:
        return None
    if before is not None and (before.unit, before.weights, before.pool) != (award.unit, award.weights, award.pool):
        return Refused(Reason.OTHER_TERMS, award.account)
    legs = [Leg(books.source_of(award), award.account, record.amount)]
    opened = [Account(award.account, Unit(award.unit), "award", award.id, limited=True)]
    if record.committed:
        legs.append(Leg(books.source_of(award), award.committed_account, record.committed))
        opened.append(Account(award.committed_account, Unit(award.unit), "committed", award.id, limited=True))
    refused = open_and_fill(books, opened, legs)
    if refused is not None:
        return refused
    if before is not None:
        books.awards_of[before.project_id] = [a for a in books.awards_of[before.project_id] if a.id != award.id]
    books.decrees += 1
    books.awards[award.id] = award
    books.awards_of[award.project_id] = draw_order([*books.awards_of.get(award.project_id, ()), award])
    _done(books, record.key)
    return None


def _define_pool(books: Books, record: DefinePool) -> Refused | None:
    pool, before = record.pool, books.pools.get(record.pool.id)
    if record.key is not None and record.key in books.keys:
        return None
    if before is not None and (before.unit, before.organization_id) != (pool.unit, pool.organization_id):
        return Refused(Reason.OTHER_TERMS, pool.account)
    source = issuance_of(pool.unit)
    leg = Leg(source, pool.account, record.amount)
    if record.amount < 0:
        leg = Leg(pool.account, source, -record.amount)
    refused = open_and_fill(books, [Account(pool.account, Unit(pool.unit), "pool", pool.id, limited=True)], [leg])
    if refused is not None:
        return refused
    if record.amount:
        share(books, pool.account).issued += record.amount
    books.pools[pool.id] = pool
    _done(books, record.key)
    return None


def _done(books: Books, key: str | None) -> None:
    if key is not None:
        books.keys.add(key)


def _define_budget(books: Books, record: DefineBudget) -> Refused | None:
    budget = record.budget
    if not 0 <= budget.limit <= AMOUNT_MAX:
        return Refused(Reason.BAD_AMOUNT, budget.id)
    before = books.budgets.get(budget.id)
    if before is not None and _is_listed(before):
        books.budgets_of[before.scope, before.scope_id].remove(before)
    books.decrees += 1
    books.budgets[budget.id] = budget
    if _is_listed(budget):
        scope = (budget.scope, budget.scope_id)
        books.budgets_of[scope] = sorted([*books.budgets_of.get(scope, ()), budget], key=lambda b: b.id)
    return None


def _is_listed(budget: Budget) -> bool:
    """Whether requests find it by its scope; what belongs to a default is found by way of that."""
    return not budget.closed and budget.of is None


def _define_prices(books: Books, record: DefinePrices) -> Refused | None:
    if any(version.id == record.version.id for version in books.prices):
        return Refused(Reason.EXISTS, record.version.id)
    books.decrees += 1
    if record.version.instead_of is not None:
        books.prices = [version for version in books.prices if version.id != record.version.instead_of]
    books.prices.append(record.version)
    return None


_APPLY: dict[type[Any], Callable[[Books, Any], Refused | None]] = {
    OpenAccount: _open,
    CloseAccount: _close,
    Move: _move,
    Hold: _hold,
    Mark: _mark,
    Settle: _settle,
    DefineAward: _define_award,
    DefinePool: _define_pool,
    DefineBudget: _define_budget,
    DefinePrices: _define_prices,
}
