"""How a charge falls on what a request held: on awards in draw order, on every budget, the excess on what is available.

Pure. A request may be paid by awards of dollars and of tokens together. What is left to be paid is then a fraction of
it, kept exactly: an award of tokens needs that fraction of the tokens that it alone would draw, one of dollars that of
the price, each rounded up. Since no usage within the bounds exceeds what was held, no post exceeds its hold.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import msgspec

from tokenry.ledger.books import LIMITS_USED, Books
from tokenry.ledger.funds import awards_for
from tokenry.ledger.house_accounts import (
    LOW_PRIORITY,
    OVERRUN,
    TOKENS_LOW_PRIORITY,
    TOKENS_OVERRUN,
    revenue_account,
    served_account,
)
from tokenry.ledger.model import Hold, Leg, Unit
from tokenry.ledger.receipts import Usage
from tokenry.ledger.units import CREDIT, LIMITS, TOKENS, drawn


class Division(msgspec.Struct, frozen=True, gc=False):
    """How a charge falls: per leg of the hold, beyond it, and what nobody could pay.

    The price is `charged` + `covered` + `writeoff` nano-USD: paid in dollars, paid for by `tokens` of awards of
    tokens, and borne by the house. `writeoff_tokens` is what it bore of a model without a price.
    """

    posts: tuple[int, ...]
    extra: tuple[Leg, ...]
    charged: int
    writeoff: int
    tokens: int = 0
    covered: int = 0
    writeoff_tokens: int = 0


def divide(books: Books, hold: Hold, price: int | None, usage: Usage, at: int) -> Division:
    """How a request is paid for.

    A price above the hold takes what awards and hard budgets of the chain still allow; the rest is the house's.

    Args:
        price: of the usage, in nano-USD; None when its model has none.
        at: the instant, for what awards may be drawn on beyond the hold.
    """
    legs = hold.legs
    if legs and price is not None:
        first, accounts = legs[0], books.accounts
        account = accounts[first.debit]
        if account.unit is CREDIT:
            if price <= first.amount and account.limited:
                posts = [min(price, leg.amount) if accounts[leg.debit].unit is LIMITS else 0 for leg in legs]
                posts[0] = price
                return Division(tuple(posts), (), price, 0)
        elif account.unit is TOKENS:
            tokens = drawn(usage, books.awards[account.owner].weights)
            if tokens <= first.amount and (len(legs) == 1 or price <= legs[-1].amount):
                posts = [min(price, leg.amount) if accounts[leg.debit].unit is LIMITS else 0 for leg in legs]
                posts[0] = tokens
                return Division(tuple(posts), (), 0, 0, tokens, price)
    if not legs and price is None:
        return Division((), (), 0, 0)  # free, for want of a price
    return _Paying(books, hold, price, usage).divide(at)


class _Paying:
    """One request, paid for leg by leg."""

    def __init__(self, books: Books, hold: Hold, price: int | None, usage: Usage) -> None:
        self.books = books
        self.hold = hold
        self.price = price
        self.usage = usage
        self.paid = {CREDIT: 0, TOKENS: 0}
        self.house = any(leg.debit == LOW_PRIORITY for leg in hold.legs)  # pays, on purpose, what awards cannot
        self.most = self._most()
        self.left = self.most  # of the request, as a fraction of it

    def divide(self, at: int) -> Division:
        """Its legs, then what is available beside them, then the house."""
        takes = [self._take(leg.debit, leg.amount) for leg in self.hold.legs]
        extra: list[Leg] = []
        if self.left:
            for award in awards_for(self.books, self.hold.facts, at):
                take = self._take(award.account, self.books.accounts[award.account].available)
                if take:
                    extra.append(Leg(award.account, self._payee(Unit(award.unit)), take))
        unpaid = 1 - self.most + self.left
        if self.price is None:
            return self._unpriced(takes, extra, ceil(unpaid * self.usage.total_tokens))
        writeoff = ceil(unpaid * self.price)
        counted = self.price - writeoff
        posts = [take or self._counts(leg, counted) for leg, take in zip(self.hold.legs, takes, strict=True)]
        extra += [
            Leg(leg.debit, LIMITS_USED, counted - leg.amount)
            for leg in self.hold.legs
            if self._unit(leg.debit) is LIMITS and counted > leg.amount
        ]
        above = writeoff
        for place, leg in enumerate(self.hold.legs):
            if leg.debit == LOW_PRIORITY:
                posts[place] = min(writeoff, leg.amount)
                above -= posts[place]
        if above:
            extra.append(Leg(LOW_PRIORITY if self.house else OVERRUN, self._payee(CREDIT), above))
        charged, tokens = self.paid[CREDIT], self.paid[TOKENS]
        return Division(tuple(posts), tuple(extra), charged, writeoff, tokens, counted - charged)

    def _unpriced(self, posts: list[int], extra: list[Leg], unpaid: int) -> Division:
        if unpaid:
            bears = TOKENS_LOW_PRIORITY if self.house else TOKENS_OVERRUN
            extra.append(Leg(bears, self._payee(TOKENS), unpaid))
        tokens = self.paid[TOKENS]
        return Division(tuple(posts), tuple(extra), 0, 0, tokens, 0, unpaid)

    def _most(self) -> Fraction | int:
        """The part of the price that hard budgets let anybody pay: what they hold for it, and have available."""
        price = self.price or 0
        allowed = price
        for leg in self.hold.legs:
            account = self.books.accounts[leg.debit]
            if account.unit is LIMITS and account.limited:
                allowed = min(allowed, leg.amount + max(0, account.available))
        return Fraction(allowed, price) if allowed < price else 1

    def _take(self, name: str, available: int) -> int:
        """What an account pays of what is left; it is left less."""
        account = self.books.accounts[name]
        if account.unit is LIMITS or name == LOW_PRIORITY or not self.left:
            return 0
        alone = self.price or 0
        if account.unit is TOKENS:
            alone = drawn(self.usage, self.books.awards[account.owner].weights)
        need = ceil(self.left * alone)
        take = min(need, max(0, available))
        self.left = 0 if take == need else self.left - Fraction(take, alone)
        self.paid[account.unit] += take
        return take

    def _counts(self, leg: Leg, counted: int) -> int:
        """What a budget posts of the price; nothing of an account that pays."""
        return min(counted, leg.amount) if self._unit(leg.debit) is LIMITS else 0

    def _unit(self, name: str) -> Unit:
        return self.books.accounts[name].unit

    def _payee(self, unit: Unit) -> str:
        model = self.hold.facts.model
        return served_account(model) if unit is TOKENS else revenue_account(model)
