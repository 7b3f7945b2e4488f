"""The thread that writes: one batch, one transaction, one fsync, one answer. And the thread that checkpoints beside it.

Neither knows whose entries they carry, nor what a failure means for them: that is `journal`'s business.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from bisect import bisect_left
from collections.abc import Callable
from queue import SimpleQueue

import apsw

from tokenry.base.clock import NS_PER_S, Clock
from tokenry.storage.ledgerdb import Batch, LedgerFile, write
from tokenry.storage.records import COMMIT_BOUNDS_S

CHECKPOINT_PAGES = 4096  # pages of write-ahead log (16 MiB) after which they are copied into the file
PRUNE_EVERY_NS = 10 * NS_PER_S
_EWMA_WEIGHT = 0.1


class Flag:
    """Told once, waited for by whoever likes. Each commit makes one, and a `threading.Event` is dear."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def set(self) -> None:
        """Let everybody go on who waits, now or later. Once only."""
        self._lock.release()

    def wait(self) -> None:
        """Block until it is set."""
        with self._lock:
            pass


class Job:
    """A batch on its way, and how it went. `error` may be read once `finished` is set."""

    __slots__ = ("batch", "error", "finished", "loop", "report")

    def __init__(self, batch: Batch, loop: asyncio.AbstractEventLoop | None, report: Callable[[Job], None]) -> None:
        """Args:
        batch: what to write.
        loop: where `report` is called with this job once it is finished; None = nobody is told.
        """
        self.batch = batch
        self.loop = loop
        self.report = report
        self.error: Exception | None = None
        self.finished = Flag()


class Writer:
    """Owns the one connection that writes, on a thread of its own."""

    def __init__(self, file: LedgerFile, clock: Clock, checkpoint_pages: int) -> None:
        self.commits = self.failures = self.entries = self.wal_pages = 0
        self.commit_last_s = self.commit_ewma_s = 0.0
        self.commit_buckets = [0] * (len(COMMIT_BOUNDS_S) + 1)
        self._clock = clock
        self._prune_at = 0
        self._checkpoint_pages = checkpoint_pages
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._connection = file.connect()
        self._connection.set_wal_hook(self._committed)
        self._start(file)

    def _start(self, file: LedgerFile) -> None:
        """Begin to write what is submitted. Whoever has no threads (a simulation) brings its own way, and `_stop`."""
        self._checkpointer = Checkpointer(file, self._gate)
        self._checkpointer.start()
        self._thread = threading.Thread(target=self._run, name="tokenry-journal", daemon=True)
        self._thread.start()

    def _stop(self) -> None:
        """Finish what was submitted, and checkpoint no more."""
        self._jobs.put(None)
        self._thread.join()
        self._checkpointer.close()

    def submit(self, job: Job) -> None:
        """Have the job written after those submitted before. Never blocks."""
        self._jobs.put(job)

    def close(self) -> None:
        """Finish what was submitted, copy the write-ahead log into the file, give the file back."""
        self._stop()
        # A log that cannot be copied now is safe where it is: the next one to open the file reads it.
        with contextlib.suppress(apsw.Error):
            self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        with contextlib.suppress(apsw.Error):  # closing tries once more
            self._connection.close()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._carry_out(job)
            if job.loop is not None:
                with contextlib.suppress(RuntimeError):  # the loop is closed: whoever closes the journal looks itself
                    job.loop.call_soon_threadsafe(job.report, job)

    def _carry_out(self, job: Job) -> None:
        """Write a job's batch and note in the job how it went."""
        try:
            self._write(job.batch)
        except Exception as error:  # edge: task supervisor; a writer that dies would leave everybody waiting
            job.error = error
            self.failures += 1
        job.finished.set()

    def _write(self, batch: Batch) -> None:
        now = self._clock.now_ns()
        if now >= self._prune_at:
            batch.prune_before = now
            self._prune_at = now + PRUNE_EVERY_NS
        with self._gate:
            try:
                last = write(self._connection, batch)
                began = self._clock.monotonic_ns()
                self._connection.execute("COMMIT")
                took_s = (self._clock.monotonic_ns() - began) / NS_PER_S
            finally:
                if self._connection.in_transaction:
                    self._roll_back()
        self.entries += last - batch.after
        self._count(took_s)
        if self.wal_pages >= self._checkpoint_pages:
            self._checkpointer.wake()

    def _roll_back(self) -> None:
        # SQLite has rolled back by itself after most errors; if it cannot now, the next BEGIN fails, and the probe is
        # told so.
        with contextlib.suppress(apsw.Error):
            self._connection.execute("ROLLBACK")

    def _count(self, took_s: float) -> None:
        self.commit_last_s = took_s
        self.commit_ewma_s += (took_s - self.commit_ewma_s) * (_EWMA_WEIGHT if self.commits else 1.0)
        self.commit_buckets[bisect_left(COMMIT_BOUNDS_S, took_s)] += 1
        self.commits += 1

    def _committed(self, _connection: apsw.Connection, _schema: str, pages: int) -> int:
        self.wal_pages = pages
        return apsw.SQLITE_OK


class Checkpointer:
    """Copies the write-ahead log into the file, so that the log is used over again instead of growing."""

    def __init__(self, file: LedgerFile, gate: threading.Lock) -> None:
        """Args:
        gate: held by the writer during a transaction.
        """
        self._gate = gate
        self._connection = file.connect()
        self._wanted = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="tokenry-checkpoint", daemon=True)

    def start(self) -> None:
        """Begin to checkpoint when woken."""
        self._thread.start()

    def wake(self) -> None:
        """Checkpoint soon. Never blocks."""
        self._wanted.set()

    def close(self) -> None:
        """Finish and give the file back."""
        self._closing = True
        self._wanted.set()
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while self._wanted.wait() and not self._closing:
            self._wanted.clear()
            # A checkpoint that fails has lost nothing: the log keeps all of it, and the next commit asks again.
            with contextlib.suppress(apsw.Error):
                self._checkpoint()

    def _checkpoint(self) -> None:
        # The bulk is copied while the writer goes on. What it added meanwhile is copied while it waits: only when all
        # of the log is copied does the next commit start it over from the front.
        self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        with self._gate:
            self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
