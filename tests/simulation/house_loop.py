"""The loop of a whole house: made-up time, made-up connections, work for threads done in turn; checks at every instant.

Whoever connects asks `connect`, whoever looks at the invariants is called by `at_rest` whenever nothing is left to do
now and time is about to move.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from typing import Any

from tests.simulation.virtual_loop import VirtualLoop
from tests.simulation.wires import Wire
from tokenry.base.clock import NS_PER_S

TURNS_MAX = 20_000  # of the loop within one instant; more is a life-lock


class Socket:
    """Stands where a socket stands between its making and its being handed to a transport."""

    def __init__(self, *_: Any) -> None:
        self.peer: Any = None
        self.closed = self.handed_over = False
        loop = asyncio.get_running_loop()
        assert isinstance(loop, HouseLoop)
        loop.sockets.append(self)

    def setblocking(self, _flag: bool) -> None:
        pass

    def setsockopt(self, *_: Any) -> None:
        pass

    def close(self) -> None:
        self.closed = True


class HouseLoop(VirtualLoop):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        self.wires: dict[Wire, None] = {}
        self.connect: Callable[[str, int], Any] | None = None  # address, port -> the far side and its pace; may raise
        self.sockets: list[Socket] = []  # made since the start
        self.at_rest: Callable[[], None] = lambda: None
        self.thread_s: Callable[[], float] = lambda: 0.0  # how long a worker's job takes
        self.look_up_s: Callable[[], float] = lambda: 0.0  # how long the name service takes
        self.turns = 0

    def at(self, when_ns: int, callback: Callable[..., Any], *args: Any) -> None:
        """Call at this instant of the loop's time; soon when it is not in the future."""
        if when_ns <= self.now_ns:
            self.call_soon(callback, *args)
        else:
            self.call_at(when_ns / NS_PER_S, callback, *args)

    async def sock_connect(self, sock: Any, address: Any) -> None:
        assert self.connect is not None
        sock.peer = await self.connect(*address)

    async def create_connection(self, protocol_factory: Any, *_: Any, sock: Any = None, **__: Any) -> Any:
        far, pace = sock.peer
        sock.handed_over = True
        protocol = protocol_factory()
        wire = Wire(self, protocol, far, pace)
        protocol.connection_made(wire)
        return wire, protocol

    def start_thread(self, target: Callable[..., Any], args: Any) -> None:
        """A thread's work, done whole at one instant a little later."""
        self.call_later(self.look_up_s(), target, *args)

    def run_in_executor(self, _executor: Any, func: Any, *args: Any) -> Any:
        """A thread's work, done whole at one instant a little later."""
        future = self.create_future()
        self.call_later(self.thread_s(), self._work, future, func, args)
        return future

    @staticmethod
    def _work(future: asyncio.Future[Any], func: Any, args: Any) -> None:
        if future.cancelled():
            return
        try:
            future.set_result(func(*args))
        except Exception as error:  # a thread's future carries it
            future.set_exception(error)

    def run_until(self, end_ns: int, done: Callable[[], bool]) -> bool:
        """Go on until `done`, asked whenever time is about to move, or until the loop's time is `end_ns`; which one."""
        asyncio._set_running_loop(self)
        try:
            while True:
                self._settle()
                self.at_rest()
                if done():
                    return True
                due_ns = self._due_ns()
                if due_ns is None or due_ns > end_ns:
                    self.now_ns = max(self.now_ns, end_ns)
                    return False
                self.now_ns = max(self.now_ns, due_ns)
                self._ready.append(asyncio.Handle(_nothing, (), self))  # so that the loop looks at its timers
        finally:
            asyncio._set_running_loop(None)

    def _settle(self) -> None:
        turns = 0
        while self._ready:
            self._run_once()
            turns += 1
            if turns > TURNS_MAX:
                raise AssertionError("time stands still: something wakes itself for ever")
        self.turns += turns

    def _due_ns(self) -> int | None:
        while self._scheduled and self._scheduled[0]._cancelled:
            handle = heapq.heappop(self._scheduled)
            handle._scheduled = False
            self._timer_cancelled_count -= 1
        return round(self._scheduled[0]._when * NS_PER_S) if self._scheduled else None


def _nothing() -> None:
    pass
