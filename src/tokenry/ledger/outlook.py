"""What awards still have for a request, and what becomes of it when they have nothing. Asked, nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass

from tokenry.base.clock import Clock
from tokenry.ledger.awards import Award
from tokenry.ledger.books import LIMITS_USED, Books, Reason, Refused
from tokenry.ledger.funds import award_legs
from tokenry.ledger.receipts import Facts
from tokenry.ledger.reservation import Reservation
from tokenry.ledger.terms import TermsBook


@dataclass(frozen=True, slots=True)
class Outlook:
    """On the books as they stand now."""

    books: Books
    clock: Clock
    terms: TermsBook

    def remaining(self, reservation: Reservation) -> int | None:
        """See `Ledger.remaining`."""
        accounts, legs = self.books.accounts, reservation.record.legs
        if not legs:
            return None
        terms = self.terms.of(reservation.record.facts, self.clock.now_ns())
        if not terms.dollars:
            return None
        left = sum([accounts[name].available for name in terms.dollars])
        if terms.budgets:
            windows = [accounts[leg.debit] for leg in legs if leg.credit == LIMITS_USED and leg.debit in accounts]
            left = min([left, *(window.available for window in windows if window.limited)])
        return left

    def remaining_tokens(self, reservation: Reservation) -> int | None:
        """See `Ledger.remaining_tokens`."""
        if not reservation.record.legs:
            return None
        names = self.terms.of(reservation.record.facts, self.clock.now_ns()).tokens
        return sum([self.books.accounts[name].available for name in names]) if names else None

    def exhaustion(self, facts: Facts, amount: int) -> Award | None:
        """See `Ledger.exhaustion`."""
        terms = self.terms.of(facts, self.clock.now_ns())
        refused = award_legs(self.books, facts, amount, terms.awards)
        if not isinstance(refused, Refused):
            return None
        award = next((award for award in terms.awards if award.on_exhaustion != "block"), None)
        if award is not None and award.on_exhaustion == "low_priority" and refused.reason is Reason.HELD:
            return None  # the house does not pay for what others of the same awards may give back
        return award

    def draws_first(self, facts: Facts, amount: int) -> Award | None:
        """See `Ledger.draws_first`."""
        books = self.books
        terms = self.terms.of(facts, self.clock.now_ns())
        legs = award_legs(books, facts, amount, terms.awards)
        return None if isinstance(legs, Refused) or not legs else books.awards[books.accounts[legs[0].debit].owner]
