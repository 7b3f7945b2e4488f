"""The journal: one ordered, durable log of facts, written in groups, told back exactly.

Everything here runs on the event loop's thread and owns the queue, the numbering and the latch; the disk is `writer`'s.
It knows nothing of money: kinds, refs and bodies are its callers'.

The promise. `done(None)` is called only after the entry's transaction was fsynced. After a failed commit nobody may be
told anything new until disk and memory agree again, so the latch closes: entries that are not kept are given up (with
those that depend on them), the kept ones wait, and every half second one transaction removes each row beyond the last
acknowledged seq (whether the failed one reached the disk is not known, but nobody was told of it) and writes the kept
entries. When that is durable the latch opens.

What no file can promise: if the machine stops while the latch is closed, an entry that was given up may be found at the
next opening, since the disk that failed could not be told to forget it. A ledger voids such holds at its start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tokenry.base.clock import Clock, SystemClock
from tokenry.storage.errors import StorageError
from tokenry.storage.ledgerdb import Batch, LedgerFile
from tokenry.storage.reading import Reader
from tokenry.storage.records import Answer, Base, Done, Entry, Item, Row, Snapshot, Stats, Upkeep
from tokenry.storage.writer import CHECKPOINT_PAGES, Job, Writer

BATCH_MAX = 4096  # entries of one transaction
QUEUE_MAX = 200_000  # entries waiting; beyond it, only kept ones are taken
PROBE_S = 0.5

OnLatch = Callable[[Exception | None], None]


class JournalClosed(StorageError):
    """The journal was closed; nothing more can be written."""


class JournalLatched(StorageError):
    """The disk refuses; nothing new is taken until it writes again. Its cause is the disk's own error."""

    code = "ledger_unavailable"


@dataclass(frozen=True, slots=True)
class Tuning:
    """What tests and simulations turn.

    Args:
        probe_s: seconds between two tries to write again after a failure.
        checkpoint_pages: pages of write-ahead log after which they are copied into the file.
        clock: where the age of answers and the length of commits are read from.
    """

    probe_s: float = PROBE_S
    checkpoint_pages: int = CHECKPOINT_PAGES
    clock: Clock = field(default_factory=SystemClock)


