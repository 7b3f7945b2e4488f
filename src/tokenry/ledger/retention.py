"""Old detail is given up, so that the disk does not fill for ever: rows are proven, summed up, and then removed.

What stays of them is in `closing`. Nothing is given up that was not proven first, and nothing that is younger than
DETAIL_MIN_NS: stored answers and corrections look back that far.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from tokenry.base.clock import Clock
from tokenry.ledger.buckets import Closed
from tokenry.ledger.check import Proof
from tokenry.ledger.closing import DAY, DAY_NS, Closing, Days
from tokenry.ledger.past import seq_before
from tokenry.ledger.recovery import dump
from tokenry.storage import Base, Journal, StorageError, Upkeep

DETAIL_MIN_NS = 2 * DAY_NS
CHUNK = 50_000  # rows that are proven and summed up at a time
ROWS_AT_ONCE = 500  # rows removed in one transaction; others wait a few milliseconds for it
PAGES_AT_ONCE = 256  # free pages given back in one transaction
REST_EVERY = 500  # rows, after which the thread that proves lets the one that serves go on
REST_S = 0.02
PAUSE_S = 0.005  # between two transactions


@dataclass(frozen=True, slots=True)
class Policy:
    """How long detail is kept.

    Args:
        keep_ns: nanoseconds; rows that are older go.
        size_max: bytes of ledger.db in use; above it the oldest rows go before their time. None = no bound.
    """

    keep_ns: int
    size_max: int | None = None


@dataclass(slots=True)
class Outcome:
    """What one round did: rows that are no longer kept, and whether the bound of size took some before their time."""

    closed: int = 0
    removed: int = 0
    early: bool = False


class Retention:
    """Gives up old rows of one journal. One round at a time."""

    def __init__(self, journal: Journal, clock: Clock, *, rest_s: float = REST_S) -> None:
        """Args:
        rest_s: seconds of rest after every REST_EVERY rows that are proven.
        """
        self._journal = journal
        self._clock = clock
        self._rest_s = rest_s
        self._round = asyncio.Lock()

    async def run(self, policy: Policy) -> Outcome:
        """Give up what is too old, bit by bit.

        Raises:
            StorageError: the disk refuses, or the rows that should go do not add up: then all of them stay.
        """
        async with self._round:
            outcome = Outcome(removed=await self._remove())  # what an interrupted round has left
            until, outcome.early = await asyncio.to_thread(self._until, policy)
            while self._journal.base_seq < until:
                before = self._journal.base_seq
                await self._keep_up(await asyncio.to_thread(self._close, min(until, before + CHUNK)))
                if self._journal.base_seq == before:
                    raise StorageError("ledger.db was given another base by somebody else")
                outcome.closed += self._journal.base_seq - before
                outcome.removed += await self._remove()
            await self._until_none(lambda: Upkeep(pages_max=PAGES_AT_ONCE))
            return outcome

    def _until(self, policy: Policy) -> tuple[int, bool]:
        """The newest row that shall go, and whether any goes before its time."""
        journal, now = self._journal, self._clock.now_ns()
        last = journal.last_seq - 1
        by_age = min(last, seq_before(journal, now - max(policy.keep_ns, DETAIL_MIN_NS)))
        if policy.size_max is None:
            return by_age, False
        used, base = journal.size()[0], journal.base_seq
        share = max(0.0, 1 - policy.size_max / used) if used else 0.0
        by_size = min(last, base + int((journal.last_seq - base) * share), seq_before(journal, now - DETAIL_MIN_NS))
        return (by_size, True) if by_size > max(by_age, base) else (by_age, False)

    def _close(self, until: int) -> Upkeep:
        """Prove and sum up the rows from the base to `until`. Runs in a thread, with rests."""
        journal, proof, days, base = self._journal, Proof(), Days(), self._journal.base()
        if base is not None:
            proof.stand_on(base)
        buckets = Closed(proof.moved)
        at = 0
        for row in journal.read(proof.seq, until):
            record, at = proof.row(row), row.at
            if record is not None:
                days.add(row, record)
                buckets.add(row, record)
            if proof.report.rows % REST_EVERY == 0:
                time.sleep(self._rest_s)
        proof.compare(proof.books, "the books")
        if proof.report.breaches or proof.seq != until:
            why = proof.report.breaches[0].what if proof.report.breaches else f"row {until} is missing"
            raise StorageError(f"rows of ledger.db do not add up, so no old ones are given up: {why}")
        report = proof.report
        body = Closing(dump(proof.books), report.requests, report.input_tokens, report.output_tokens)
        try:
            sums = days.merged(journal.sums(DAY)) | buckets.merged(journal.sums)
        except msgspec.MsgspecError as error:
            raise StorageError(f"the sums of past days cannot be read, so no old rows are given up: {error}") from error
        instead_of = 0 if base is None else base.seq
        return Upkeep(Base(until, at, msgspec.msgpack.encode(body)), instead_of=instead_of, sums=sums)

    async def _remove(self) -> int:
        return await self._until_none(lambda: Upkeep(rows_max=ROWS_AT_ONCE))

    async def _until_none(self, work: Callable[[], Upkeep]) -> int:
        """Transaction after transaction until one finds nothing to do; how much all of them did."""
        count = 0
        while True:
            done = await self._keep_up(work())
            if not done.removed + done.given_back:
                return count
            count += done.removed + done.given_back
            await asyncio.sleep(PAUSE_S)

    async def _keep_up(self, upkeep: Upkeep) -> Upkeep:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def tell(error: Exception | None) -> None:
            if done.done():
                return
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

        upkeep.done = tell
        self._journal.keep_up(upkeep)
        await done
        return upkeep
