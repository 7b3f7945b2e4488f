"""The windows of budgets as accounts: opened at first use, lapsed when past, raised and lowered with the limit.

A window's account is credited from `limits:source`. What a lowered limit takes back goes to `lowered:<window>`, so
that what was granted in all is always credits of the one minus credits of the other, however often the limit changes.
What others hold cannot be taken back yet; it is as soon as they let go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tokenry.base.clock import NS_PER_S
from tokenry.ledger.alerts import Watch
from tokenry.ledger.books import LIMITS_LAPSED, LIMITS_SOURCE, LIMITS_USED
from tokenry.ledger.budgets import Budget, Period, period
from tokenry.ledger.model import Account, CloseAccount, DefineBudget, Leg, Move, OpenAccount, Unit
from tokenry.ledger.writing import Pen

CLOCK_STEP_BACK_NS = 3600 * NS_PER_S  # a clock set back by less does not reopen the window before


@dataclass(slots=True)
class Windows:
    """The open windows of all budgets.

    Args:
        unwritten: whether an account is touched by a hold that may yet be dropped; such an account cannot leave the
            books.
    """

    pen: Pen
    unwritten: Callable[[str], bool]
    periods: dict[str, Period] = field(default_factory=dict)  # budget id -> its present window
    _open: dict[str, set[str]] = field(
        default_factory=dict
    )  # budget id -> accounts of its windows that are in the books
    shrinking: dict[str, Budget] = field(
        default_factory=dict
    )  # account -> its budget, whose limit is below what was granted
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        books = self.pen.books
        self.watch = Watch(books)
        for account in books.accounts.values():
            if account.kind == "budget":
                self._open.setdefault(account.owner, set()).add(account.id)
                if account.limited and self._granted(account) > books.budgets[account.owner].limit:
                    self.shrinking[account.id] = books.budgets[account.owner]

    def current(self, budget: Budget, at: int) -> Period:
        """The window at this instant; opened, and those before it lapsed, at the first use after the boundary."""
        known = self.periods.get(budget.id)
        if known is not None and known.start - CLOCK_STEP_BACK_NS <= at < known.end:
            return known
        fresh = self.periods[budget.id] = period(budget, at)
        if fresh.account not in self.pen.books.accounts:
            self.pen.write(OpenAccount(fresh.account, Unit.LIMITS, "budget", budget.id, budget.hard), at)
            self._open.setdefault(budget.id, set()).add(fresh.account)
            self._level(fresh.account, self.pen.books.budgets[budget.id], at)
        self.lapse(budget, at)
        return fresh

    def set_limit(self, budget: Budget, at: int) -> str:
        """Bring the present window, if it is open, to the budget's limit. Its account."""
        account = period(budget, at).account
        if account in self.pen.books.accounts:
            self._level(account, budget, at)
            self.watch.touch((Leg(account, LIMITS_USED, 0),))
        return account

    def adopt(self, budgets: Iterable[Budget], at: int) -> bool:
        """Write down those budgets that the books do not hold so yet; whether there were any."""
        fresh = [budget for budget in budgets if self.pen.books.budgets.get(budget.id) != budget]
        for budget in fresh:
            self.pen.write(DefineBudget(budget), at)
            self.set_limit(budget, at)
        return bool(fresh)

    def lapse(self, budget: Budget, at: int) -> None:
        """Past windows give up what nobody holds; one that is empty leaves the books."""
        windows = self._open.get(budget.id)
        if not windows:
            return
        known = self.periods.get(budget.id)
        current = known if known is not None and at < known.end else period(budget, at)
        for name in sorted(windows - {current.account}):
            account = self.pen.books.accounts[name]
            self.watch.look_at(name)
            self._empty(account, at)
            if not account.debits_pending and not self.unwritten(name):
                self._close(account, at)
                windows.discard(name)

    def released(self, accounts: Iterable[str], at: int) -> None:
        """Holds on these accounts ended: what a lowered limit could not take back may be free now."""
        for name in accounts:
            if name in self.shrinking:
                self._level(name, self.shrinking[name], at)

    def _granted(self, account: Account) -> int:
        lowered = self.pen.books.accounts.get(_lowered(account.id))
        return account.credits_posted - (lowered.credits_posted if lowered else 0)

    def _level(self, name: str, budget: Budget, at: int) -> None:
        account = self.pen.books.accounts[name]
        step = budget.limit - self._granted(account)
        if step > 0:
            self.pen.write(Move(name, (Leg(LIMITS_SOURCE, name, step),), "raise"), at)
        less = max(0, min(-step, account.available)) if account.limited else max(0, -step)
        if less:
            self.pen.ensure_account(_lowered(name), Unit.LIMITS, "lowered", budget.id)
            self.pen.write(Move(name, (Leg(name, _lowered(name), less),), "lower"), at)
        if step + less < 0:
            self.shrinking[name] = budget
        else:
            self.shrinking.pop(name, None)

    def _empty(self, account: Account, at: int) -> None:
        if account.available > 0:
            self.watch.lapsed(account.id, account.available)
            self.pen.write(Move(account.id, (Leg(account.id, LIMITS_LAPSED, account.available),), "lapse"), at)
        elif account.unspent < 0 and not account.debits_pending:
            # A soft budget that was overspent: what the window lacks is filled up, so that it can be closed.
            self.pen.write(Move(account.id, (Leg(LIMITS_SOURCE, account.id, -account.unspent),), "overspent"), at)

    def _close(self, account: Account, at: int) -> None:
        lowered = self.pen.books.accounts.get(_lowered(account.id))
        if lowered is not None:
            self.pen.write(Move(account.id, (Leg(lowered.id, LIMITS_SOURCE, lowered.unspent),), "lapse"), at)
            self.pen.write(CloseAccount(lowered.id), at)
        self.pen.write(CloseAccount(account.id), at)
        self.shrinking.pop(account.id, None)
        self.watch.closed(account.id)


def _lowered(account: str) -> str:
    return f"lowered:{account}"
