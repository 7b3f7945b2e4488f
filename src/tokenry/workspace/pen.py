"""Many small writes in few transactions: while one is at the disk, what comes meanwhile waits for the next.

Every commit is flushed to the disk; two hundred people who chat at once would wait for two hundred flushes. What one
write does stands or falls alone: when it raises, the others of its transaction stand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from tokenry.storage import AppDb, Transaction

R = TypeVar("R")
AT_ONCE_MAX: Final = 100  # writes of one transaction, so that nobody else waits long for the file


@dataclass(frozen=True, slots=True)
class _Entry:
    act: Callable[[Transaction], Any]
    done: asyncio.Future[Any]


class Pen:
    """Writes for the event loop."""

    def __init__(self, db: AppDb) -> None:
        self._db = db
        self._waiting: list[_Entry] = []
        self._task: asyncio.Task[None] | None = None

    async def write(self, act: Callable[[Transaction], R]) -> R:
        """What `act` gives, once it is durable. It runs in a worker thread. Raises what it raises, and StorageError."""
        entry = _Entry(act, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        if self._task is None:
            # A context of its own: what joins the first writer's transactions has no part in the others'.
            self._task = asyncio.create_task(self._empty(), context=Context())
        result: R = await entry.done
        return result

    async def _empty(self) -> None:
        try:
            while self._waiting:
                entries, self._waiting = self._waiting[:AT_ONCE_MAX], self._waiting[AT_ONCE_MAX:]
                try:
                    results = await asyncio.to_thread(self._carry_out, entries)
                except Exception as error:  # edge: whoever waits for the write is told, each for themselves
                    results = [error] * len(entries)
                for entry, result in zip(entries, results, strict=True):
                    if entry.done.done():
                        continue  # nobody waits any more
                    if isinstance(result, Exception):
                        entry.done.set_exception(result)
                    else:
                        entry.done.set_result(result)
        finally:
            self._task = None

    def _carry_out(self, entries: list[_Entry]) -> list[Any]:
        results: list[Any] = []
        with self._db.write() as connection:
            for entry in entries:
                try:
                    with connection.begin_nested():
                        results.append(entry.act(connection))
                except Exception as error:  # edge: told to the one whose write it was; the others' stand
                    results.append(error)
        return results
