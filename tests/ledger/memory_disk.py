"""A disk in memory under the real journal: its queue, numbering and latch run as they are, only the file is made up.

The disk writes when told to, or after a delay of the loop's own time. It fails on demand, with the rows of the failed
transaction lost or secretly kept; and what a crashed machine would find on it can be opened by a second journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any
from unittest import mock

from tokenry.storage import Answer, Entry, Journal, Row, Tuning

INSTANT: Callable[[], float] = lambda: 0.0  # noqa: E731 - a delay that is none


class DiskFull(Exception):
    """What the made-up disk says when it was told to fail."""


@dataclass
class MemoryDisk:
    """Rows, snapshots and answers that a crash leaves.

    `delay` gives the seconds of the next transaction; None = it waits for `write_now`. `failing` is asked before each
    transaction; `keeps_failed` whether the rows of one that fails are on the disk all the same.
    """

    rows: list[Row] = field(default_factory=list)
    snapshots: list[tuple[int, bytes]] = field(default_factory=list)
    answers: dict[tuple[str, str], tuple[int, Answer]] = field(default_factory=dict)
    delay: Callable[[], float | None] = INSTANT
    failing: Callable[[], bool] = lambda: False
    keeps_failed: Callable[[], bool] = lambda: False
    path: str = "memory"
    commits: int = 0
    _waiting: Any = None  # the job that waits for write_now

    def journal(self, *, probe_s: float = 0.5) -> Journal:
        """A journal over this disk, as a process that starts would open it."""
        with (
            mock.patch("tokenry.storage.journal.Writer", _Writer),
            mock.patch("tokenry.storage.journal.Reader", _Reader),
        ):
            return Journal(self, Tuning(probe_s=probe_s))  # type: ignore[arg-type]  # stands in for the file

    def copy(self) -> MemoryDisk:
        """The disk as it is now, with the default manners."""
        return MemoryDisk(list(self.rows), list(self.snapshots), dict(self.answers))

    def write_now(self, *, fail: bool = False, keep: bool = False) -> bool:
        """Write the transaction that waits; whether one did. Its callers are told in the loop's next turn.

        Args:
            fail: it fails. keep: its rows are on the disk all the same.
        """
        job, self._waiting = self._waiting, None
        if job is not None:
            self._write(job, fail=fail, keep=keep)
        return job is not None

    def lose_power(self, *, written: int = 0) -> MemoryDisk:
        """What a machine finds that lost its power now: all acknowledged rows, and perhaps the transaction under way.

        Args:
            written: 1 = the transaction that waits had just reached the disk, but nobody was told.
        """
        left = self.copy()
        if self._waiting is not None and written:
            left._apply(self._waiting.batch)
        return left

    def _submit(self, job: Any) -> None:
        delay = self.delay()
        if job.loop is None:
            self._write(job, fail=self.failing(), keep=False)
        elif delay is None:
            self._waiting = job
        elif delay == 0:
            self._write(job, fail=self.failing(), keep=self.keeps_failed())
        else:
            self._waiting = job
            job.loop.call_later(delay, self._due, job)

    def _due(self, job: Any) -> None:
        if self._waiting is job:
            self.write_now(fail=self.failing(), keep=self.keeps_failed())

    def _write(self, job: Any, *, fail: bool, keep: bool) -> None:
        if keep or not fail:
            self._apply(job.batch)
        if fail:
            job.error = DiskFull("database or disk is full")
        else:
            self.commits += 1
        job.finished.set()
        if job.loop is not None:
            job.loop.call_soon(job.report, job)

    def _apply(self, batch: Any) -> None:
        del self.rows[batch.after :]
        self.snapshots = [s for s in self.snapshots if s[0] <= batch.after]
        self.answers = {k: a for k, a in self.answers.items() if a[0] <= batch.after}
        for item in batch.items:
            if isinstance(item, Entry):
                self.rows.append(Row(len(self.rows) + 1, item.kind, item.ref, item.at, item.body))
                if item.answer is not None:
                    self.answers[item.answer.scope, item.answer.key] = (len(self.rows), item.answer)
            else:
                self.snapshots = [s for s in self.snapshots if s[0] != len(self.rows)][-2:]
                self.snapshots.append((len(self.rows), item.body))


class _Writer(SimpleNamespace):
    def __init__(self, disk: MemoryDisk, _clock: object, _pages: int) -> None:
        figures = {"commits": 0, "failures": 0, "entries": 0, "wal_pages": 0, "commit_buckets": [0]}
        super().__init__(
            submit=disk._submit, close=lambda: None, commit_last_s=0.0, commit_ewma_s=0.0, **figures
        )  # fmt: skip


class _Reader:
    def __init__(self, disk: MemoryDisk) -> None:
        self._disk = disk

    def last_seq(self) -> int:
        return len(self._disk.rows)

    def base_seq(self) -> int:
        return 0

    def base(self) -> None:
        return None

    def sums(self, _prefix: str) -> dict[str, bytes]:
        return {}

    def read(self, after: int, until: int) -> Iterator[Row]:
        return iter(self._disk.rows[after:until])

    def find(self, ref: str, kind: str, until: int) -> Row | None:
        return next((r for r in reversed(self._disk.rows[:until]) if (r.ref, r.kind) == (ref, kind)), None)

    def find_latest(self, kinds: tuple[str, ...], limit: int, until: int) -> list[Row]:
        return [row for row in reversed(self._disk.rows[:until]) if row.kind in kinds][:limit]

    def latest_snapshot(self, until: int) -> tuple[int, bytes] | None:
        return next((s for s in reversed(self._disk.snapshots) if s[0] <= until), None)

    def answer(self, scope: str, key: str, now: int, until: int) -> Answer | None:
        seq, answer = self._disk.answers.get((scope, key), (0, None))
        if answer is None or answer.expires_at <= now or seq > until:
            return None
        return replace(answer, ref=self._disk.rows[seq - 1].ref) if seq else answer

    def close(self) -> None:
        pass
