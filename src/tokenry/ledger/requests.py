"""The life of one request's money: hold, mark, settle, void; and what is taken back when the disk refused it.

Check and reserve are one synchronous step on the books, which are the authority. What waits for the disk waits on a
future.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import NoReturn

from tokenry.base.errors import Unavailable
from tokenry.base.limits import WAIT_FOR_FUNDS_S
from tokenry.ledger import prices
from tokenry.ledger.books import LIMITS_USED, Reason, Refused
from tokenry.ledger.division import divide
from tokenry.ledger.funds import chain, last_legs
from tokenry.ledger.house_accounts import LOW_PRIORITY, revenue_account
from tokenry.ledger.milestones import reached
from tokenry.ledger.model import Hold, Leg, Mark, Settle, Unit
from tokenry.ledger.receipts import Facts, Held, Receipt, Usage
from tokenry.ledger.refusals import LedgerUnavailable, quota_refusal, unpriced_refusal
from tokenry.ledger.reservation import HOLD_TTL_NS, Ending, LedgerStats, Reservation
from tokenry.ledger.terms import Terms, TermsBook
from tokenry.ledger.transfers import undo_hold
from tokenry.ledger.waiting import NEWCOMER, Blocked, StillBlocked, Waiting
from tokenry.ledger.windows import Windows
from tokenry.ledger.writing import Delivery, Pen, fail, resolve
from tokenry.storage import Answer

_NOT_AT_ONCE = Refused(Reason.HELD, "")  # an award's own rate limits are looked at first


@dataclass(slots=True)
class Requests:
    """The holds of this process that have not ended, and the line of those who wait for one."""

    pen: Pen
    stats: LedgerStats
    thresholds: tuple[int, ...]  # of milestones, in tokens, ascending
    alive: dict[str, Reservation] = field(default_factory=dict)  # neither settled nor undone
    shut: dict[type[Unavailable], str] = field(default_factory=dict)  # why nothing new is held now, in words
    windows: Windows = field(init=False)
    terms: TermsBook = field(init=False)
    _queued: dict[str, Reservation] = field(default_factory=dict)  # holds of which the disk has not spoken yet
    _waiting: Waiting[Reservation] = field(init=False)

    @property
    def in_line(self) -> int:
        return len(self._waiting)

    def __post_init__(self) -> None:
        self.windows = Windows(self.pen, self._unwritten)
        self.terms = TermsBook(self.pen.books, self.windows.adopt)
        self._waiting = Waiting(discard=self.void)

    def hold_now(self, request_id: str, facts: Facts, amount: int) -> Reservation | None:
        """See `Ledger.hold_now`."""
        held = self._try(request_id, facts, amount, NEWCOMER, at_once=True)
        return held if isinstance(held, Reservation) else None

    def hold(self, request_id: str, facts: Facts, amount: int, number: int = NEWCOMER) -> Reservation | Blocked:
        """One attempt at a hold; `number` is the place in the line of those who wait. Raises as `Ledger.hold`."""
        held = self._try(request_id, facts, amount, number)
        if isinstance(held, Refused):
            raise self._refusal(held, facts, amount)
        return held

    def _try(
        self, request_id: str, facts: Facts, amount: int, number: int, *, at_once: bool = False
    ) -> Reservation | Blocked | Refused:
        if self.shut or self.pen.journal.latched is not None:
            self._refuse()
        at = self.pen.clock.now_ns()
        terms = self.terms.of(facts, at, adopt=number == NEWCOMER)
        if at_once and terms.limited:
            return _NOT_AT_ONCE
        legs = self._legs(terms, facts, amount, at, number)
        if not isinstance(legs, tuple):
            return legs
        return self._begin(Hold(request_id, legs, at + HOLD_TTL_NS, facts), terms, at)

    def _refuse(self) -> NoReturn:
        if (latched := self.pen.journal.latched) is not None:
            raise LedgerUnavailable.because(latched)
        kind, words = next(iter(self.shut.items()))
        raise kind(words, headers={"retry-after": "5"})

    def _begin(self, record: Hold, terms: Terms, at: int) -> Reservation:
        reservation = Reservation(record, terms, asyncio.get_running_loop())
        self.pen.write(record, at, Delivery(False, None, None, partial(self._hold_done, reservation)))
        self.alive[record.id] = self._queued[record.id] = reservation
        self.stats.holds += 1
        return reservation

    async def wait(self, blocked: Blocked, request_id: str, facts: Facts, amount: int) -> Reservation:
        """See `Ledger.hold`."""
        self.stats.waits += 1
        try:
            return await self._waiting.wait(blocked, partial(self.hold, request_id, facts, amount), WAIT_FOR_FUNDS_S)
        except StillBlocked as still:
            raise self._refusal(Refused(Reason.HELD, still.by.account), facts, amount) from None

    def mark(self, reservation: Reservation, usage: Usage) -> None:
        """See `Ledger.mark`."""
        if reservation.settled is None and reservation.fate != "undone":
            rates = reservation.terms.rates
            charge = prices.amount(usage, rates) if rates else 0
            depends_on = reservation.id if reservation.fate == "queued" else None
            at = self.pen.clock.now_ns()
            self.pen.write(Mark(reservation.id, charge, usage), at, Delivery(depends_on=depends_on))

    def settle(self, reservation: Reservation, ending: Ending, answer: Answer | None) -> asyncio.Future[Receipt]:
        """See `Ledger.settle`."""
        assert reservation.settled is None, f"request {reservation.id} is settled already"
        future: asyncio.Future[Receipt] = reservation.loop.create_future()
        if reservation.fate == "undone":
            fail(future, LedgerUnavailable("this request's hold could not be written, so nothing was charged"))
            return future
        pen, stats, request_id = self.pen, self.stats, reservation.record.id
        at = pen.clock.now_ns()
        record = self._settlement(reservation, ending, at)
        receipt = record.receipt
        depends_on = request_id if reservation.fate == "queued" else None
        pen.write(record, at, Delivery(True, depends_on, answer, partial(resolve, future, receipt)))
        reservation.settled = record
        del self.alive[request_id]
        stats.count(receipt)
        if reservation.terms.budgets:
            self.windows.watch.touch(reservation.record.legs)
        if self.windows.shrinking or self._waiting:
            self.released(reservation.record.legs)
        return future

    def void(self, reservation: Reservation) -> None:
        """See `Ledger.void`."""
        if reservation.settled is None and reservation.fate != "undone":
            self.settle(reservation, Ending(Usage(), "refused", 0), None)

    def hold_uncharged(self, request_id: str, facts: Facts, amount: int) -> Reservation:
        """See `Ledger.hold_uncharged`."""
        if self.shut or self.pen.journal.latched is not None:
            self._refuse()
        at = self.pen.clock.now_ns()
        terms = self.terms.of(facts, at, adopt=True)
        if terms.rates is None:
            self._refuse_unpriced(facts, terms)
        books = self.pen.books
        windows = [self.windows.current(budget, at).account for budget in terms.budgets]
        for window in windows:
            account = books.accounts[window]
            if account.limited and amount > account.available:
                raise self._refusal(Refused(Reason.EXCEEDS, window), facts, amount)
        house = (Leg(LOW_PRIORITY, revenue_account(facts.model), amount),)
        self.pen.ensure_house(house)
        if terms.served is not None and terms.served not in books.accounts:
            self.pen.ensure_account(terms.served, Unit.TOKENS, "revenue")
        counts = [Leg(window, LIMITS_USED, amount) for window in windows] if amount else []
        legs = (*last_legs(books, facts, amount, terms.awards), *house, *counts)
        record = Hold(request_id, legs, at + HOLD_TTL_NS, facts)
        return self._begin(record, terms, at)

    def released(self, legs: Iterable[Leg]) -> None:
        """These accounts may have room again: for a lowered limit first, then for those who wait."""
        if not (self.windows.shrinking or self._waiting):
            return
        accounts = [leg.debit for leg in legs]
        self.windows.released(accounts, self.pen.clock.now_ns())
        if self._waiting:
            for lane in dict.fromkeys([lane for name in accounts for lane in self._lanes(name)]):
                self._waiting.release(lane)

    # --- one attempt -----------------------------------------------------------------------------------------------

    def _legs(
        self, terms: Terms, facts: Facts, amount: int, at: int, number: int
    ) -> tuple[Leg, ...] | Blocked | Refused:
        books = self.pen.books
        if terms.rates is None:
            self._refuse_unpriced(facts, terms)
            if terms.served is None:
                return ()
            amount = 0
        elif terms.revenue not in books.accounts:
            self.pen.ensure_account(terms.revenue, Unit.CREDIT, "revenue")
        if terms.served is not None and terms.served not in books.accounts:
            self.pen.ensure_account(terms.served, Unit.TOKENS, "revenue")
        windows = [self.windows.current(budget, at).account for budget in terms.budgets]
        legs = chain(books, facts, amount, terms.awards, windows)
        if isinstance(legs, Refused):
            if legs.reason is not Reason.HELD:
                return legs
            return Blocked(books.accounts[legs.account].owner, legs.account)
        if self._waiting:
            return self._behind(terms, number) or legs
        return legs

    def _behind(self, terms: Terms, number: int) -> Blocked | None:
        """Whose turn it is before ours, by the lane in which they stand."""
        lane = self._waiting.ahead([*(award.id for award in terms.awards), *(b.id for b in terms.budgets)], number)
        if lane is None:
            return None
        award = next((award for award in terms.awards if award.id == lane), None)
        return Blocked(lane, award.account if award else self.windows.periods[lane].account)

    def _lanes(self, account: str) -> list[str]:
        """The lanes that room on this account can move: its own; of an award, those of all awards of its project."""
        books = self.pen.books
        if account not in books.accounts:
            return []
        owner = books.accounts[account].owner
        award = books.awards.get(owner)
        return [owner] if award is None else [other.id for other in books.awards_of[award.project_id]]

    def _refusal(self, refused: Refused, facts: Facts, amount: int) -> Exception:
        self.stats.refusals += 1
        return quota_refusal(self.pen.books, refused, facts, amount, self.windows.periods)

    def _refuse_unpriced(self, facts: Facts, terms: Terms) -> None:
        hard = next((budget for budget in terms.budgets if budget.hard), None)
        if hard is not None:
            self.stats.refusals += 1
            raise unpriced_refusal(facts, hard)

    # --- what the disk said ----------------------------------------------------------------------------------------

    def _hold_done(self, reservation: Reservation, error: Exception | None) -> None:
        del self._queued[reservation.id]
        if error is None:
            reservation.decided(None)
            return
        undo_hold(self.pen.books, reservation.record, reservation.settled)
        self.alive.pop(reservation.id, None)
        self.stats.undone += 1
        self.stats.holds -= 1
        if reservation.settled is not None:
            self.stats.count(reservation.settled.receipt, -1)
        reservation.decided(LedgerUnavailable.because(error))
        if reservation.lost is not None:
            reservation.lost()
        self.released(reservation.record.legs)

    def _unwritten(self, account: str) -> bool:
        return any(leg.debit == account for held in self._queued.values() for leg in held.record.legs)

    # --- the end -----------------------------------------------------------------------------------------------

    def _settlement(self, reservation: Reservation, ending: Ending, at: int) -> Settle:
        terms, hold, usage = reservation.terms, reservation.record, ending.usage
        facts, cost_rates = hold.facts, terms.cost_rates
        lines = prices.lines(usage, terms.rates) if terms.rates else ()
        price = sum([line.amount for line in lines]) if terms.rates else None
        share = divide(self.pen.books, hold, price, usage, at)
        if share.extra:
            self.pen.ensure_house(share.extra)
        receipt = Receipt(
            request_id=hold.id,
            at=at,
            facts=facts,
            outcome=ending.outcome,
            status=ending.status,
            deployment=ending.deployment,
            attempts=ending.attempts,
            usage=usage,
            lines=lines,
            charge=share.charged,
            writeoff=share.writeoff,
            cost=prices.amount(usage, cost_rates) if cost_rates else None,
            accounts=tuple([Held(leg.debit, leg.amount, p) for leg, p in zip(hold.legs, share.posts, strict=True)]),
            ttft_ms=ending.ttft_ms,
            duration_ms=ending.duration_ms,
            estimated=ending.estimated,
            seen_by=ending.seen_by,
            charge_tokens=share.tokens,
            covered=share.covered,
            writeoff_tokens=share.writeoff_tokens,
            in_tokens=tuple([leg.debit for leg in hold.legs if leg.debit in terms.tokens]) if terms.tokens else (),
        )
        return Settle(hold.id, share.posts, share.extra, receipt, self._milestones(facts.organization_id, usage))

    def _milestones(self, organization_id: str, usage: Usage) -> tuple[int, ...]:
        books = self.pen.books
        tokens = books.tokens.get(organization_id, 0) + usage.total_tokens
        if not reached(organization_id, tokens, books.milestones, self.thresholds):
            return ()
        # A settlement that is kept must not rest on tokens that may yet be dropped with their holds.
        for other in self._queued.values():
            if other.settled is not None and other.facts.organization_id == organization_id:
                tokens -= other.settled.receipt.usage.total_tokens
        return reached(organization_id, tokens, books.milestones, self.thresholds)
