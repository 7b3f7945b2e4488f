"""The pen: the one way a record gets into the books and the journal, in the same order and in one synchronous step.

Knows nothing of what the records mean. All methods run on the event loop's thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import msgspec

from tokenry.base.clock import Clock
from tokenry.base.errors import Conflict
from tokenry.ledger import recovery
from tokenry.ledger.books import Books, Refused
from tokenry.ledger.house_accounts import nature
from tokenry.ledger.model import KIND_OF, Leg, OpenAccount, Record, Unit, encode
from tokenry.ledger.refusals import LedgerUnavailable
from tokenry.ledger.transfers import apply
from tokenry.storage import Answer, Entry, Journal

SNAPSHOT_EVERY = 100_000  # records; folding as many again takes about a second

T = TypeVar("T")


class Delivery(msgspec.Struct, frozen=True):
    """How a record travels to the disk.

    `keep`: written sooner or later even if a commit fails, else dropped with it. `depends_on`: the request whose hold
        is not known to be durable yet; the record is dropped if that hold is. `done` hears how it went.
    """

    keep: bool = True
    depends_on: str | None = None
    answer: Answer | None = None
    done: Callable[[Exception | None], None] | None = None


KEPT = Delivery()


@dataclass(slots=True)
class Pen:
    """Writes into the books and the journal."""

    journal: Journal
    clock: Clock
    books: Books
    since_snapshot: int = 0

    def write(self, record: Record, at: int, delivery: Delivery = KEPT) -> None:
        """Apply a record to the books and queue it for the disk. It must fit: whoever writes has looked before.

        Args:
            at: the instant to file it under, in nanoseconds since the epoch.
        """
        refused = self._take(record, at, delivery)
        assert refused is None, f"the books refuse {record!r}: {refused}"

    def decree(self, record: Record) -> asyncio.Future[None]:
        """Write what somebody in charge decided; the future is done when it is on disk.

        Raises:
            Conflict: the books refuse it.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        refused = self._take(record, self.clock.now_ns(), Delivery(done=partial(resolve, future, None)))
        if refused is not None:
            raise Conflict(f"this does not fit the books: {refused.reason.value} ({refused.account})")
        return future

    def ensure_account(self, name: str, unit: Unit, kind: str, owner: str = "house") -> None:
        """Open an unlimited account unless it is there."""
        if name not in self.books.accounts:
            self.write(OpenAccount(name, unit, kind, owner, limited=False), self.clock.now_ns())

    def ensure_house(self, legs: Iterable[Leg]) -> None:
        """Open what is not there yet of the house's accounts among these."""
        for leg in legs:
            for name in (leg.debit, leg.credit):
                if name not in self.books.accounts:
                    self.ensure_account(name, *nature(name))

    def snapshot(self) -> None:
        """Put a closing snapshot of the books into the journal, as of everything queued so far."""
        self.since_snapshot = 0
        self.journal.put_snapshot(recovery.dump(self.books))

    def _take(self, record: Record, at: int, d: Delivery) -> Refused | None:
        ref = record.ref
        if not ref.isascii():
            ref = ref.encode("ascii", "backslashreplace").decode()
        entry = Entry(KIND_OF[type(record)], ref, at, encode(record), d.keep, d.depends_on, d.answer, d.done)
        entry.check()  # what the journal cannot take must not get into the books either
        refused = apply(self.books, record)
        if refused is not None:
            return refused
        self.journal.take(entry)
        self.since_snapshot += 1
        if self.since_snapshot >= SNAPSHOT_EVERY:
            self.snapshot()
        return None


def resolve(future: asyncio.Future[T], value: T, error: Exception | None) -> None:
    """Tell whoever waits for the disk, unless they have gone."""
    if future.done():
        return
    if error is None:
        future.set_result(value)
    else:
        fail(future, LedgerUnavailable.because(error))


def fail(future: asyncio.Future[T], error: Exception) -> None:
    """End a future with an error that need not be looked at: perhaps nobody waits any more."""
    if not future.done():
        future.set_exception(error)
        future.add_done_callback(lambda f: f.cancelled() or f.exception())