class Journal:
    """An open ledger.db. Appending belongs to one event loop; reading may be done from any thread."""

    def __init__(self, file: LedgerFile, tuning: Tuning) -> None:
        self.path = file.path
        self._tuning = tuning
        self._reader = Reader(file)
        try:
            self._writer = Writer(file, tuning.clock, tuning.checkpoint_pages)
        except BaseException:
            self._reader.close()
            raise
        self._last_seq = self._reader.last_seq()
        self._base_seq = self._reader.base_seq()
        self._queue: list[Item] = []
        self._job: Job | None = None  # one transaction at a time
        self._scheduled = False  # whether _dispatch is due in this turn of the loop
        self._latched: JournalLatched | None = None
        self._given_up: set[str] = set()  # refs of roots whose callers may not have been told yet
        self._refusals: list[tuple[Done, Exception]] = []  # to be told in the loop's next turn
        self._loop: asyncio.AbstractEventLoop | None = None
        self._probe_timer: asyncio.TimerHandle | None = None
        self._listeners: list[OnLatch] = []
        self._idle: list[asyncio.Future[None]] = []
        self._closing = self._closed = False

    @classmethod
    def open(
        cls, path: Path, *, vfs: str | None = None, synchronous: str = "FULL", tuning: Tuning | None = None
    ) -> Journal:
        """Open or make the file; what an interrupted process or machine left is repaired by SQLite here.

        Args:
            path: ledger.db. vfs: name of a registered SQLite VFS. synchronous: SQLite's setting, FULL but in tests.

        Raises:
            StorageError: the file is damaged, not ours, of a newer schema, or the disk refuses.
        """
        file = LedgerFile(path, vfs, synchronous)
        file.prepare()
        with file.saying_why():
            return cls(file, tuning or Tuning())

    # --- writing -----------------------------------------------------------------------------------------------------

    def append(self, entry: Entry) -> None:
        """Have the entry written after all that were appended before it. Never blocks, never calls `done` by itself.

        While the latch is closed an entry that is not kept fails at once: `done` is called in the loop's next turn.
        Call on the event loop's thread.

        Raises:
            ValueError: the entry is not one the file can hold. JournalClosed: it is too late.
        """
        entry.check()
        self.take(entry)

    def take(self, entry: Entry) -> None:
        """As `append`, for an entry that has passed its `check`."""
        if self._closed or self._latched is not None or self._given_up or self._refusals:
            self._put(entry)
            return
        queue = self._queue
        if len(queue) >= QUEUE_MAX:
            self._put(entry)
            return
        queue.append(entry)
        if self._job is None and not self._scheduled:
            self._schedule()

    def put_snapshot(self, body: bytes, done: Done | None = None) -> None:
        """Keep the caller's state as of now: after every entry appended so far, before every later one.

        It is given up when any commit before or with it fails, since the state then holds what never came to be.
        """
        self._put(Snapshot(body, done))

    def keep_up(self, upkeep: Upkeep) -> None:
        """Have work done on what is old. Its `base` must stand for rows that were acknowledged."""
        assert upkeep.base is None or upkeep.base.seq <= self._last_seq
        upkeep.done = partial(self._kept_up, upkeep, upkeep.done)
        self._put(upkeep)

    def _kept_up(self, upkeep: Upkeep, done: Done | None, error: Exception | None) -> None:
        if error is None and upkeep.base is not None and not upkeep.refused:
            self._base_seq = upkeep.base.seq
        if done is not None:
            done(error)

    def _put(self, item: Item) -> None:
        if self._closed:
            raise JournalClosed(f"{self.path} is closed")
        refusal = self._refusal(item)
        if refusal is not None:
            self._refuse(item, refusal)
            return
        self._queue.append(item)
        if not self._scheduled and self._job is None:
            self._schedule()

    def _refusal(self, item: Item) -> Exception | None:
        if item.depends_on is not None and item.depends_on in self._given_up:
            return self._latched or StorageError(f"what this entry depends on ({item.depends_on}) was not written")
        if item.keep:
            return None
        if self._latched is not None:
            return self._latched
        if len(self._queue) >= QUEUE_MAX:
            return StorageError(f"{self.path} has {QUEUE_MAX} entries waiting for the disk; try again later")
        if self._refusals and isinstance(item, Snapshot):
            return StorageError("a snapshot cannot be taken before all refusals are told")
        return None

    def _refuse(self, item: Item, refusal: Exception) -> None:
        if isinstance(item, Entry) and item.is_root:
            self._given_up.add(item.ref)
        if not self._refusals and not self._closing:
            self._running_loop().call_soon(self._tell_refusals)
        self._refusals.append((item.done or _nobody, refusal))

    def _tell_refusals(self) -> None:
        while self._refusals:
            refusals, self._refusals = self._refusals, []
            for done, refusal in refusals:
                self._tell(done, refusal)
        if self._latched is None:
            self._given_up.clear()

    def _schedule(self) -> None:
        """Collect what this turn of the loop appends, then write it in one transaction."""
        if self._latched is None and not self._closing:
            self._scheduled = True
            self._running_loop().call_soon(self._dispatch)

    def _dispatch(self) -> None:
        self._scheduled = False
        if self._job is None and self._latched is None and self._queue and not self._closing:
            self._submit(self._loop)

    def _submit(self, loop: asyncio.AbstractEventLoop | None) -> None:
        items = self._queue[:BATCH_MAX]
        del self._queue[:BATCH_MAX]
        probe = self._latched is not None
        self._job = Job(Batch(self._last_seq, items, probe), loop, self._finished)
        self._writer.submit(self._job)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        return self._loop

    # --- outcomes ----------------------------------------------------------------------------------------------------

    def _finished(self, job: Job) -> None:
        if job is not self._job:  # close() was quicker
            return
        self._job = None
        if job.error is not None:
            self._failed(job.batch, job.error)
        else:
            self._committed(job.batch)
        if not self._closing:
            self._go_on()

    def _committed(self, batch: Batch) -> None:
        self._last_seq += len([item for item in batch.items if type(item) is Entry])
        if batch.probe:
            self._tell_refusals()  # before the latch opens: nobody may build on what was given up
            self._latched = None
            self._given_up.clear()
            self._tell_listeners(None)
        self._tell_all([item.done for item in batch.items if item.done is not None])

    def _failed(self, batch: Batch, error: Exception) -> None:
        latched = JournalLatched(f"{self.path} cannot be written ({error}); make room or mend the disk")
        latched.__cause__ = error
        waiting = batch.items + self._queue
        if self._latched is not None:  # a probe: only kept entries are left, and they go on waiting
            self._latched, self._queue = latched, waiting
            return
        self._latched = latched
        self._given_up = {item.ref for item in waiting if isinstance(item, Entry) and item.is_root}
        given_up: list[Item] = []
        self._queue = []
        for item in waiting:
            kept = item.keep and item.depends_on not in self._given_up
            (self._queue if kept else given_up).append(item)
        # From here on callers may append again: nothing of the state above may be touched after a callback.
        self._tell_listeners(latched)
        for item in given_up:
            if item.done is not None:
                self._tell(item.done, latched)

    def _go_on(self) -> None:
        if self._latched is not None:
            if self._probe_timer is None:
                self._probe_timer = self._running_loop().call_later(self._tuning.probe_s, self._probe)
        elif self._queue:
            if not self._scheduled:
                self._schedule()
        elif self._job is None:
            idle, self._idle = self._idle, []
            for waiter in idle:
                if not waiter.done():
                    waiter.set_result(None)

    def _probe(self) -> None:
        self._probe_timer = None
        if not self._closing:
            self._submit(self._loop)

    # --- the latch ---------------------------------------------------------------------------------------------------

    @property
    def latched(self) -> Exception | None:
        """Why nothing new is taken now; None when all is well."""
        return self._latched

    def on_latch(self, listener: OnLatch) -> None:
        """Call `listener(error)` when the latch closes and `listener(None)` when it opens, before any `done` of it."""
        self._listeners.append(listener)

    def _tell_listeners(self, error: Exception | None) -> None:
        for listener in self._listeners:
            self._tell(listener, error)

    def _tell(self, listener: Callable[[Exception | None], None], error: Exception | None) -> None:
        self._tell_all((listener,), error)

    def _tell_all(
        self, listeners: Iterable[Callable[[Exception | None], None]], error: Exception | None = None
    ) -> None:
        for listener in listeners:
            try:
                listener(error)
            except Exception as raised:  # edge: task supervisor; one's mistake must not keep others from the truth
                self._running_loop().call_exception_handler(
                    {"message": "a listener of the journal raised", "exception": raised}
                )

    # --- reading -----------------------------------------------------------------------------------------------------

    @property
    def last_seq(self) -> int:
        """The seq of the newest acknowledged entry; 0 when there is none."""
        return self._last_seq

    @property
    def base_seq(self) -> int:
        """The newest row that is no longer kept; 0 when the first one still is."""
        return self._base_seq

    @property
    def stats(self) -> Stats:
        """How the writer fares."""
        w = self._writer
        queued = len(self._queue) + (len(self._job.batch.items) if self._job else 0)
        times = (w.commit_last_s, w.commit_ewma_s, tuple(w.commit_buckets))
        return Stats(w.commits, w.failures, w.entries, queued, *times, w.wal_pages)

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """Acknowledged rows with `after < seq <= until`, oldest first; up to the newest at the time of the call.

        Rows below the base are not told.
        """
        last = self._last_seq
        return self._reader.read(after, last if until is None else min(until, last))

    def find(self, ref: str, kind: str) -> Row | None:
        """The newest acknowledged row of this ref and kind."""
        return self._reader.find(ref, kind, self._last_seq)

    def find_latest(self, kinds: tuple[str, ...], limit: int, before: int | None = None) -> list[Row]:
        """Up to `limit` (at most 10,000) acknowledged rows of these kinds, newest first, all with `seq < before`.

        Walks the journal backwards: quick for kinds that are common, slow for a rare kind in a long journal.
        """
        until = self._last_seq if before is None else min(before - 1, self._last_seq)
        return self._reader.find_latest(kinds, limit, until)

    def latest_snapshot(self) -> tuple[int, bytes] | None:
        """The newest snapshot that is whole (a damaged one is skipped): the seq it stands after, and its body."""
        return self._reader.latest_snapshot(self._last_seq)

    def base(self) -> Base | None:
        """What the oldest row that is kept stands upon; None when that is the first.

        Raises:
            StorageError: it is damaged.
        """
        return self._reader.base()

    def sums(self, prefix: str = "") -> dict[str, bytes]:
        """What is still known of the rows below the base, for all names that begin so."""
        return self._reader.sums(prefix)

    def size(self) -> tuple[int, int]:
        """Bytes of the file that are in use, and bytes of the file; its log not counted."""
        return self._reader.size()

    def answer(self, scope: str, key: str, now: int) -> Answer | None:
        """The durable answer kept under this key, unless it has expired at `now` (nanoseconds since the epoch)."""
        return self._reader.answer(scope, key, now, self._last_seq)

    # --- the end -----------------------------------------------------------------------------------------------------

    async def flush(self) -> None:
        """Wait until everything appended so far is durable or given up; with the latch closed, until it opens."""
        if self._queue or self._job is not None or self._latched is not None:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._idle.append(waiter)
            await waiter

    def close(self) -> None:
        """Write what waits, copy the log into the file, give the file back. Blocks: stop traffic first.

        Raises:
            StorageError: kept entries could not be written; each was told so by its `done`.
        """
        if self._closing:
            return
        self._closing = True  # from here on the loop starts nothing; entries appended by callbacks are still taken
        if self._probe_timer is not None:
            self._probe_timer.cancel()
        self._drain()
        self._tell_refusals()
        self._closed = True
        self._reader.close()
        self._writer.close()  # last: the connection that closes last removes the log, and a reader cannot
        for waiter in self._idle:
            waiter.cancel()
        self._lose(self._queue)

    def _drain(self) -> None:
        """Write until nothing waits. With the latch closed, one probe decides."""
        probes_left = 1
        while True:
            if self._job is None:
                if self._latched is not None:
                    if not probes_left:
                        return
                    probes_left -= 1
                elif not self._queue:
                    return
                self._submit(None)
            job = self._job
            assert job is not None
            job.finished.wait()
            self._finished(job)

    def _lose(self, lost: list[Item]) -> None:
        if not lost:
            return
        error = StorageError(f"{self.path} was closed while {len(lost)} entries could not be written ({self._latched})")
        for item in lost:
            if item.done is not None:
                self._tell(item.done, error)
        raise error


def _nobody(_outcome: Exception | None) -> None:
    """Stands where an entry has no `done`."""
