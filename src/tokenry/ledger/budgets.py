"""Budgets: limits on spending per window of time, enforced by the same accounts that hold money.

A budget is a definition here and, for each of its windows, an account in the LIMITS ledger that is credited from
`limits:source` when the window opens and debited by what requests post. This file is pure.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from tokenry.base.clock import NS_PER_S

Scope = Literal["organization", "project", "group", "user", "key"]
Window = Literal["day", "week", "month", "total"]
Purpose = Literal["limit", "alert"]

EVERYBODY = "*"  # as the scope_id of a user's budget: each member of the organization has one of their own
THRESHOLDS = (50, 80, 100)  # percent of the limit at which somebody is told, where a budget says nothing else
THRESHOLD_MAX = 1000  # percent; beyond its limit only a soft budget gets
THRESHOLDS_MAX = 10  # of one budget


class Budget(msgspec.Struct, frozen=True, array_like=True):
    """`limit` nano-USD per window for everything in one scope, or for one model in it.

    A hard budget refuses; a soft one only counts. Windows begin at midnight in `timezone` (an IANA name), weeks on
    Monday. A closed budget neither refuses nor counts. Fields after `closed` came later; what was written before has
    their defaults.

    Args:
        organization_id: where it counts; None = wherever its scope does.
        thresholds: percent of the limit at which somebody is told, ascending; None = THRESHOLDS, none = never.
        of: the default that it is a member's own budget of, or a group's value for; see `allowances`.
        source: of a member's own budget, where its limit comes from.
        purpose: `alert` = it limits nothing and is there to tell when its amount is spent.
        set_within: the project whose own owners set it; None = whoever may set limits in the whole organization.
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
    organization_id: str | None = None
    thresholds: tuple[int, ...] | None = None
    of: str | None = None
    source: str | None = None
    purpose: Purpose = "limit"
    set_within: str | None = None

    def covers(self, model: str) -> bool:
        """Whether a request for `model` counts against this budget."""
        return not self.closed and (self.model is None or self.model == model)

    @property
    def is_default(self) -> bool:
        """Whether it stands for a budget of each member's own, and itself counts nothing."""
        return self.scope == "user" and self.scope_id == EVERYBODY


class Period(msgspec.Struct, frozen=True, gc=False):
    """One window of one budget: [start, end) in nanoseconds since the epoch, and the account that stands for it."""

    account: str
    start: int
    end: int


_END_OF_TIME = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def zone(name: str) -> tzinfo:
    """The time zone with this IANA name. UTC needs no zone data, which slim systems lack.

    Raises:
        ZoneInfoNotFoundError, ValueError, OSError: there is none, or it is no name, or that of a folder of zones.
    """
    return UTC if name == "UTC" else ZoneInfo(name)


def period(budget: Budget, at: int) -> Period:
    """The window of `budget` that contains the instant `at` (nanoseconds since the epoch).

    The windows of a budget follow each other without gap or overlap: each runs from the first instant at which the
    zone's clocks show its first midnight (or jump over it) to that of the next.
    """
    if budget.window == "total":
        return Period(f"budget:{budget.id}", 0, _END_OF_TIME)
    where = zone(budget.timezone)
    first = _first(budget.window, (_EPOCH + timedelta(microseconds=at // 1000)).astimezone(where).date())
    while at >= (end := _midnight(_next(budget.window, first), where)):
        first = _next(budget.window, first)  # clocks were set back over midnight: the later window has begun already
    return Period(f"budget:{budget.id}:{first:%Y-%m-%d}", _midnight(first, where), end)


def window_of(budget: Budget, account: str) -> Period:
    """The window that an account of this budget stands for."""
    if budget.window == "total":
        return period(budget, 0)
    first, where = date.fromisoformat(account[-len("2026-11-22") :]), zone(budget.timezone)
    return Period(account, _midnight(first, where), _midnight(_next(budget.window, first), where))


def _first(window: Window, day: date) -> date:
    """The day on which the window that `day` lies in begins."""
    if window == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if window == "month" else day


def _next(window: Window, first: date) -> date:
    """The day on which the next window begins."""
    if window == "month":
        return (first + timedelta(days=32)).replace(day=1)
    return first + timedelta(days=7 if window == "week" else 1)


def _midnight(day: date, where: tzinfo) -> int:
    """Nanoseconds since the epoch at which a day begins; of two midnights (clocks set back) the first."""
    moment = datetime(day.year, day.month, day.day, tzinfo=where)
    return (moment - _EPOCH) // timedelta(seconds=1) * NS_PER_S
