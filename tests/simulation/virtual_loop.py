"""An event loop whose time is made up: it jumps to the next timer instead of sleeping, and never looks outside.

Whatever runs on it is a function of its seed. Time is kept in whole nanoseconds, and `clock` tells the same time.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Coroutine
from typing import Any, TypeVar

from tokenry.base.clock import NS_PER_S

T = TypeVar("T")


open_loops: weakref.WeakSet[VirtualLoop] = weakref.WeakSet()


class Stuck(Exception):
    """Everybody waits and no timer runs: what was awaited will never come."""


class LoopClock:
    """The loop's time as `tokenry.base.clock.Clock`; it can be set apart from the loop, as wall clocks are."""

    def __init__(self, loop: VirtualLoop, start_ns: int) -> None:
        self._loop = loop
        self.start_ns = start_ns

    def now_ns(self) -> int:
        return self.start_ns + self._loop.now_ns

    def monotonic_ns(self) -> int:
        return self._loop.now_ns


class VirtualLoop(asyncio.BaseEventLoop):
    """Run it with `run_until_complete`, or step by step with `idle` and `advance`."""

    def __init__(self) -> None:
        super().__init__()
        self.now_ns = 0
        self.raised: list[dict[str, Any]] = []  # what nobody caught
        self._selector = self
        self._clock_resolution = 1e-6  # a float tells no nanoseconds apart once months have passed
        open_loops.add(self)
        self.set_exception_handler(lambda _loop, context: self.raised.append(context))

    def leave(self) -> None:
        """Cancel whatever still waits; there is no time any more in which it could come."""
        for task in asyncio.all_tasks(self):
            task.cancel()
        self.idle()

    def __del__(self) -> None:
        pass  # there is nothing of the system's to give back, so nothing to warn of

    def time(self) -> float:
        return self.now_ns / NS_PER_S

    def select(self, timeout: float | None) -> list[object]:
        """Instead of the operating system's: nothing ever comes from outside, so jump to the next timer."""
        if timeout is None:
            raise Stuck
        if timeout > 0:
            self.now_ns = max(self.now_ns, round(self._scheduled[0]._when * NS_PER_S))
        return []

    def idle(self) -> None:
        """Run until nothing is left to do now; time stands still."""
        asyncio._set_running_loop(self)
        try:
            while self._ready:
                self._run_once()
        finally:
            asyncio._set_running_loop(None)

    def advance(self, s: float) -> None:
        """Let `s` seconds pass, running all that falls due."""
        end_ns = self.now_ns + round(s * NS_PER_S)
        self.idle()
        while (due_ns := self._next_timer_ns()) is not None and due_ns <= end_ns:
            self.now_ns = max(self.now_ns, due_ns)
            self._ready.append(asyncio.Handle(lambda: None, (), self))  # so that the loop looks at its timers
            self.idle()
        self.now_ns = end_ns

    def do(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task and run until nothing is left to do now."""
        task = self.create_task(coroutine)
        self.idle()
        return task

    def _next_timer_ns(self) -> int | None:
        live = [round(handle._when * NS_PER_S) for handle in self._scheduled if not handle._cancelled]
        return min(live, default=None)

    def _process_events(self, event_list: list[object]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass
