"""The ledger as the rest of the house sees it: hold, mark, settle, void; awards, budgets, prices; receipts.

Its memory is the authority of the process: every change is applied to the books first, synchronously, and appended to the
journal in the same order. What waits for the disk waits on a future; what the disk refused is taken back exactly.
All methods run on the event loop's thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from tokenry.base.clock import NS_PER_S, Clock
from tokenry.base.limits import WAIT_FOR_FUNDS_S
from tokenry.ledger import prices, recovery
from tokenry.ledger.awards import Award
from tokenry.ledger.budgets import Budget, Period, period
from tokenry.ledger.funds import OVERRUN, awards_for, budgets_on, chain, divide, revenue_account
from tokenry.ledger.model import (
    KIND_OF,
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
    decode,
    encode,
)
from tokenry.ledger.prices import PriceVersion, Rates, UnpricedModel
from tokenry.ledger.receipts import Attempt, Facts, Held, Outcome, Receipt, Usage
from tokenry.ledger.refusals import InsufficientQuota, LedgerUnavailable, quota_refusal
from tokenry.ledger.transfers import (
    EXPIRED,
    LIMITS_LAPSED,
    LIMITS_SOURCE,
    Books,
    Reason,
    Refused,
    apply,
    undo_hold,
)
from tokenry.ledger.waiting import Blocked, Waiting
from tokenry.storage import Answer, Entry, Journal, Row

HOLD_TTL_NS = 3600 * NS_PER_S
SNAPSHOT_EVERY = 100_000  # records; folding as many again takes about a second


@dataclass(slots=True, eq=False)
class Reservation:
    """A hold in the hands of the request that made it.

    `durable` is done once the hold is on disk, or fails with LedgerUnavailable if it never will be; then the hold is gone
    from the books and `lost` is called, so that the engine call can be aborted.
    """

    record: Hold
    durable: asyncio.Future[None]
    lost: Callable[[], None] | None = None
    settled: Settle | None = None

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
    """Counters for /metrics since the start of the process."""

    holds: int = 0
    settles: int = 0
    refusals: int = 0
    waits: int = 0
    recovered: int = 0
    undone: int = 0
    charged_nanousd: int = 0
    writeoff_nanousd: int = 0


@dataclass(slots=True)
class Ledger:
    """Open one with `Ledger.open`."""

    journal: Journal
    clock: Clock
    books: Books
    stats: LedgerStats = field(default_factory=LedgerStats)
    _alive: dict[str, Reservation] = field(default_factory=dict)
    _periods: dict[str, Period] = field(default_factory=dict)
    _windows: dict[str, set[str]] = field(default_factory=dict)  # budget id -> its open windows' accounts
    _waiting: Waiting[Reservation] = field(init=False)
    _since_snapshot: int = 0

    def __post_init__(self) -> None:
        self._waiting = Waiting(discard=self.void)
        for account in self.books.accounts.values():
            if account.kind == "budget":
                self._windows.setdefault(account.owner, set()).add(account.id)

    @classmethod
    def open(cls, journal: Journal, clock: Clock) -> Ledger:
        """The ledger of a journal: books folded, holds that a crash left open settled.

        Raises:
            StorageError: the journal is damaged.
        """
        snapshot = journal.latest_snapshot()
        after, books = (0, Books.empty()) if snapshot is None else (snapshot[0], recovery.load(snapshot[1]))
        folded = recovery.replay(books, journal.read(after))
        ledger = cls(journal, clock, books, _since_snapshot=folded)
        ledger._recover()
        return ledger

    # --- the life of one request -------------------------------------------------------------------------------

    async def hold(self, request_id: str, facts: Facts, amount: int) -> Reservation:
        """Reserve `amount` nano-USD on every account of the request's chain, waiting a moment if others' holds are in the way.

        Raises:
            InsufficientQuota: an award or a hard budget does not cover it.
            UnpricedModel: the model has no price and a hard budget applies.
            LedgerUnavailable: the journal cannot be written now.
        """
        attempt = partial(self._try_hold, request_id, facts, amount)
        blocked = self._queue_before(facts)
        if blocked is None:
            result = attempt()
            if not isinstance(result, Blocked):
                return result
            blocked = result.account
        self.stats.waits += 1
        try:
            return await self._waiting.wait(blocked, attempt, WAIT_FOR_FUNDS_S)
        except TimeoutError:
            self.stats.refusals += 1
            raise quota_refusal(self.books, Refused(Reason.HELD, blocked), amount, self._periods) from None

    def mark(self, reservation: Reservation, usage: Usage) -> None:
        """Note how far a stream has come, so that a crash charges up to here."""
        if reservation.settled is None:
            self._append(Mark(reservation.id, self._charge(reservation.facts, usage), usage), keep=False)

    def settle(
        self, reservation: Reservation, ending: Ending, *, answer: Answer | None = None
    ) -> asyncio.Future[Receipt]:
        """Charge what was used, void the rest, file the receipt. The future is done when all that is on disk."""
        record = self._settlement(reservation, ending)
        future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._append(record, keep=True, hold=reservation, answer=answer, done=partial(_resolve, future, record.receipt))
        reservation.settled = record
        self.stats.settles += 1
        self.stats.charged_nanousd += record.receipt.charge
        self.stats.writeoff_nanousd += record.receipt.writeoff
        self._released(reservation.record.legs)
        return future

    def void(self, reservation: Reservation) -> None:
        """End a hold uncharged."""
        if reservation.settled is None:
            _ignore(self.settle(reservation, Ending(Usage(), "refused", 0)))

    def bear(self, why: str, provider: str, amount: int) -> None:
        """Book what a call cost the house and no customer pays: debit `house:<why>`, credit `provider:<name>`."""
        if amount > 0:
            payer, payee = f"house:{why}", f"provider:{provider}"
            self._ensure_account(payer, Unit.CREDIT, "house")
            self._ensure_account(payee, Unit.CREDIT, "provider")
            self._append(Move(why, (Leg(payer, payee, amount),), why), keep=True)

    def remaining(self, reservation: Reservation) -> int | None:
        """The least that any limited account of this request's chain still has available, in nano-USD."""
        accounts = [self.books.accounts[leg.debit] for leg in reservation.record.legs]
        return min((a.available for a in accounts if a.limited), default=None)

    def _try_hold(self, request_id: str, facts: Facts, amount: int) -> Reservation | Blocked:
        if self.journal.latched is not None:
            raise LedgerUnavailable.because(self.journal.latched)
        at = self.clock.now_ns()
        legs: tuple[Leg, ...] | Refused = ()
        if facts.price_version is None:
            self._refuse_unpriced(facts)
        else:
            self._prepare(facts, at)
            legs = chain(self.books, facts, amount, at, self._account_of)
        if isinstance(legs, Refused):
            if legs.reason is Reason.HELD:
                return Blocked(legs.account)
            self.stats.refusals += 1
            raise quota_refusal(self.books, legs, amount, self._periods)
        record = Hold(request_id, legs, at + HOLD_TTL_NS, facts)
        reservation = Reservation(record, asyncio.get_running_loop().create_future())
        self._append(record, keep=False, done=partial(self._hold_done, reservation))
        self._alive[request_id] = reservation
        self.stats.holds += 1
        return reservation

    def _hold_done(self, reservation: Reservation, error: Exception | None) -> None:
        if error is None:
            if not reservation.durable.done():
                reservation.durable.set_result(None)
            return
        undo_hold(self.books, reservation.record, reservation.settled)
        self._alive.pop(reservation.id, None)
        self.stats.undone += 1
        if reservation.settled is not None:
            self.stats.charged_nanousd -= reservation.settled.receipt.charge
            self.stats.writeoff_nanousd -= reservation.settled.receipt.writeoff
        if not reservation.durable.done():
            reservation.durable.set_exception(LedgerUnavailable.because(error))
            _ignore(reservation.durable)
        if reservation.lost is not None:
            reservation.lost()
        self._released(reservation.record.legs)

    def _refuse_unpriced(self, facts: Facts) -> None:
        hard = next((b for b in budgets_on(self.books, facts) if b.hard), None)
        if hard is not None:
            raise UnpricedModel(
                f"the model {facts.model!r} has no price, and the {hard.scope} budget {hard.id} allows only priced models; "
                f"give the model a price in tokenry.toml or use a key without a hard budget",
                param="model",
            )

    def _settlement(self, reservation: Reservation, ending: Ending) -> Settle:
        hold, at = reservation.record, self.clock.now_ns()
        version = self.books.version(hold.facts.price_version)
        rates = version.prices.get(hold.facts.model) if version else None
        cost_rates = version.costs.get(hold.facts.model) if version else None
        lines = prices.lines(ending.usage, rates) if rates else ()
        share = divide(self.books, hold, sum([line.amount for line in lines]), at)
        if share.writeoff:
            self._ensure_account(OVERRUN, Unit.CREDIT, "writeoff")
        self._alive.pop(hold.id, None)
        receipt = Receipt(
            request_id=hold.id,
            at=at,
            facts=hold.facts,
            outcome=ending.outcome,
            status=ending.status,
            deployment=ending.deployment,
            attempts=ending.attempts,
            usage=ending.usage,
            lines=lines,
            charge=share.charged,
            writeoff=share.writeoff,
            cost=prices.amount(ending.usage, cost_rates) if cost_rates else None,
            accounts=tuple([Held(leg.debit, leg.amount, p) for leg, p in zip(hold.legs, share.posts, strict=True)]),
            ttft_ms=ending.ttft_ms,
            duration_ms=ending.duration_ms,
            estimated=ending.estimated,
            seen_by=ending.seen_by,
        )
        return Settle(hold.id, share.posts, share.extra, receipt)

    def _charge(self, facts: Facts, usage: Usage) -> int:
        version = self.books.version(facts.price_version)
        rates = version.prices.get(facts.model) if version else None
        return prices.amount(usage, rates) if rates else 0

    # --- windows, accounts, waiting ----------------------------------------------------------------------------

    def _queue_before(self, facts: Facts) -> str | None:
        """The account of this request's chain at which others already stand in line."""
        if not len(self._waiting):
            return None
        at = self.clock.now_ns()
        awards = [award.account for award in awards_for(self.books, facts, at)]
        return self._waiting.first_of(awards + [self._window(b, at).account for b in budgets_on(self.books, facts)])

    def _released(self, legs: Iterable[Leg]) -> None:
        if len(self._waiting):
            for leg in legs:
                self._waiting.release(leg.debit)

    def _prepare(self, facts: Facts, at: int) -> None:
        """Open what the chain needs: the model's revenue account, this window of each budget."""
        self._ensure_account(revenue_account(facts.model), Unit.CREDIT, "revenue")
        for budget in budgets_on(self.books, facts):
            self._window(budget, at)

    def _account_of(self, budget: Budget) -> str:
        return self._periods[budget.id].account

    def _window(self, budget: Budget, at: int) -> Period:
        """The budget's window at this instant; opened, and the one before it lapsed, at the first use after the boundary."""
        current = self._periods.get(budget.id)
        if current is not None and current.start <= at < current.end:
            return current
        fresh = period(budget, at)
        if fresh.account not in self.books.accounts:
            self._append(OpenAccount(fresh.account, Unit.LIMITS, "budget", budget.id, budget.hard), keep=True)
            self._append(
                Move(fresh.account, (Leg(LIMITS_SOURCE, fresh.account, budget.limit),), "window"), keep=True
            )
        self._periods[budget.id] = fresh
        self._lapse(budget, fresh.account)
        return fresh

    def _lapse(self, budget: Budget, current: str) -> None:
        """Past windows give up what nobody holds; one that is empty leaves the books."""
        windows = self._windows.setdefault(budget.id, set())
        for name in sorted(windows - {current}):
            account = self.books.accounts[name]
            if account.available > 0:
                self._append(Move(name, (Leg(name, LIMITS_LAPSED, account.available),), "lapse"), keep=True)
            if not account.debits_pending and not account.unspent:
                self._append(CloseAccount(name), keep=True)
                windows.discard(name)
        windows.add(current)

    def _ensure_account(self, name: str, unit: Unit, kind: str) -> None:
        if name not in self.books.accounts:
            self._append(OpenAccount(name, unit, kind, "house", limited=False), keep=True)

    # --- awards, budgets, prices -------------------------------------------------------------------------------

    async def grant(self, award: Award, amount: int) -> None:
        """Make an award, or change its terms, and issue `amount` more nano-USD to it. Returns once durable."""
        await self._durably(DefineAward(award, amount))
        self._waiting.release(award.account)

    async def set_budget(self, budget: Budget) -> None:
        """Make a budget or change its limit; the open window is raised or, as far as it is unspent, lowered. Once durable."""
        before = self.books.budgets.get(budget.id)
        at = self.clock.now_ns()
        future = self._durably(DefineBudget(budget))
        if before is not None and (account := self.books.accounts.get(period(budget, at).account)) is not None:
            step = budget.limit - before.limit
            if step > 0:
                self._append(Move(account.id, (Leg(LIMITS_SOURCE, account.id, step),), "raise"), keep=True)
            elif step < 0 and account.available > 0:
                less = min(-step, account.available)
                self._append(Move(account.id, (Leg(account.id, LIMITS_SOURCE, less),), "lower"), keep=True)
        await future
        self._waiting.release(period(budget, at).account)

    async def set_prices(self, version: PriceVersion, *, confirmed: bool = False) -> bool:
        """Put a version of the price book in force if it differs from the present one; whether it did.

        Raises:
            PriceRefused: a rate jumps as only slips do, and it was not confirmed.
        """
        current = self.prices
        if not prices.changed(current, version.prices, version.costs):
            return False
        if not confirmed:
            prices.refuse_jumps(current, version.prices)
        await self._durably(DefinePrices(version))
        return True

    @property
    def prices(self) -> PriceVersion | None:
        """The version in force."""
        return self.books.prices[-1] if self.books.prices else None

    def rates(self, model: str) -> Rates | None:
        """The rates in force for a model."""
        return self.books.prices[-1].prices.get(model) if self.books.prices else None

    def sweep(self) -> None:
        """What time does by itself: awards past their end expire, past windows lapse, abandoned holds end."""
        at = self.clock.now_ns()
        for award in list(self.books.awards.values()):
            account = self.books.accounts[award.account]
            if award.expires_at is not None and award.expires_at <= at and account.available > 0:
                self._append(Move(award.id, (Leg(account.id, EXPIRED, account.available),), "expire"), keep=True)
        for budget in list(self.books.budgets.values()):
            if budget.window != "total" and budget.id in self._periods:
                self._window(budget, at)
        for held in list(self.books.holds.values()):
            if held.hold.id not in self._alive and held.hold.timeout_at <= at:
                self._append(recovery.settlement(self.books, held, at), keep=True)

    # --- receipts ----------------------------------------------------------------------------------------------

    def receipt(self, request_id: str) -> Receipt | None:
        """The receipt of one request, or None when there is none (unknown, still running, or refused before it began)."""
        row = self.journal.find(request_id, "settle")
        return None if row is None else receipt_of(row)

    # --- the journal -------------------------------------------------------------------------------------------

    def _append(
        self,
        record: Record,
        *,
        keep: bool,
        hold: Reservation | None = None,
        answer: Answer | None = None,
        done: Callable[[Exception | None], None] | None = None,
    ) -> None:
        """Apply to the books, then queue for the disk, in one synchronous step."""
        refused = apply(self.books, record)
        if refused is not None:
            raise AssertionError(f"the books refuse {record!r}: {refused}")
        ref = _ref(record)
        depends_on = hold.id if hold is not None else None
        self.journal.append(
            Entry(KIND_OF[type(record)], ref, self.clock.now_ns(), encode(record), keep, depends_on, answer, done)
        )
        self._since_snapshot += 1
        if self._since_snapshot >= SNAPSHOT_EVERY:
            self.snapshot()

    def snapshot(self) -> None:
        """Put a closing snapshot of the books into the journal, as of everything appended so far."""
        self._since_snapshot = 0
        self.journal.put_snapshot(recovery.dump(self.books))

    def _durably(self, record: Record) -> asyncio.Future[None]:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._append(record, keep=True, done=partial(_resolve, future, None))
        return future

    def _recover(self) -> None:
        at = self.clock.now_ns()
        for name, kind in ((OVERRUN, "writeoff"), (recovery.CRASH_WRITEOFF, "writeoff"), (recovery.CRASH_HOUSE, "house")):
            self._ensure_account(name, Unit.CREDIT, kind)
        for held in list(self.books.holds.values()):
            self._append(recovery.settlement(self.books, held, at), keep=True)
            self.stats.recovered += 1


def receipt_of(row: Row) -> Receipt:
    """The receipt that a `settle` row of the journal carries."""
    record = decode(row.kind, row.body)
    assert isinstance(record, Settle)
    return record.receipt


def _ref(record: Record) -> str:
    match record:
        case DefineAward(award=award):
            return award.id
        case DefineBudget(budget=budget):
            return budget.id
        case DefinePrices(version=version):
            return version.id
        case OpenAccount(account=account) | CloseAccount(account=account):
            return account
        case _:
            return record.id


def _resolve(future: asyncio.Future[object], value: object, error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(value)
    else:
        future.set_exception(LedgerUnavailable.because(error))
        _ignore(future)


def _ignore(future: asyncio.Future[object]) -> None:
    """Nobody may be waiting for this future; its error is then nobody's."""
    future.add_done_callback(lambda f: f.cancelled() or f.exception())


__all__ = ["Ending", "InsufficientQuota", "Ledger", "LedgerStats", "LedgerUnavailable", "Reservation", "receipt_of"]
