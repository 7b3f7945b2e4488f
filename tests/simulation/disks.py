"""The ledger's disk in a made-up house: in memory, or SQLite's own file over a file system whose power can be cut.

Both are told how long a commit takes and whether it fails, know which rows are durable, and give what a machine would
find after its power went. Neither has a thread: a commit is carried out on the loop, at one instant, and at once when
somebody must wait for it.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest import mock

import apsw

from tests.ledger.memory_disk import MemoryDisk
from tests.simulation.powercut import Disk, restore
from tokenry.base.clock import Clock
from tokenry.storage import LEDGER_DB_NAME, Journal, Row, Tuning
from tokenry.storage.writer import Writer

MEMORY = Path("/dev/shm")  # where it is there, files lie in memory


@dataclass
class SimDisk(MemoryDisk):
    """In memory: quick, and failed commits may be there all the same."""

    failures: int = 0

    def journal(self, *, probe_s: float = 0.5, clock: Clock | None = None) -> Journal:
        """See MemoryDisk; nothing of it reads a clock."""
        del clock
        return super().journal(probe_s=probe_s)

    def after_power_cut(self, rng: Random) -> SimDisk:
        """What a machine finds, with or without the transaction that was under way."""
        left = self.lose_power(written=rng.randrange(2))
        return SimDisk(left.rows, left.snapshots, left.answers)

    def leave(self) -> None:
        """Give everything back."""

    def _write(self, job: Any, *, fail: bool, keep: bool) -> None:
        self.failures += fail
        super()._write(job, fail=fail, keep=keep)

    def _submit(self, job: Any) -> None:
        super()._submit(job)
        if self._waiting is job:
            job.finished = _Push(self.write_now)


class _Push:
    """Stands where a thread's event stood: to wait is to let the disk work."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work

    def set(self) -> None:
        pass

    def wait(self) -> None:
        self._work()


class SqliteDisk:
    """SQLite's file, log and locks on a file system that keeps unsynced writes apart from the platter."""

    def __init__(self, rng: Random, image: dict[str, bytes] | None = None) -> None:
        self.rng = rng
        self.delay: Callable[[], float | None] = lambda: 0.0
        self.failing: Callable[[], bool] = lambda: False
        self.keeps_failed: Callable[[], bool] = lambda: False  # SQLite's business here
        self.failures = 0
        self._folder = Path(tempfile.mkdtemp(prefix="simulated-", dir=MEMORY if MEMORY.is_dir() else None))
        self._mirror = MemoryDisk(rows=_rows(self._folder / "read", image) if image else [])
        self._files = Disk(self._folder / "disk", Random(rng.getrandbits(48)))
        restore(image or {}, self._folder / "disk")
        self._files.__enter__()
        self._journal: Journal | None = None

    @property
    def rows(self) -> list[Row]:
        """What is durable."""
        return self._mirror.rows

    def journal(self, *, probe_s: float, clock: Clock) -> Journal:
        """A journal over this disk, as a process that starts would open it."""
        with mock.patch("tokenry.storage.journal.Writer", partial(_LoopWriter, self)):
            tuning = Tuning(probe_s=probe_s, clock=clock)
            path = self._folder / "disk" / LEDGER_DB_NAME
            self._journal = Journal.open(path, vfs=self._files.vfs, tuning=tuning)
        return self._journal

    def after_power_cut(self, rng: Random) -> SqliteDisk:
        """What a machine finds: of what was not synced anything, torn at sectors."""
        image = self._files.image(rng)
        self.leave()
        return SqliteDisk(self.rng, image)

    def leave(self) -> None:
        """Give everything back."""
        if self._journal is not None:
            self._journal._reader.close()
            with contextlib.suppress(apsw.Error):
                self._journal._writer._connection.close()
            self._journal = None
            self._files.__exit__(None, None, None)
        shutil.rmtree(self._folder, ignore_errors=True)

    def carry_out(self, job: Any, write: Callable[[Any], None]) -> None:
        """One transaction, which may meet a fault at one of its operations and at all that follow."""
        if self.failing():
            left, error = self.rng.randrange(4), self.rng.choice((apsw.FullError, apsw.IOError))

            def fault(_what: str, _name: str) -> None:
                nonlocal left
                left -= 1
                if left < 0:
                    raise error("made up")

            self._files.fault = fault
        write(job)
        self._files.fault = None
        self.failures += job.error is not None
        if job.error is None:
            self._mirror._apply(job.batch)


class _LoopWriter(Writer):
    """The real writer without its threads."""

    def __init__(self, disk: SqliteDisk, *made: Any) -> None:
        self._disk = disk
        self._under_way: Any = None
        super().__init__(*made)

    def _start(self, _file: Any) -> None:
        self._checkpointer: Any = SimpleNamespace(wake=self._checkpoint)

    def _stop(self) -> None:
        pass

    def _checkpoint(self) -> None:
        with contextlib.suppress(apsw.Error):
            self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)

    def submit(self, job: Any) -> None:
        """Write it after the disk's delay; at once when no loop waits for it."""
        if job.loop is None:
            self._disk.carry_out(job, self._carry_out)
            return
        self._under_way, job.finished = job, _Push(self._due)
        job.loop.call_later(self._disk.delay() or 0.0, self._due)

    def _due(self) -> None:
        job, self._under_way = self._under_way, None
        if job is not None:
            self._disk.carry_out(job, self._carry_out)
            job.loop.call_soon(job.report, job)


def _rows(folder: Path, image: dict[str, bytes]) -> list[Row]:
    """The rows that the journal finds in a copy of these files."""
    restore(image, folder)
    journal = Journal.open(folder / LEDGER_DB_NAME)
    rows = list(journal.read())
    journal.close()
    return rows
