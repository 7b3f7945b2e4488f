"""The life of one request's money: hold, mark, settle, void; and what is taken back when the disk refused it.

Check and reserve are one synchronous step on the books, which are the authority. What waits for the disk waits on a
future.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from tokenry.base.clock import NS_PER_S
from tokenry.base.limits import WAIT_FOR_FUNDS_S
from tokenry.ledger import prices
from tokenry.ledger.awards import Award
from tokenry.ledger.budgets import Budget
from tokenry.ledger.funds import OVERRUN, awards_for, budgets_on, chain, divide, revenue_account
from tokenry.ledger.milestones import reached
from tokenry.ledger.model import Hold, Leg, Mark, Settle, Unit
from tokenry.ledger.prices import Rates, UnpricedModel
from tokenry.ledger.receipts import Attempt, Facts, Held, Outcome, Receipt, Usage
from tokenry.ledger.refusals import LedgerUnavailable, quota_refusal
from tokenry.ledger.transfers import Reason, Refused, undo_hold
from tokenry.ledger.waiting import NEWCOMER, Blocked, StillBlocked, Waiting
from tokenry.ledger.windows import Windows
from tokenry.ledger.writing import Delivery, Pen, fail, resolve
from tokenry.storage import Answer

HOLD_TTL_NS = 3600 * NS_PER_S


@dataclass(slots=True, eq=False)
class Reservation:
    """A hold in the hands of the request that made it.

    `durable` is done once the hold is on disk, or fails with LedgerUnavailable if it never will be; then the hold is
    gone from the books and `lost` is called, so that the engine call can be aborted. `fate` says the same to those
    who ask.
    """

    record: Hold
    durable: asyncio.Future[None]
    lost: Callable[[], None] | None = None
    settled: Settle | None = None
    fate: Literal["queued", "written", "undone"] = "queued"

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def facts(self) -> Facts:
        return self.record.facts


@dataclass(frozen=True, slots=True)
class Ending:
    """What a request came to, as its receipt will say it."""

    usage: Usage
    outcome: Outcome
    status: int
    deployment: str | None = None
    attempts: tuple[Attempt, ...] = ()
    ttft_ms: int | None = None
    duration_ms: int = 0
    estimated: bool = False
    seen_by: tuple[str, ...] = ()


@dataclass(slots=True)
class LedgerStats:
    """Counters for /metrics since the start of the process. Undone holds and their charges are taken off again."""

    holds: int = 0
    settles: int = 0
    refusals: int = 0
    waits: int = 0
    recovered: int = 0
    undone: int = 0
    charged_nanousd: int = 0
    writeoff_nanousd: int = 0


@dataclass(slots=True)
class Requests:
    """The holds of this process that have not ended, and the line of those who wait for one."""

    pen: Pen
    stats: LedgerStats
    thresholds: tuple[int, ...]  # of milestones, in tokens, ascending
    alive: dict[str, Reservation] = field(default_factory=dict)  # neither settled nor undone
    windows: Windows = field(init=False)
    _queued: dict[str, Reservation] = field(default_factory=dict)  # holds of which the disk has not spoken yet
    _waiting: Waiting[Reservation] = field(init=False)

    def __post_init__(self) -> None:
        self.windows = Windows(self.pen, self._unwritten)
        self._waiting = Waiting(discard=self.void)

    async def hold(self, request_id: str, facts: Facts, amount: int) -> Reservation:
        """See `Ledger.hold`."""
        result = self._try(request_id, facts, amount, NEWCOMER)
        if not isinstance(result, Blocked):
            return result
        self.stats.waits += 1
        try:
            return await self._waiting.wait(result, partial(self._try, request_id, facts, amount), WAIT_FOR_FUNDS_S)
        except StillBlocked as still:
            raise self._refusal(Refused(Reason.HELD, still.by.account), amount) from None

    def mark(self, reservation: Reservation, usage: Usage) -> None:
        """See `Ledger.mark`."""
        if reservation.settled is None and reservation.fate != "undone":
            rates = self._rates(reservation.facts)
            charge = prices.amount(usage, rates) if rates else 0
            depends_on = reservation.id if reservation.fate == "queued" else None
            at = self.pen.clock.now_ns()
            self.pen.write(Mark(reservation.id, charge, usage), at, Delivery(depends_on=depends_on))

    def settle(self, reservation: Reservation, ending: Ending, answer: Answer | None) -> asyncio.Future[Receipt]:
        """See `Ledger.settle`."""
        assert reservation.settled is None, f"request {reservation.id} is settled already"
        future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        if reservation.fate == "undone":
            fail(future, LedgerUnavailable("this request's hold could not be written, so nothing was charged"))
            return future
        at = self.pen.clock.now_ns()
        record = self._settlement(reservation.record, ending, at)
        depends_on = reservation.id if reservation.fate == "queued" else None
        done = partial(resolve, future, record.receipt)
        self.pen.write(record, at, Delivery(True, depends_on, answer, done))
        reservation.settled = record
        self.alive.pop(reservation.id)
        self.stats.settles += 1
        self.stats.charged_nanousd += record.receipt.charge
        self.stats.writeoff_nanousd += record.receipt.writeoff
        self.released(reservation.record.legs)
        return future

    def void(self, reservation: Reservation) -> None:
        """See `Ledger.void`."""
        if reservation.settled is None and reservation.fate != "undone":
            self.settle(reservation, Ending(Usage(), "refused", 0), None)

    def remaining(self, reservation: Reservation) -> int | None:
        """See `Ledger.remaining`."""
        accounts = self.pen.books.accounts
        facts, at = reservation.facts, self.pen.clock.now_ns()
        if not reservation.record.legs:
            return None
        left = sum([accounts[a.account].available for a in awards_for(self.pen.books, facts, at)])
        for leg in reservation.record.legs:
            account = accounts.get(leg.debit)
            if account is not None and account.limited and account.unit == Unit.LIMITS:
                left = min(left, account.available)
        return left

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

    def _try(self, request_id: str, facts: Facts, amount: int, number: int) -> Reservation | Blocked:
        latched = self.pen.journal.latched
        if latched is not None:
            raise LedgerUnavailable.because(latched)
        at = self.pen.clock.now_ns()
        legs = self._legs(facts, amount, at, number)
        if isinstance(legs, Blocked):
            return legs
        record = Hold(request_id, legs, at + HOLD_TTL_NS, facts)
        reservation = Reservation(record, asyncio.get_running_loop().create_future())
        self.pen.write(record, at, Delivery(keep=False, done=partial(self._hold_done, reservation)))
        self.alive[request_id] = self._queued[request_id] = reservation
        self.stats.holds += 1
        return reservation

    def _legs(self, facts: Facts, amount: int, at: int, number: int) -> tuple[Leg, ...] | Blocked:
        books = self.pen.books
        budgets = budgets_on(books, facts)
        if self._rates(facts) is None:
            self._refuse_unpriced(facts, budgets)
            return ()
        self.pen.ensure_account(revenue_account(facts.model), Unit.CREDIT, "revenue")
        awards = awards_for(books, facts, at)
        windows = [self.windows.current(budget, at).account for budget in budgets]
        legs = chain(books, facts, amount, awards, windows)
        if isinstance(legs, Refused):
            if legs.reason is not Reason.HELD:
                raise self._refusal(legs, amount)
            return Blocked(books.accounts[legs.account].owner, legs.account)
        if self._waiting:
            return self._behind(awards, budgets, number) or legs
        return legs

    def _behind(self, awards: list[Award], budgets: list[Budget], number: int) -> Blocked | None:
        """Whose turn it is before ours, by the lane in which they stand."""
        lane = self._waiting.ahead([award.id for award in awards] + [budget.id for budget in budgets], number)
        if lane is None:
            return None
        award = next((award for award in awards if award.id == lane), None)
        return Blocked(lane, award.account if award else self.windows.periods[lane].account)

    def _lanes(self, account: str) -> list[str]:
        """The lanes that room on this account can move: its own; of an award, those of all awards of its project."""
        books = self.pen.books
        if account not in books.accounts:
            return []
        owner = books.accounts[account].owner
        award = books.awards.get(owner)
        return [owner] if award is None else [other.id for other in books.awards_of[award.project_id]]

    def _refusal(self, refused: Refused, amount: int) -> Exception:
        self.stats.refusals += 1
        return quota_refusal(self.pen.books, refused, amount, self.windows.periods)

    def _refuse_unpriced(self, facts: Facts, budgets: list[Budget]) -> None:
        hard = next((budget for budget in budgets if budget.hard), None)
        if hard is not None:
            self.stats.refusals += 1
            raise UnpricedModel(
                f"the model {facts.model!r} has no price, and the {hard.scope} budget {hard.id} "
                f"allows only priced models; give the model a price in tokenry.toml or use a key without a hard budget",
                param="model",
            )

    # --- what the disk said ----------------------------------------------------------------------------------------

    def _hold_done(self, reservation: Reservation, error: Exception | None) -> None:
        del self._queued[reservation.id]
        if error is None:
            reservation.fate = "written"
            if not reservation.durable.done():
                reservation.durable.set_result(None)
            return
        reservation.fate = "undone"
        undo_hold(self.pen.books, reservation.record, reservation.settled)
        self.alive.pop(reservation.id, None)
        self.stats.undone += 1
        self.stats.holds -= 1
        if reservation.settled is not None:
            self.stats.settles -= 1
            self.stats.charged_nanousd -= reservation.settled.receipt.charge
            self.stats.writeoff_nanousd -= reservation.settled.receipt.writeoff
        fail(reservation.durable, LedgerUnavailable.because(error))
        if reservation.lost is not None:
            reservation.lost()
        self.released(reservation.record.legs)

    def _unwritten(self, account: str) -> bool:
        return any(leg.debit == account for held in self._queued.values() for leg in held.record.legs)

    # --- the end -----------------------------------------------------------------------------------------------

    def _rates(self, facts: Facts) -> Rates | None:
        version = self.pen.books.version(facts.price_version)
        return None if version is None else version.prices.get(facts.model)

    def _settlement(self, hold: Hold, ending: Ending, at: int) -> Settle:
        books, facts, usage = self.pen.books, hold.facts, ending.usage
        version = books.version(facts.price_version)
        rates = version.prices.get(facts.model) if version else None
        cost_rates = version.costs.get(facts.model) if version else None
        lines = prices.lines(usage, rates) if rates else ()
        share = divide(books, hold, sum([line.amount for line in lines]), at)
        if share.writeoff:
            self.pen.ensure_account(OVERRUN, Unit.CREDIT, "writeoff")
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
