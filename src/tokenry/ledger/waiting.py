"""The queue of requests for which there is money, but held by others: first come, first served, per account.

Knows nothing of money: it is told to `try_again` and learns from the answer whether to go on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from tokenry.base.errors import TokenryError
from tokenry.base.limits import WAITERS_PER_ACCOUNT_MAX

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Blocked:
    """Not now: another request's hold on this account stands in the way."""

    account: str


@dataclass(slots=True, eq=False)
class _Waiter(Generic[T]):
    account: str
    attempt: Callable[[], T | Blocked]
    future: asyncio.Future[T]


class Waiting(Generic[T]):
    """Waiters by the account that blocks them. All methods run on the event loop's thread."""

    def __init__(self, discard: Callable[[T], None]) -> None:
        """`discard` takes back what an attempt won for somebody who was cancelled before hearing of it."""
        self._queues: dict[str, deque[_Waiter[T]]] = {}
        self._discard = discard

    def __len__(self) -> int:
        return sum(len(queue) for queue in self._queues.values())

    def first_of(self, accounts: Iterable[str]) -> str | None:
        """The first of these accounts that somebody already waits for: newcomers stand behind them."""
        if not self._queues:
            return None
        return next((name for name in accounts if name in self._queues), None)

    async def wait(self, account: str, attempt: Callable[[], T | Blocked], timeout_s: float) -> T:
        """Stand in line for `account` until `attempt` succeeds or raises.

        Raises:
            TimeoutError: it did not within `timeout_s` seconds, or the line is full.
        """
        if len(self._queues.get(account, ())) >= WAITERS_PER_ACCOUNT_MAX:
            raise TimeoutError
        waiter = _Waiter(account, attempt, asyncio.get_running_loop().create_future())
        self._queues.setdefault(account, deque()).append(waiter)
        try:
            async with asyncio.timeout(timeout_s):
                return await waiter.future
        except (TimeoutError, asyncio.CancelledError):
            if _won(waiter.future):
                self._discard(waiter.future.result())
            raise
        finally:
            self._leave(waiter)

    def release(self, account: str) -> None:
        """Funds came free on `account`: let the line move up as far as they reach."""
        queue = self._queues.get(account)
        while queue and not self._blocked_again(queue[0]):
            queue.popleft()
        if not queue:
            self._queues.pop(account, None)

    def _blocked_again(self, waiter: _Waiter[T]) -> bool:
        """Try for the first in a line. True: it still waits for the same account, so nobody behind it may pass."""
        if waiter.future.done():
            return False
        try:
            result = waiter.attempt()
        except TokenryError as error:
            waiter.future.set_exception(error)
            return False
        if not isinstance(result, Blocked):
            waiter.future.set_result(result)
            return False
        if result.account == waiter.account:
            return True
        waiter.account = result.account
        self._queues.setdefault(result.account, deque()).append(waiter)
        return False

    def _leave(self, waiter: _Waiter[T]) -> None:
        """Out of the line, whether served, timed out or cancelled; those behind it may now fit."""
        queue = self._queues.get(waiter.account)
        if queue is not None and waiter in queue:
            queue.remove(waiter)
            self.release(waiter.account)


def _won(future: asyncio.Future[T]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None
