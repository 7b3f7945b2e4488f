"""What keeps a disk from filling up, and what happens when it does all the same.

Once a second the free room is looked at: below `storage.disk_free_min` no new request is taken, while those that run go
on and settle. When even a settlement finds no room, the ballast is given back. Once an hour old detail is given up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from tokenry.base.logs import get_logger
from tokenry.config import Storage
from tokenry.ledger import DiskNearlyFull, Ledger, Policy, Retention
from tokenry.storage import StorageError, free_bytes, give_ballast, make_ballast

LOOK_EVERY_S = 1.0
ROUND_EVERY_S = 3600.0
FIRST_ROUND_S = 60.0  # after the start, so that a start is not slowed down by it
DAY_NS = 86_400 * 10**9
SLACK = 8  # one part in so many above the least, before requests are taken again

log = get_logger("tokenry")


class Housekeeping:
    """Looks after the disk of one installation. `run` until it is cancelled."""

    def __init__(self, folder: Path, ledger: Ledger, settings: Callable[[], Storage]) -> None:
        """Args:
        settings: the part of the configuration in force.
        """
        self._folder = folder
        self._ledger = ledger
        self._settings = settings
        self._retention = Retention(ledger.journal, ledger.clock)
        self._has_ballast = False
        ledger.journal.on_latch(self._latched)

    async def run(self) -> None:
        """Look, again and again; and give up old detail now and then."""
        loop = asyncio.get_running_loop()
        rounds = loop.create_task(self._rounds())
        try:
            while True:
                try:
                    self.look()
                except OSError as error:
                    log.error("the disk cannot be looked at", why=str(error))
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            rounds.cancel()

    def look(self) -> None:
        """See how much room is left; shut or reopen the ledger; have a ballast when there is plenty."""
        settings = self._settings()
        least = settings.disk_free_min
        free = free_bytes(self._folder)
        shut = DiskNearlyFull in self._ledger.shut
        if free < least:
            self._ledger.shut_for(DiskNearlyFull, _words(free, least))
            if not shut:
                log.error("the disk is nearly full; no request is taken", free_bytes=free, least_bytes=least)
        elif shut and free >= least + least // SLACK:
            self._ledger.reopen(DiskNearlyFull)
            log.info("the disk has room again", free_bytes=free)
        self._keep_ballast(settings.ballast_size, free, least)

    def _keep_ballast(self, size: int, free: int, least: int) -> None:
        if self._has_ballast and size:
            return
        if size and free < least + 2 * size:
            return  # not from what little there is
        try:
            make_ballast(self._folder, size)
        except OSError as error:
            log.warning("no ballast could be laid by", why=str(error))
            return
        self._has_ballast = size > 0

    def _latched(self, error: Exception | None) -> None:
        """The ledger cannot be written. If that is for want of room, here is some."""
        if error is None or free_bytes(self._folder) >= self._settings().ballast_size:
            return
        self._has_ballast = False
        if give_ballast(self._folder):
            log.error("the disk is full; the ballast was given back so that running requests can settle")

    async def _rounds(self) -> None:
        await asyncio.sleep(FIRST_ROUND_S)
        while True:
            await self.give_up_old_detail()
            await asyncio.sleep(ROUND_EVERY_S)

    async def give_up_old_detail(self) -> None:
        """One round; what went wrong is in the log, and the next one tries again."""
        settings = self._settings()
        try:
            outcome = await self._retention.run(Policy(settings.keep_days * DAY_NS, settings.ledger_size_max or None))
        except StorageError as error:
            log.error("old detail could not be given up", why=error.message)
            return
        if outcome.closed:
            log.info("old detail given up", rows=outcome.closed)
        if outcome.early:
            log.warning(
                "the ledger is larger than storage.ledger_size_max, so detail went before its time",
                keep_days=settings.keep_days,
            )


def _words(free: int, least: int) -> str:
    return (
        f"the server's disk has {free // 2**20} MiB left, and below {least // 2**20} MiB no new request is taken, so "
        "that those that run can settle; tell your administrator to make room"
    )
