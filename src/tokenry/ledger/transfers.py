"""The books and the one function that changes them: `apply(books, record)`.

Pure in the sense that matters: no clock, no randomness, no I/O; the same records in the same order give the same books,
and a refused record changes nothing. Simulations and property tests call it by the million.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import msgspec

from tokenry.base.units import AMOUNT_MAX
from tokenry.ledger.awards import Award, draw_order
from tokenry.ledger.budgets import Budget
from tokenry.ledger.milestones import Milestone
from tokenry.ledger.model import (
    Account,
    CloseAccount,
    DefineAward,
    DefineBudget,
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
from tokenry.ledger.prices import PriceVersion

ISSUANCE = "issuance"
EXPIRED = "expired"
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
        _post(books, leg, -posted)
    for leg in settled.extra:
        _post(books, leg, -leg.amount)
    organization_id = hold.facts.organization_id
    for threshold in settled.milestones:
        del books.milestones[organization_id, threshold]
    _count(books, organization_id, -settled.receipt.usage.total_tokens)


def _post(books: Books, leg: Leg, amount: int) -> None:
    books.accounts[leg.debit].debits_posted += amount
    books.accounts[leg.credit].credits_posted += amount


def _blocked(books: Books, leg: Leg) -> Refused | None:
    """Why this leg cannot be taken as things stand, or None."""
    debit = books.accounts.get(leg.debit)
    credit = books.accounts.get(leg.credit)
    if debit is None or credit is None:
        return Refused(Reason.NO_ACCOUNT, leg.debit if debit is None else leg.credit)
    if not 0 <= leg.amount <= AMOUNT_MAX:
        return Refused(Reason.BAD_AMOUNT, leg.debit)
    if debit is credit:
        return Refused(Reason.SAME_ACCOUNT, leg.debit)
    if debit.unit is not credit.unit:
        return Refused(Reason.OTHER_LEDGER, leg.debit)
    if debit.limited and leg.amount > debit.available:
        return Refused(Reason.EXCEEDS if leg.amount > debit.unspent else Reason.HELD, leg.debit)
    return None


def _single(books: Books, legs: Sequence[Leg]) -> Refused | None:
    """Post linked single transfers, all or none."""
    for done, leg in enumerate(legs):
        refused = _blocked(books, leg)
        if refused is not None:
            for back in legs[:done]:
                _post(books, back, -back.amount)
            return refused
        _post(books, leg, leg.amount)
    return None


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
    refused = _single(books, record.legs)
    if refused is None and record.key is not None:
        books.keys.add(record.key)
    return refused


def _hold(books: Books, record: Hold) -> Refused | None:
    if record.id in books.holds:
        return Refused(Reason.EXISTS, record.id)
    accounts = books.accounts
    for done, leg in enumerate(record.legs):
        refused = _blocked(books, leg)
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
    _release(books, legs, record.posts, sign=1)
    refused = _single(books, record.extra)
    if refused is not None:
        _release(books, legs, record.posts, sign=-1)
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


def _release(books: Books, legs: Sequence[Leg], posts: Sequence[int], *, sign: int) -> None:
    """Turn pending legs into posted ones (sign 1) or back (sign -1)."""
    accounts = books.accounts
    for leg, post in zip(legs, posts, strict=True):
        debit, credit = accounts[leg.debit], accounts[leg.credit]
        held, posted = sign * leg.amount, sign * post
        debit.debits_pending -= held
        credit.credits_pending -= held
        debit.debits_posted += posted
        credit.credits_posted += posted


def _define_award(books: Books, record: DefineAward) -> Refused | None:
    award = record.award
    account = books.accounts.get(award.account)
    fresh = account is None
    if fresh:
        books.accounts[award.account] = Account(award.account, Unit.CREDIT, "award", award.id, limited=True)
    refused = _single(books, (Leg(ISSUANCE, award.account, record.amount),))
    if refused is None and books.accounts[award.account].credits_posted > AMOUNT_MAX:
        _post(books, Leg(ISSUANCE, award.account, record.amount), -record.amount)
        refused = Refused(Reason.BAD_AMOUNT, award.account)
    if refused is not None:
        if fresh:
            del books.accounts[award.account]
        return refused
    before = books.awards.get(award.id)
    if before is not None:
        books.awards_of[before.project_id] = [a for a in books.awards_of[before.project_id] if a.id != award.id]
    books.decrees += 1
    books.awards[award.id] = award
    books.awards_of[award.project_id] = draw_order([*books.awards_of.get(award.project_id, ()), award])
    return None


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
    DefineBudget: _define_budget,
    DefinePrices: _define_prices,
}
