"""When spending reaches a share of a budget: found from the books, each share of each window once.

The pure part says which thresholds an amount has reached. The watch remembers which accounts were touched since
somebody last looked, so that a look costs what happened meanwhile and a request next to nothing. What was found goes
on being told until whoever asked says that it is kept; the occasion's name keeps it from being told twice, also by the
process after a crash, which looks at every open window when it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from tokenry.ledger.books import LIMITS_USED, Books
from tokenry.ledger.budgets import THRESHOLDS, Budget, Period, window_of
from tokenry.ledger.model import Leg

_TOUCHED_MAX = 10_000  # settlements, should nobody look for long
_TOLD_MAX = 100_000  # occasions remembered; what is forgotten is found again, and its occasion is known elsewhere


class Crossing(msgspec.Struct, frozen=True):
    """Spending in one window of a budget that reached a share of its limit. Amounts are nano-USD.

    Args:
        window: how the window is called: the day on which it begins, or `total`.
        threshold: percent of the limit.
        resets_at: nanoseconds since the epoch at which the window ends; None = never.
    """

    budget: Budget
    window: str
    threshold: int
    spent: int
    limit: int
    resets_at: int | None

    @property
    def occasion(self) -> str:
        """The name of this very happening. An alert's amount is part of it: another amount is another alert."""
        if self.budget.purpose == "alert":
            return f"spend_alert:{self.budget.id}:{self.window}:{self.limit}"
        return f"budget:{self.budget.id}:{self.window}:{self.threshold}"


def reached(budget: Budget, spent: int) -> tuple[int, ...]:
    """The thresholds of a budget, in percent, that `spent` nano-USD have reached. Nothing spent reaches none."""
    thresholds = THRESHOLDS if budget.thresholds is None else budget.thresholds
    return tuple([t for t in thresholds if spent > 0 and spent * 100 >= t * budget.limit])


def crossings(budget: Budget, window: Period, spent: int) -> list[Crossing]:
    """What there is to tell of one window of a budget in which so much was spent."""
    if budget.closed:
        return []
    name = window.account.removeprefix(f"budget:{budget.id}").removeprefix(":") or "total"
    resets_at = None if budget.window == "total" else window.end
    return [Crossing(budget, name, t, spent, budget.limit, resets_at) for t in reached(budget, spent)]


@dataclass(slots=True)
class Watch:
    """The thresholds of one ledger's budgets."""

    books: Books
    _touched: list[Sequence[Leg]] = field(default_factory=list)  # legs of settlements since the last look
    _lapsed: dict[str, int] = field(default_factory=dict)  # account of a past window -> what it gave up unspent
    _found: dict[str, Crossing] = field(default_factory=dict)  # occasion -> what is to be told
    _told: dict[str, None] = field(default_factory=dict)

    def look(self) -> list[Crossing]:
        """What is to be told now: everything found that nobody has confirmed with `told`."""
        self._sift()
        return list(self._found.values())

    def touch(self, legs: Sequence[Leg]) -> None:
        """Something was settled on these legs."""
        self._touched.append(legs)
        if len(self._touched) >= _TOUCHED_MAX:
            self._sift()

    def _sift(self) -> None:
        touched, self._touched = self._touched, []
        for name in {leg.debit for legs in touched for leg in legs if leg.credit == LIMITS_USED}:
            self.look_at(name)

    def look_at(self, name: str) -> None:
        """See how one window's account stands, if it is in the books."""
        account = self.books.accounts.get(name)
        if account is None or account.kind != "budget":
            return
        budget = self.books.budgets[account.owner]
        for crossing in crossings(budget, window_of(budget, name), self.spent(name)):
            if crossing.occasion not in self._told:
                self._found[crossing.occasion] = crossing

    def look_at_all(self, gave_up: Callable[[str], bool]) -> None:
        """See how every window in the books stands: at the start, since nobody remembers who was told before.

        Args:
            gave_up: whether a window's account has lapsed in part. What was spent in it cannot be told any more, and
                whoever had it lapse has looked at it before.
        """
        for name, account in list(self.books.accounts.items()):
            if account.kind == "budget" and not gave_up(name):
                self.look_at(name)

    def told(self, crossing: Crossing) -> None:
        """It is kept where it will not be lost."""
        self._found.pop(crossing.occasion, None)
        while len(self._told) >= _TOLD_MAX:
            del self._told[next(iter(self._told))]
        self._told[crossing.occasion] = None

    def spent(self, name: str) -> int:
        """Nano-USD that requests have spent in a window: not what was taken back, nor what it gave up at its end."""
        lowered = self.books.accounts.get(f"lowered:{name}")
        back = lowered.credits_posted if lowered is not None else 0
        return self.books.accounts[name].debits_posted - back - self._lapsed.get(name, 0)

    def lapsed(self, name: str, amount: int) -> None:
        """A past window gives up so much that nobody spent."""
        self._lapsed[name] = self._lapsed.get(name, 0) + amount

    def closed(self, name: str) -> None:
        """A window's account leaves the books; forget it."""
        self._lapsed.pop(name, None)
