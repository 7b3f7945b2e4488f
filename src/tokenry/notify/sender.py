"""Carries what waits: takes deliveries from the table as they fall due, attempts them, notes how each ended.

A target that hangs holds up nobody else: each has a few attempts at a time, and what waits for it is not even looked
at meanwhile. Knows no formats of mails or calls.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Protocol

from tokenry.base.clock import NS_PER_S
from tokenry.base.logs import get_logger
from tokenry.config import Config
from tokenry.notify import deliveries
from tokenry.notify.deliveries import Due
from tokenry.notify.notices import Notices
from tokenry.notify.outcome import Outcome
from tokenry.notify.schedule import Draw, next_at

AT_ONCE = 256  # attempts in all; more than one organization's webhooks could ever hold up
PER_WEBHOOK = 2  # attempts at one webhook at a time
MAILS_AT_ONCE = 4
LOOK_EVERY_S = 60.0  # when nothing is due sooner and nobody calls
AFTER_FAULT_S = 60.0  # before something is attempted again whose end could not be noted
FORGET_EVERY_NS = 3600 * NS_PER_S
DAY_NS = 86_400 * NS_PER_S

log = get_logger("tokenry")


class Carrier(Protocol):
    """Makes one attempt."""

    async def carry(self, one: Due, config: Config) -> Outcome:
        """What came of it. Never raises for what the other side does."""
        ...


class Sender:
    """One per running server. `run` until it is cancelled."""

    def __init__(self, notices: Notices, carrier: Carrier, config: Callable[[], Config], draw: Draw | None = None):
        """Args:
        config: the configuration in force.
        draw: the dice of the delays.
        """
        self._notices = notices
        self._carrier = carrier
        self._config = config
        self._draw = draw or Random().randrange
        self._flying: dict[str, str] = {}  # id of a delivery -> what it counts for: its webhook, or `email`
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._forget_at = 0

    async def run(self) -> None:
        """Carry, again and again."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(self._wake.set)

        self._notices.on_waiting = wake
        try:
            while True:
                self._wake.clear()
                try:
                    wait_s = await self.look()
                except Exception as error:  # edge: task supervisor - a full disk must not end all deliveries for good
                    log.error("deliveries cannot be looked at", why=str(error))
                    wait_s = LOOK_EVERY_S
                await _first_of(self._wake, wait_s)
        finally:
            self._notices.on_waiting = _nobody
            for task in self._tasks:
                task.cancel()

    async def look(self) -> float:
        """Begin every attempt that is due; seconds until the next look is worth while."""
        notices = self._notices
        now_ns = notices.clock.now_ns()
        while (room := AT_ONCE - len(self._flying)) > 0:
            taken = await asyncio.to_thread(self._due, now_ns, room)
            for one in taken:
                self._begin(one)
            if not taken:
                break
        if now_ns >= self._forget_at:
            self._forget_at = now_ns + FORGET_EVERY_NS
            await asyncio.to_thread(self._forget, now_ns)
        waiting, first = await asyncio.to_thread(self._standing)
        notices.stats.waiting = waiting
        if first is None:
            return LOOK_EVERY_S
        until_s = (first - now_ns) / NS_PER_S
        # What is overdue now is in the air, or waits for what is: the end of that wakes us.
        return min(until_s, LOOK_EVERY_S) if until_s > 0 else LOOK_EVERY_S

    async def settled(self) -> None:
        """Until no attempt runs."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _due(self, now_ns: int, room: int) -> list[Due]:
        counted = Counter(self._flying.values())
        busy = {target for target, count in counted.items() if count >= _most(target)}
        with self._notices.db.read() as connection:
            found = deliveries.due(connection, now_ns, tuple(self._flying), tuple(busy), room)
        taken = []
        for one in found:
            counted[_counts_for(one)] += 1
            if counted[_counts_for(one)] <= _most(_counts_for(one)):
                taken.append(one)
        return taken

    def _standing(self) -> tuple[int, int | None]:
        with self._notices.db.read() as connection:
            return deliveries.standing(connection, tuple(self._flying))

    def _forget(self, now_ns: int) -> None:
        with self._notices.db.write() as connection:
            deliveries.forget(connection, now_ns - self._config().storage.keep_days * DAY_NS)

    def _begin(self, one: Due) -> None:
        self._flying[one.id] = _counts_for(one)
        task = asyncio.get_running_loop().create_task(self._attempt(one))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, one: Due) -> None:
        try:
            outcome = await self._carrier.carry(one, self._config())
        except Exception as error:  # edge: task supervisor - a fault of ours must not stop what waits behind it
            log.error("a delivery failed in an unforeseen way", delivery_id=one.id, why=repr(error))
            outcome = Outcome("again", "a fault in this program; its log says more")
        clock = self._notices.clock
        later = next_at(one.attempts + 1, clock.now_ns(), self._draw, outcome.asked_s)
        try:
            await asyncio.to_thread(self._note, one, outcome, later)
        except Exception as error:  # edge: task supervisor - not noted, so it will be attempted again, but not at once
            log.error("a delivery's end cannot be noted", delivery_id=one.id, why=str(error))
            asyncio.get_running_loop().call_later(AFTER_FAULT_S, self._landed, one.id)
            return
        ended = outcome.kind if outcome.kind != "again" else "retried" if later is not None else "given_up"
        self._notices.stats.ended[one.channel, ended] += 1
        self._landed(one.id)

    def _note(self, one: Due, outcome: Outcome, later: int | None) -> None:
        with self._notices.db.write() as connection:
            deliveries.end(connection, self._notices, one, outcome, later)

    def _landed(self, delivery_id: str) -> None:
        self._flying.pop(delivery_id, None)
        self._wake.set()


def _counts_for(one: Due) -> str:
    return "email" if one.channel == "email" else one.target


def _most(target: str) -> int:
    return MAILS_AT_ONCE if target == "email" else PER_WEBHOOK


def _nobody() -> None:
    """Nothing carries now; the next start looks into the table."""


async def _first_of(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
