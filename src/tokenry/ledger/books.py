"""The books: every account, hold, award, pool, budget, price and milestone there is, and why a record is refused.

What changes them is in `transfers`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import msgspec

from tokenry.ledger.awards import Award
from tokenry.ledger.budgets import Budget
from tokenry.ledger.milestones import Milestone
from tokenry.ledger.model import Account, Hold, Mark, Unit
from tokenry.ledger.pools import Pool, Share, pool_account
from tokenry.ledger.prices import PriceVersion

ISSUANCE = "issuance"
EXPIRED = "expired"
TOKENS_ISSUANCE = "tokens:issuance"
TOKENS_EXPIRED = "tokens:expired"
LIMITS_SOURCE = "limits:source"
LIMITS_USED = "limits:used"
LIMITS_LAPSED = "limits:lapsed"


class Reason(Enum):
    """Why a record was refused."""

    NO_ACCOUNT = "no such account"
    EXISTS = "it exists already"
    BAD_AMOUNT = "the amount is not between 0 and 2^63 - 1"
    SAME_ACCOUNT = "an account cannot pay itself"
    OTHER_LEDGER = "the two accounts stand in different ledgers"
    EXCEEDS = "posted plus asked exceeds what was credited"
    HELD = "other requests' holds stand in the way"
    NOT_HELD = "there is no such hold"
    ABOVE_HOLD = "more would be posted than was held"
    NOT_EMPTY = "the account has pending amounts or something left"
    NOT_REACHED = "the organization has not used so many tokens"
    OTHER_TERMS = "its unit and its weights never change"


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that changed nothing, and the account that stood in its way."""

    reason: Reason
    account: str


class OpenHold(msgspec.Struct):
    """A hold that has not ended, and its last checkpoint."""

    hold: Hold
    mark: Mark | None = None


@dataclass(slots=True)
class Books:
    """The state that all records fold into."""

    accounts: dict[str, Account] = field(default_factory=dict)
    holds: dict[str, OpenHold] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    awards: dict[str, Award] = field(default_factory=dict)
    pools: dict[str, Pool] = field(default_factory=dict)
    shares: dict[str, Share] = field(default_factory=dict)  # account of an award or a pool -> what was moved
    budgets: dict[str, Budget] = field(default_factory=dict)
    prices: list[PriceVersion] = field(default_factory=list)
    tokens: dict[str, int] = field(default_factory=dict)  # organization id -> tokens of all its settled requests
    milestones: dict[tuple[str, int], Milestone] = field(default_factory=dict)  # (organization id, threshold) -> when
    awards_of: dict[str, list[Award]] = field(default_factory=dict)  # project id -> in draw order
    budgets_of: dict[tuple[str, str], list[Budget]] = field(default_factory=dict)  # (scope, scope id) -> budgets
    decrees: int = field(default=0, compare=False)  # changes of awards, budgets and prices; what rests on them is old

    @classmethod
    def empty(cls) -> Books:
        """Books with the house's own accounts and nothing in them."""
        books = cls()
        for name, unit, kind in (
            (ISSUANCE, Unit.CREDIT, "issuance"),
            (EXPIRED, Unit.CREDIT, "expired"),
            (TOKENS_ISSUANCE, Unit.TOKENS, "issuance"),
            (TOKENS_EXPIRED, Unit.TOKENS, "expired"),
            (LIMITS_SOURCE, Unit.LIMITS, "issuance"),
            (LIMITS_USED, Unit.LIMITS, "used"),
            (LIMITS_LAPSED, Unit.LIMITS, "lapsed"),
        ):
            books.accounts[name] = Account(name, unit, kind, "house", limited=False)
        return books

    def version(self, version_id: str | None) -> PriceVersion | None:
        """The price version with this id; the newest come first because they are asked for most."""
        for version in reversed(self.prices):
            if version.id == version_id:
                return version
        return None

    def source_of(self, award: Award) -> str:
        """The account that an award's units come from."""
        return issuance_of(award.unit) if award.pool is None else pool_account(award.pool)

    def return_of(self, award: Award) -> str:
        """The account that what is left of an award goes to when its time is over, or it is closed."""
        return expired_of(award.unit) if award.pool is None else pool_account(award.pool)

    def share(self, account: str) -> Share:
        """What was moved into an award or a pool, and out of it."""
        return self.shares.get(account) or Share()


def issuance_of(unit: Unit) -> str:
    """Where the units of a ledger come from."""
    return TOKENS_ISSUANCE if unit is Unit.TOKENS else ISSUANCE


def expired_of(unit: Unit) -> str:
    """Where units go whose time is over."""
    return TOKENS_EXPIRED if unit is Unit.TOKENS else EXPIRED
