"""Whose money a request takes: which budgets count it, which awards it may draw on, and what it holds on all of them.

Pure functions over the books; what they return is a record that `transfers.apply` accepts as the books stand. How the
charge falls at the end is in `division`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil

from tokenry.ledger import prices, units
from tokenry.ledger.allowances import own_budget
from tokenry.ledger.awards import Award
from tokenry.ledger.books import LIMITS_USED, Books, Reason, Refused
from tokenry.ledger.budgets import EVERYBODY, Budget
from tokenry.ledger.house_accounts import revenue_account, served_account
from tokenry.ledger.model import Account, Leg
from tokenry.ledger.receipts import Facts
from tokenry.ledger.units import CREDIT, TOKENS


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
    """The awards a request may draw on at the instant `at`, in draw order.

    A model without a price is paid for by awards of tokens alone; one that is priced by the second or the image, by
    awards of dollars alone.
    """
    found = [a for a in books.awards_of.get(facts.project_id, ()) if a.allows(at, facts)]
    rates = prices.rates_of(books.version(facts.price_version), facts)
    if rates is None:
        return [award for award in found if award.unit is TOKENS]
    if rates.more is not None and rates.counts_more_than_tokens:
        return [award for award in found if award.unit is CREDIT]
    return found


def has_tokens(books: Books, project_id: str) -> bool:
    """Whether a project has an award of tokens, in whatever state: then nothing in it is free for want of a price."""
    return any(award.unit is TOKENS for award in books.awards_of.get(project_id, ()))


def whole(award: Award, facts: Facts, amount: int) -> int:
    """What this award alone would hold for all of a request: `amount` nano-USD, or the tokens that it may use."""
    if award.unit is TOKENS:
        return units.bound(facts.input_bound, facts.output_bound, award.weights)
    return amount


def chain(
    books: Books, facts: Facts, amount: int, awards: Sequence[Award], windows: Iterable[str]
) -> tuple[Leg, ...] | Refused:
    """The legs that hold a request on every account of its chain, or what stands in the way.

    Args:
        amount: nano-USD that it costs at most; budgets hold that whoever pays.
        awards: what the request may draw on, in draw order (`awards_for`).
        windows: the accounts of its budgets' present windows; they must exist in the books.
    """
    legs = award_legs(books, facts, amount, awards)
    held = None
    if isinstance(legs, Refused):
        if legs.reason is not Reason.HELD:
            return legs
        held, legs = legs, []
    if amount:
        for name in windows:
            account = books.accounts[name]
            if account.limited and amount > account.available:
                if amount > account.unspent:
                    return Refused(Reason.EXCEEDS, name)
                held = held or Refused(Reason.HELD, name)
            legs.append(Leg(name, LIMITS_USED, amount))
    return held or tuple(legs)


def award_legs(books: Books, facts: Facts, amount: int, awards: Sequence[Award]) -> list[Leg] | Refused:
    """The part of a chain that pays."""
    if not awards:
        return Refused(Reason.NO_ACCOUNT, f"project:{facts.project_id}")
    first = awards[0]
    account = books.accounts[first.account]
    if first.unit is CREDIT:
        if amount <= account.available:
            return [Leg(account.id, revenue_account(facts.model), amount)] if amount else []
    else:
        need = whole(first, facts, amount)
        if need <= account.available:
            return [Leg(account.id, served_account(facts.model), need)] if need else []
    accounts = [books.accounts[award.account] for award in awards]
    legs, enough = _spread(facts, amount, awards, [(one, one.available) for one in accounts])
    if enough:
        return legs
    if not _spread(facts, amount, awards, [(one, one.unspent) for one in accounts])[1]:
        return Refused(Reason.EXCEEDS, account.id)
    return Refused(Reason.HELD, next(one.id for one in accounts if one.debits_pending))


def last_legs(books: Books, facts: Facts, amount: int, awards: Sequence[Award]) -> list[Leg]:
    """What awards that do not suffice for a request still have for it: all of that, in draw order."""
    accounts = [books.accounts[award.account] for award in awards]
    return _spread(facts, amount, awards, [(one, one.available) for one in accounts])[0]


def _spread(
    facts: Facts, amount: int, awards: Sequence[Award], there: Sequence[tuple[Account, int]]
) -> tuple[list[Leg], bool]:
    """What each award pays when each pays as much as is there, in draw order; and whether all of them suffice.

    What is left to be paid is a fraction of the request, kept exactly: awards count it in dollars or in tokens of
    different weights.
    """
    legs: list[Leg] = []
    left: Fraction | int = 1
    for award, (account, available) in zip(awards, there, strict=True):
        alone = whole(award, facts, amount)
        need = ceil(left * alone)
        take = min(need, max(0, available))
        if take:
            legs.append(Leg(account.id, _payee(award, facts), take))
        if take == need:
            return legs, True
        if take:
            left -= Fraction(take, alone)
    return legs, False


def _payee(award: Award, facts: Facts) -> str:
    return served_account(facts.model) if award.unit is TOKENS else revenue_account(facts.model)
