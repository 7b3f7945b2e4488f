"""Time, the one place that reads it. Everything else is given a clock, so that a test or a simulation can turn it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000


class Clock(Protocol):
    """Where a room gets its time from."""

    def now_ns(self) -> int:
        """Wall-clock time as nanoseconds since 1970-01-01 UTC."""
        ...

    def monotonic_ns(self) -> int:
        """Nanoseconds since some fixed instant; never goes back. For durations and time-outs."""
        ...


class SystemClock:
    """The machine's own clock. It is read ten times a request, so no call of ours stands before the system's."""

    now_ns = staticmethod(time.time_ns)
    monotonic_ns = staticmethod(time.monotonic_ns)


class ManualClock:
    """A clock that moves only when told to. For tests and simulations."""

    def __init__(self, now_ns: int = 1_750_000_000 * NS_PER_S) -> None:
        self._now_ns = now_ns
        self._start_ns = now_ns

    def now_ns(self) -> int:
        return self._now_ns

    def monotonic_ns(self) -> int:
        return self._now_ns - self._start_ns

    def advance(self, *, s: float = 0.0, ns: int = 0) -> None:
        """Move time forward by `s` seconds plus `ns` nanoseconds."""
        step_ns = int(s * NS_PER_S) + ns
        if step_ns < 0:
            raise ValueError("time does not go back")
        self._now_ns += step_ns


class MovedClock:
    """The machine's clock as it would show at another time, which can be moved on. For a story that is told quickly.

    Args:
        start_ns: what it shows now, nanoseconds since 1970-01-01 UTC.
    """

    def __init__(self, start_ns: int) -> None:
        self._moved_ns = start_ns - time.time_ns()
        self._skipped_ns = 0

    def now_ns(self) -> int:
        return time.time_ns() + self._moved_ns

    def monotonic_ns(self) -> int:
        return time.monotonic_ns() + self._skipped_ns

    def move_to(self, at_ns: int) -> None:
        """Show this time now, if it is later than what the clock shows; it never goes back."""
        step_ns = at_ns - self.now_ns()
        if step_ns > 0:
            self._moved_ns += step_ns
            self._skipped_ns += step_ns


def to_datetime(at_ns: int) -> datetime:
    """An aware UTC datetime (microsecond precision) for nanoseconds since the epoch."""
    return datetime.fromtimestamp(at_ns // 1000 / 1_000_000, tz=UTC)


def isoformat(at_ns: int) -> str:
    """RFC 3339 in UTC with milliseconds, as in `2026-11-22T15:04:05.678Z`."""
    return to_datetime(at_ns).isoformat(timespec="milliseconds").replace("+00:00", "Z")
