"""The ledger as the rest of the house sees it: hold, mark, settle, void; awards, budgets, prices; receipts.

Its memory is the authority of the process: every change is applied to the books first, synchronously, and appended to
the journal in the same order. What waits for the disk waits on a future; what the disk refused is taken back exactly.
All methods run on the event loop's thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from tokenry.base.clock import Clock
from tokenry.base.errors import Unavailable
from tokenry.ledger import recovery
from tokenry.ledger.alerts import Watch
from tokenry.ledger.awarding import Awarding
from tokenry.ledger.awards import Award
from tokenry.ledger.books import OpenHold
from tokenry.ledger.budgets import Budget, window_of
from tokenry.ledger.closing import foundation
from tokenry.ledger.decrees import refuse_nonsense
from tokenry.ledger.funds import budgets_on, has_tokens
from tokenry.ledger.house_accounts import CRASH_HOUSE, CRASH_WRITEOFF, OVERRUN, nature
from tokenry.ledger.milestones import THRESHOLDS, Milestone
from tokenry.ledger.model import DefineBudget, Leg, Move, Settle, Unit, decode
from tokenry.ledger.outlook import Outlook
from tokenry.ledger.pricing import Pricing
from tokenry.ledger.receipts import Facts, Receipt, Usage
from tokenry.ledger.requests import Requests
from tokenry.ledger.reservation import Ending, LedgerStats, Reservation
from tokenry.ledger.standing import Standing
from tokenry.ledger.waiting import Blocked
from tokenry.ledger.writing import Pen
from tokenry.storage import Answer, Journal, Row


class Ledger(Awarding, Pricing):
    """Open one with `Ledger.open`."""

    def __init__(self, pen: Pen, thresholds: tuple[int, ...]) -> None:
        self.journal = pen.journal
        self.clock = pen.clock
        self.books = pen.books
        self.stats = LedgerStats()
        self._pen = pen
        self._requests = Requests(pen, self.stats, thresholds)
        self._windows = self._requests.windows
        self._outlook = Outlook(pen.books, pen.clock, self._requests.terms)
        self._standing = Standing(pen.books, pen.clock)
        self.rerating = False  # whether past requests are being put right; one at a time, or they would be twice

    @classmethod
    def open(cls, journal: Journal, clock: Clock, *, milestones: tuple[int, ...] = THRESHOLDS) -> Ledger:
        """The ledger of a journal: books folded, holds that a crash left open settled.

        Args:
            milestones: how many tokens an organization must have used for each of its milestones.

        Raises:
            StorageError: the journal is damaged.
        """
        snapshot = journal.latest_snapshot()
        after, books = (0, None) if snapshot is None else (snapshot[0], recovery.load_or_none(snapshot[1]))
        if books is None or after < journal.base_seq:
            after, books = foundation(journal)
        folded = recovery.replay(books, journal.read(after))
        ledger = cls(Pen(journal, clock, books, folded), tuple(sorted(milestones)))
        ledger._recover()
        return ledger

    # --- whether anything new is charged ---------------------------------------------------------------------------

    @property
    def shut(self) -> dict[type[Unavailable], str]:
        """Why no new request is taken, in words, by the refusal they get; empty when all is well."""
        return dict(self._requests.shut)

    def shut_for(self, refusal: type[Unavailable], words: str) -> None:
        """Take no new request, and refuse each with this error in these words. Those that run go on and settle."""
        self._requests.shut[refusal] = words

    def reopen(self, refusal: type[Unavailable]) -> None:
        """That reason is gone."""
        self._requests.shut.pop(refusal, None)

    # --- the life of one request -------------------------------------------------------------------------------

    async def hold(self, request_id: str, facts: Facts, amount: int) -> Reservation:
        """Reserve `amount` nano-USD on every account of the request's chain; wait a moment if others' holds are in
        the way.

        Raises:
            InsufficientQuota: an award or a hard budget does not cover it.
            UnpricedModel: the model has no price and a hard budget applies.
            LedgerUnavailable: the journal cannot be written now.
        """
        reservation = self._requests.hold(request_id, facts, amount)
        if isinstance(reservation, Blocked):
            return await self._requests.wait(reservation, request_id, facts, amount)
        return reservation

    def hold_now(self, request_id: str, facts: Facts, amount: int) -> Reservation | None:
        """As `hold`, in one step or not at all: None when funds are short, others' holds are in the way, or an award
        that might pay has rate limits of its own, which are the caller's to look at first (`draws_first`).
        """
        return self._requests.hold_now(request_id, facts, amount)

    def mark(self, reservation: Reservation, usage: Usage) -> None:
        """Note how far a stream has come, so that a crash charges up to here."""
        self._requests.mark(reservation, usage)

    def settle(
        self, reservation: Reservation, ending: Ending, *, answer: Answer | None = None
    ) -> asyncio.Future[Receipt]:
        """Charge what was used, void the rest, file the receipt. The future is done when all that is on disk.

        It fails with LedgerUnavailable, and nothing is charged, if the hold itself could not be written.
        """
        return self._requests.settle(reservation, ending, answer)

    def void(self, reservation: Reservation) -> None:
        """End a hold uncharged, if it has not ended."""
        self._requests.void(reservation)

    def bear(self, why: str, provider: str, amount: int) -> None:
        """Book what a call cost the house and no customer pays: debit `house:<why>`, credit `provider:<name>`."""
        if amount > 0:
            payer, payee = f"house:{why}", f"provider:{provider}"
            self._pen.ensure_account(payer, Unit.CREDIT, "house")
            self._pen.ensure_account(payee, Unit.CREDIT, "provider")
            self._pen.write(Move(why, (Leg(payer, payee, amount),), why), self.clock.now_ns())

    @property
    def in_line(self) -> int:
        """Requests that wait for others' holds to end."""
        return self._requests.in_line

    def hard_budget(self, facts: Facts) -> Budget | None:
        """The widest hard budget that a request counts against, or None."""
        return next((budget for budget in budgets_on(self.books, facts) if budget.hard), None)

    def remaining(self, reservation: Reservation) -> int | None:
        """Nano-USD that this request could still take beyond its hold: what its awards have, as far as hard budgets
        allow.

        None when nothing is held for it, or no award of dollars may be drawn on.
        """
        return self._outlook.remaining(reservation)

    def remaining_tokens(self, reservation: Reservation) -> int | None:
        """As `remaining`, of awards of tokens: what they have, each counted by its own weights."""
        return self._outlook.remaining_tokens(reservation)

    def draws_first(self, facts: Facts, amount: int) -> Award | None:
        """The award that a hold would draw on first now; None when there is nothing to draw, or no hold to be had."""
        return self._outlook.draws_first(facts, amount)

    def running(self) -> Iterable[Reservation]:
        """The holds of this process that have not ended."""
        return self._requests.alive.values()

    def has_tokens(self, project_id: str) -> bool:
        """Whether a project has an award of tokens, in whatever state: unpriced models are not free there then."""
        return has_tokens(self.books, project_id)

    def exhaustion(self, facts: Facts, amount: int) -> Award | None:
        """The award that says what becomes of a request for which awards have nothing left: the first in draw order
        whose terms do not block it. None when awards would pay for it, all of them block it, or it would be served at
        low priority while only others' holds stand in its way.
        """
        return self._outlook.exhaustion(facts, amount)

    def hold_uncharged(self, request_id: str, facts: Facts, amount: int) -> Reservation:
        """A hold of what an award with `low_priority` lets through when it is exhausted: awards pay what they still
        have for it, the house the rest. Budgets must have room for the price, and count what awards pay of it.

        Raises:
            InsufficientQuota: a hard budget has no room for it.
            LedgerUnavailable: the journal cannot be written now.
        """
        return self._requests.hold_uncharged(request_id, facts, amount)

    # --- budgets -------------------------------------------------------------------------------

    async def set_budget(self, budget: Budget, *, key: str | None = None) -> None:
        """Make a budget, or change its limit or thresholds, or close or reopen it. Returns once durable.

        The open window is raised or lowered too; what requests hold is taken back as they end.

        Args:
            key: of the act behind it; an act whose key is known was done before, and changes nothing any more.

        Raises:
            InvalidRequest, Conflict: as `check_budget`.
        """
        if key is not None and key in self.books.keys:
            await self.journal.flush()
            return
        self.check_budget(budget)
        durable = self._pen.decree(DefineBudget(budget))
        if key is not None:
            durable = self._pen.decree(Move(key, (), "decree", key))
        account = self._windows.set_limit(budget, self.clock.now_ns())
        self._requests.released((Leg(account, account, 0),))
        await durable

    def check_budget(self, budget: Budget) -> None:
        """Say no to a budget that cannot be.

        Raises:
            InvalidRequest: its limit, time zone, thresholds or default is none.
            Conflict: other terms of an existing budget would change, which would forget what its windows have counted.
        """
        refuse_nonsense(self.books, budget)

    @property
    def alerts(self) -> Watch:
        """Which budgets' thresholds were reached and nobody has been told yet."""
        return self._windows.watch

    def set_milestones(self, thresholds: tuple[int, ...]) -> None:
        """From now on these many tokens are milestones; those that were filed stay."""
        self._requests.thresholds = tuple(sorted(thresholds))

    def milestones(self, organization_id: str) -> list[Milestone]:
        """The milestones that an organization has come to, smallest first."""
        return sorted(
            [m for m in self.books.milestones.values() if m.organization_id == organization_id],
            key=lambda milestone: milestone.threshold,
        )

    def sweep(self) -> None:
        """What time does by itself: awards past their end expire, past windows lapse, abandoned holds end."""
        at = self.clock.now_ns()
        self._sweep_awards(at)
        for budget in list(self.books.budgets.values()):
            self._windows.lapse(budget, at)
        for held in list(self.books.holds.values()):
            if held.hold.id not in self._requests.alive and held.hold.timeout_at <= at:
                self._settle_for(held, at)
                self.alerts.touch(held.hold.legs)
                self._requests.released(held.hold.legs)

    # --- receipts and the journal --------------------------------------------------------------------------------

    def receipt(self, request_id: str) -> Receipt | None:
        """The receipt of one request; None when it is unknown, still running, or was refused before it began."""
        row = self.journal.find(request_id, "settle")
        return None if row is None else receipt_of(row)

    def snapshot(self) -> None:
        """Put a closing snapshot of the books into the journal, as of everything appended so far."""
        self._pen.snapshot()

    def _recover(self) -> None:
        at = self.clock.now_ns()
        for name in (OVERRUN, CRASH_WRITEOFF, CRASH_HOUSE):
            self._pen.ensure_account(name, *nature(name))
        for held in list(self.books.holds.values()):
            self._settle_for(held, at)
            self._requests.released(held.hold.legs)
            self.stats.recovered += 1
        self.alerts.look_at_all(self._has_lapsed)

    def _settle_for(self, held: OpenHold, at: int) -> None:
        """End a hold whose request is gone."""
        record = recovery.settlement(self.books, held, at, self._requests.thresholds)
        self._pen.ensure_house(record.extra)
        self._pen.write(record, at)

    def _has_lapsed(self, account: str) -> bool:
        """Whether the newest change of a window's account, but for requests, was to give up what nobody had spent."""
        budget = self.books.budgets[self.books.accounts[account].owner]
        row = self.journal.find(account, "move") if window_of(budget, account).end <= self.clock.now_ns() else None
        if row is None:
            return False
        record = decode(row.kind, row.body)
        return isinstance(record, Move) and record.code == "lapse"


def receipt_of(row: Row) -> Receipt:
    """The receipt that a `settle` row of the journal carries."""
    record = decode(row.kind, row.body)
    assert isinstance(record, Settle)
    return record.receipt


__all__ = ["Ledger", "receipt_of"]
