"""Keeps things off the event loop, and those that come while a transaction is under way together in the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Keeper(Generic[T]):
    """Gives things to `keep`, in a thread; used from one event loop.

    Args:
        keep: keeps all of them or none. Blocks.
        at_once: how many at most in one call.
    """

    def __init__(self, keep: Callable[[list[T]], None], at_once: int = 64) -> None:
        self._keep = keep
        self._at_once = at_once
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._working: asyncio.Task[None] | None = None

    async def keep(self, wanted: T) -> None:
        """Wait until it is kept. Raises what `keep` raises for all that were kept with it."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((wanted, done))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        # Whoever stops waiting does not take it back: what waits beside it would be kept, and this would not.
        await asyncio.shield(done)

    async def _work(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting[: self._at_once], self._waiting[self._at_once :]
                try:
                    await asyncio.to_thread(self._keep, [wanted for wanted, _ in some])
                except Exception as error:  # edge: task supervisor; each that waits is told
                    for _, done in some:
                        if not done.done():
                            done.set_exception(error)
                else:
                    for _, done in some:
                        if not done.done():
                            done.set_result(None)
        finally:
            self._working = None
