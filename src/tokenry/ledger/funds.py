"""Whose money a request takes: which accounts it holds on, and how its charge falls on them at the end.

Pure functions over the books; what they return is a record that `transfers.apply` accepts as the books stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from tokenry.ledger.allowances import own_budget
from tokenry.ledger.awards import Award
from tokenry.ledger.books import LIMITS_USED, Books, Reason, Refused
from tokenry.ledger.budgets import EVERYBODY, Budget
from tokenry.ledger.model import Hold, Leg, Unit
from tokenry.ledger.receipts import Facts

OVERRUN = "writeoff:overrun"


def revenue_account(model: str) -> str:
    """The account that earns what requests for a model pay."""
    return f"revenue:{model}"


class Division(msgspec.Struct, frozen=True, gc=False):
    """How a charge falls: per leg of the hold, beyond it, and what nobody could pay."""

    posts: tuple[int, ...]
    extra: tuple[Leg, ...]
    charged: int
    writeoff: int


def budgets_on(books: Books, facts: Facts) -> list[Budget]:
    """The open budgets that a request counts against, from the widest scope to the narrowest.

    Among them, for each default, the user's own budget as it ought to be; whether the books hold it so already is for
    the caller to see to.
    """
    look_up = books.budgets_of.get
    found: list[Budget] = []
    for scope in (
        ("organization", facts.organization_id),
        ("project", facts.project_id),
        *[("group", group_id) for group_id in facts.group_ids],
    ):
        found += [budget for budget in look_up(scope, ()) if _counts(budget, facts)]
    if facts.user_id is not None:
        for default in look_up(("user", EVERYBODY), ()):
            if _counts(default, facts):
                found.append(own_budget(books.budgets, default, facts.user_id, facts.group_ids))
        found += [budget for budget in look_up(("user", facts.user_id), ()) if _counts(budget, facts)]
    found += [budget for budget in look_up(("key", facts.key_id), ()) if _counts(budget, facts)]
    return found


def _counts(budget: Budget, facts: Facts) -> bool:
    return budget.covers(facts.model) and budget.organization_id in (None, facts.organization_id)


def awards_for(books: Books, facts: Facts, at: int) -> list[Award]:
    """The awards a request may draw on at the instant `at`, in draw order."""
    return [a for a in books.awards_of.get(facts.project_id, ()) if a.allows(at, facts)]


def chain(
    books: Books, facts: Facts, amount: int, awards: Sequence[Award], windows: Iterable[str]
) -> tuple[Leg, ...] | Refused:
    """The legs that hold `amount` nano-USD on every account of a request's chain, or what stands in the way.

    A refusal for good (EXCEEDS) on any account goes before one that may pass (HELD). Nothing to hold gives no legs.

    Args:
        awards: what the request may draw on, in draw order (`awards_for`).
        windows: the accounts of its budgets' present windows; they must exist in the books.
    """
    legs = _award_legs(books, facts, amount, awards)
    held = None
    if isinstance(legs, Refused):
        if legs.reason is not Reason.HELD:
            return legs
        held, legs = legs, []
    for name in windows:
        account = books.accounts[name]
        if account.limited and amount > account.available:
            if amount > account.unspent:
                return Refused(Reason.EXCEEDS, name)
            held = held or Refused(Reason.HELD, name)
        legs.append(Leg(name, LIMITS_USED, amount))
    return held or (tuple(legs) if amount else ())


def _award_legs(books: Books, facts: Facts, amount: int, awards: Sequence[Award]) -> list[Leg] | Refused:
    if not awards:
        return Refused(Reason.NO_ACCOUNT, f"project:{facts.project_id}")
    revenue = revenue_account(facts.model)
    first = books.accounts[awards[0].account]
    if amount <= first.available:
        return [Leg(first.id, revenue, amount)]
    legs: list[Leg] = []
    left, unspent = amount, 0
    for award in awards:
        account = books.accounts[award.account]
        unspent += account.unspent
        take = min(left, account.available)
        if take > 0:
            legs.append(Leg(account.id, revenue, take))
            left -= take
    if left == 0:
        return legs
    if unspent < amount:
        return Refused(Reason.EXCEEDS, first.id)
    busy = next(a.account for a in awards if books.accounts[a.account].debits_pending)
    return Refused(Reason.HELD, busy)


def divide(books: Books, hold: Hold, charge: int, at: int) -> Division:
    """How a charge falls on a hold: award legs in draw order, every budget in full, the excess on what is available.

    A charge above the hold takes what awards and hard budgets of the chain still allow; the rest is the house's
    (`writeoff:overrun`).
    """
    posts: list[int] = []
    left = charge
    held = 0
    for leg in hold.legs:
        if books.accounts[leg.debit].unit is Unit.LIMITS:
            posts.append(min(charge, leg.amount))
            continue
        take = min(left, leg.amount)
        posts.append(take)
        left -= take
        held += leg.amount
    if left == 0:
        return Division(tuple(posts), (), charge, 0)
    extra, paid = _excess(books, hold, left, at)
    return Division(tuple(posts), extra, held + paid, left - paid)


def _excess(books: Books, hold: Hold, excess: int, at: int) -> tuple[tuple[Leg, ...], int]:
    """Single transfers for a charge above the hold, and how much of it the customer's accounts pay."""
    limits = [leg.debit for leg in hold.legs if books.accounts[leg.debit].unit == Unit.LIMITS]
    allowed = excess
    for name in limits:
        account = books.accounts[name]
        if account.limited:
            # The hold is posted in full, so what it took stays taken; only the rest is available.
            allowed = min(allowed, max(0, account.available))
    revenue = revenue_account(hold.facts.model)
    extra: list[Leg] = []
    left = allowed
    for award in awards_for(books, hold.facts, at):
        take = min(left, books.accounts[award.account].available)
        if take > 0:
            extra.append(Leg(award.account, revenue, take))
            left -= take
    paid = allowed - left
    if paid:
        extra.extend([Leg(name, LIMITS_USED, paid) for name in limits])
    if excess > paid:
        extra.append(Leg(OVERRUN, revenue, excess - paid))
    return tuple(extra), paid
