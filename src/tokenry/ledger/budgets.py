"""Budgets: limits on spending per window of time, enforced by the same accounts that hold money.

A budget is a definition here and, for each of its windows, an account in the LIMITS ledger that is credited from
`limits:source` when the window opens and debited by what requests post. This file is pure.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from tokenry.base.clock import NS_PER_S, to_datetime

Scope = Literal["organization", "project", "group", "user", "key"]
Window = Literal["day", "week", "month", "total"]


class Budget(msgspec.Struct, frozen=True, array_like=True):
    """`limit` nano-USD per window for everything in one scope, or for one model in it.

    A hard budget refuses; a soft one only counts. Windows begin at midnight in `timezone` (an IANA name), weeks on
    Monday. A closed budget neither refuses nor counts.
    """

    id: str
    scope: Scope
    scope_id: str
    window: Window
    limit: int
    hard: bool
    created_at: int
    model: str | None = None
    timezone: str = "UTC"
    closed: bool = False

    def covers(self, model: str) -> bool:
        """Whether a request for `model` counts against this budget."""
        return not self.closed and (self.model is None or self.model == model)


class Period(msgspec.Struct, frozen=True, gc=False):
    """One window of one budget: [start, end) in nanoseconds since the epoch, and the account that stands for it."""

    account: str
    start: int
    end: int


_END_OF_TIME = 2**63 - 1


def period(budget: Budget, at: int) -> Period:
    """The window of `budget` that contains the instant `at` (nanoseconds since the epoch)."""
    if budget.window == "total":
        return Period(f"budget:{budget.id}", 0, _END_OF_TIME)
    first = to_datetime(at).astimezone(ZoneInfo(budget.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    if budget.window == "week":
        first -= timedelta(days=first.weekday())
    elif budget.window == "month":
        first = first.replace(day=1)
    return Period(f"budget:{budget.id}:{first:%Y-%m-%d}", _ns(first), _ns(_next(first, budget.window)))


def _next(first: datetime, window: Window) -> datetime:
    """Midnight, in the same zone, of the day on which the next window begins."""
    if window == "day":
        return first + timedelta(days=1)
    if window == "week":
        return first + timedelta(days=7)
    return (first + timedelta(days=32)).replace(day=1)


def _ns(moment: datetime) -> int:
    """Nanoseconds since the epoch; the wall clock's gaps and folds are resolved by the zone's own rules."""
    return int(moment.astimezone(UTC).timestamp()) * NS_PER_S
