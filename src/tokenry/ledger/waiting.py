"""The queue of requests for which there is money, but held by others: first come, first served.

A line forms for each award and budget ("lane") that stands in somebody's way. Everybody keeps the number drawn on
arrival, so that who moves from one line to another keeps the place, and nobody passes an earlier request with which a
lane is shared. Knows nothing of money: it is told when a lane may have room, tries again and learns from the answer
whether to go on.
"""

from __future__ import annotations

import asyncio
from bisect import insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from tokenry.base.errors import TokenryError
from tokenry.base.limits import WAITERS_PER_ACCOUNT_MAX

T = TypeVar("T")
NEWCOMER = 2**63 - 1  # the number of a request that has not drawn one: behind everybody


@dataclass(frozen=True, slots=True)
class Blocked:
    """Not now: others' holds on `account` stand in the way, or others who wait for it. It stands in the lane `lane`."""

    lane: str
    account: str


class StillBlocked(Exception):
    """The wait was in vain; `by` is what blocked it last."""

    def __init__(self, by: Blocked) -> None:
        super().__init__(by)
        self.by = by


@dataclass(slots=True, eq=False)
class _Waiter(Generic[T]):
    number: int
    blocked: Blocked
    attempt: Callable[[int], T | Blocked]
    future: asyncio.Future[T]


class Waiting(Generic[T]):
    """Waiters by the lane that blocks them. All methods run on the event loop's thread."""

    def __init__(self, discard: Callable[[T], None]) -> None:
        """`discard` takes back what an attempt won for somebody who was cancelled before hearing of it."""
        self._lines: dict[str, list[_Waiter[T]]] = {}
        self._discard = discard
        self._drawn = 0

    def __len__(self) -> int:
        return sum(len(line) for line in self._lines.values())

    def __bool__(self) -> bool:
        return bool(self._lines)

    def ahead(self, lanes: Iterable[str], number: int) -> str | None:
        """The first of these lanes in which somebody with a smaller number stands."""
        for lane in lanes:
            line = self._lines.get(lane)
            if line and line[0].number < number:
                return lane
        return None

    async def wait(self, blocked: Blocked, attempt: Callable[[int], T | Blocked], timeout_s: float) -> T:
        """Stand in line until `attempt`, given the number drawn, succeeds or raises.

        Raises:
            StillBlocked: it did not within `timeout_s` seconds, or the line is full.
        """
        if len(self._lines.get(blocked.lane, ())) >= WAITERS_PER_ACCOUNT_MAX:
            raise StillBlocked(blocked)
        self._drawn += 1
        waiter: _Waiter[T] = _Waiter(self._drawn, blocked, attempt, asyncio.get_running_loop().create_future())
        self._stand(waiter)
        try:
            async with asyncio.timeout(timeout_s):
                await waiter.future
        except TimeoutError:
            if waiter.future.cancelled():
                raise StillBlocked(waiter.blocked) from None
        except asyncio.CancelledError:
            if not waiter.future.cancelled() and waiter.future.exception() is None:
                self._discard(waiter.future.result())
            raise
        finally:
            self._leave(waiter)
        return waiter.future.result()

    def release(self, lane: str) -> None:
        """There may be room in this lane: let its line move up as far as it reaches."""
        while line := self._lines.get(lane):
            if self._blocked_again(line[0]):
                return

    def _blocked_again(self, waiter: _Waiter[T]) -> bool:
        """Try for the first of a line. True: it still waits in the same lane, so nobody behind it may pass."""
        if not waiter.future.done():
            try:
                result = waiter.attempt(waiter.number)
            except TokenryError as error:
                waiter.future.set_exception(error)
            else:
                if isinstance(result, Blocked):
                    return self._moved(waiter, result)
                waiter.future.set_result(result)
        self._remove(waiter)
        return False

    def _moved(self, waiter: _Waiter[T], blocked: Blocked) -> bool:
        if blocked.lane != waiter.blocked.lane:
            self._remove(waiter)
            waiter.blocked = blocked
            self._stand(waiter)
            return False
        waiter.blocked = blocked
        return True

    def _stand(self, waiter: _Waiter[T]) -> None:
        insort(self._lines.setdefault(waiter.blocked.lane, []), waiter, key=lambda w: w.number)

    def _remove(self, waiter: _Waiter[T]) -> bool:
        lane = waiter.blocked.lane
        line = self._lines.get(lane)
        if line is None or waiter not in line:
            return False
        line.remove(waiter)
        if not line:
            del self._lines[lane]
        return True

    def _leave(self, waiter: _Waiter[T]) -> None:
        """Out of the line if it was neither served nor refused; those behind it may now fit."""
        if self._remove(waiter):
            self.release(waiter.blocked.lane)
