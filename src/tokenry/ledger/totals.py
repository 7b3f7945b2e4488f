"""What the accounts of the books come to, in one unit. Pure sums over the columns."""

from __future__ import annotations

from dataclasses import dataclass

from tokenry.ledger.books import Books
from tokenry.ledger.house_accounts import CRASH_HOUSE
from tokenry.ledger.units import Unit

_GIVEN = ("award", "pool", "committed")  # kinds of accounts that hold what was issued and not spent


@dataclass(slots=True)
class Totals:
    """Of one ledger. Sound books have issued what is `known`.

    Args:
        available, pending: of awards, pools and what is promised. spent: what customers paid for requests.
        written_off: the price, or the tokens, that requests used and nobody paid. borne: what calls cost the house.
    """

    issued: int = 0
    available: int = 0
    pending: int = 0
    spent: int = 0
    expired: int = 0
    written_off: int = 0
    borne: int = 0

    @property
    def known(self) -> int:
        """What became of all that was issued."""
        return self.available + self.pending + self.spent + self.expired


def totals(books: Books, unit: Unit) -> Totals:
    """The sums of one ledger."""
    found, earned = Totals(), 0
    for account in books.accounts.values():
        if account.unit is not unit:
            continue
        if account.kind in _GIVEN:
            found.available += account.available
            found.pending += account.debits_pending
        elif account.kind == "issuance":
            found.issued -= account.unspent
        elif account.kind == "expired":
            found.expired += account.unspent
        elif account.kind == "revenue":
            earned += account.unspent
        elif account.kind == "writeoff":
            found.written_off -= account.unspent
        elif account.kind == "house":
            found.borne += account.debits_posted
    crash = books.accounts.get(CRASH_HOUSE)  # the only account of the house that pays into revenue
    found.spent = earned - found.written_off - (crash.debits_posted if crash and unit is Unit.CREDIT else 0)
    return found
