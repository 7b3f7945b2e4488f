"""The buckets of one journal: how they follow it, row by row, and how they are made anew when the two do not fit.

Derived, never used to enforce anything. What is counted and how far is written in one transaction, so a process that
dies between any two lines goes on where the sums say. Everything here blocks: call it in a worker thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Protocol

import msgspec

from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import Unavailable
from tokenry.ledger.buckets import tally
from tokenry.ledger.buckets.closed import MINUTES, PREFIX, closed_sums, minutes_from
from tokenry.ledger.buckets.days import AwardDay, award_days
from tokenry.ledger.buckets.tally import DAY_S, HOUR_S, MINUTE_S
from tokenry.ledger.closing import read_base
from tokenry.ledger.model import Record, decode
from tokenry.storage import Base, Row, StorageError, UsageDamaged, UsageDb, UsageState, UsageSums

PAGE = 100  # rows, after which the thread that counts lets the one that serves go on
MINUTES_KEPT_S = 35 * DAY_S
FAR = 200_000  # rows behind, that a question would wait some seconds for
BEHIND_MAX = 1_000_000  # rows; further behind, nobody is kept waiting for the sums
WIDTHS = (MINUTE_S, HOUR_S, DAY_S)


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard to work.

    Args:
        chunk: rows of the journal counted in with one transaction.
        rest_s: seconds of rest after each PAGE rows.
        idle: seconds of rest for each second of work on the processor, after each chunk.
        idle_far: the same while more than FAR rows are still to be counted.
    """

    chunk: int
    rest_s: float = 0.0
    idle: float = 0.0
    idle_far: float = 0.0


WAITED_FOR = Pace(5000, rest_s=0.001)  # somebody waits, beside requests that are served
# Nobody waits: a hundredth of one processor, and a twentieth when that is not enough. Every row that is read takes the
# interpreter from the thread that serves, so that a busy server pays several times what is used here.
IN_PASSING = Pace(200, idle=99.0, idle_far=19.0)
ALONE = Pace(5000)


class Source(Protocol):
    """A journal that can be read by number, and what it stands upon."""

    @property
    def last_seq(self) -> int:
        """The newest acknowledged row."""
        ...

    @property
    def base_seq(self) -> int:
        """The newest row that is no longer kept."""
        ...

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """Rows in order."""
        ...

    def base(self) -> Base | None:
        """What the oldest row stands upon."""
        ...

    def sums(self, prefix: str) -> dict[str, bytes]:
        """What is kept of rows that are gone."""
        ...


class _Moved(Exception):
    """Rows were given up while they were read."""


class Buckets:
    """Sums by minute, hour and day that follow a journal."""

    def __init__(self, db: UsageDb, journal: Source) -> None:
        self.db = db
        self.pace = ALONE  # for somebody who waits; whoever serves beside it asks for rests
        self._journal = journal
        self._turns = threading.Lock()
        self._stopped = False
        self._known = False  # whether the file is known to tell of this journal

    @property
    def behind(self) -> int:
        """How many rows of the journal are not counted in yet."""
        return max(0, self._journal.last_seq - self.db.state.seq)

    @property
    def minutes_from(self) -> int:
        """Seconds since the epoch; earlier minutes are not told."""
        return self.db.state.minutes_from

    def catch_up(self, pace: Pace | None = None) -> None:
        """Count in every row acknowledged so far.

        Args:
            pace: None = as for somebody who waits.

        Raises:
            Unavailable: that would take minutes, as it does while the sums are made anew over a large ledger.
            StorageError: a file cannot be read or written.
        """
        pace = pace or self.pace
        try:
            self._follow(pace)
        except UsageDamaged:
            self.db.renew()
            self._follow(pace)

    def _follow(self, pace: Pace) -> None:
        if pace.rest_s and self.behind > BEHIND_MAX:
            raise Unavailable(
                f"the sums of usage are being made anew, {self.behind} rows are still to be counted; try again later",
                headers={"retry-after": "30"},
            )
        last = self._journal.last_seq
        while True:
            began_s = time.thread_time()
            with self._turns:
                if not self._fits():
                    self._begin_anew()
                if self._stopped or self.db.state.seq >= last:
                    return
                try:
                    self._count(last, pace)
                except _Moved:
                    self._begin_anew()
            if pace.idle:
                idle = pace.idle if self.behind <= FAR else pace.idle_far
                time.sleep((time.thread_time() - began_s) * idle)

    def award_days(self, award_ids: Iterable[str], start_s: int, end_s: int) -> list[AwardDay]:
        """What each award gained, lost and paid for on each day (UTC) that anything happened to it, as far as is
        counted in.

        Args:
            start_s: seconds since the epoch, of a day's beginning. end_s: the same; not included.
        """
        return award_days(self.db, award_ids, (start_s, end_s))

    def stop(self) -> None:
        """Whoever counts in the background ends with the rows it has in hand; nothing is lost by that."""
        self._stopped = True

    def rebuild(self) -> None:
        """Make all sums anew from the journal and what it keeps of rows that are gone."""
        with self._turns:
            self._begin_anew()
        self.catch_up(ALONE)

    def _count(self, last: int, pace: Pace) -> None:
        state = self.db.state
        sums, row, seq = UsageSums(), None, state.seq
        for row in self._journal.read(seq, min(last, seq + pace.chunk)):
            if row.seq != seq + 1:
                raise _Moved
            seq = row.seq
            if row.kind in tally.KINDS:
                tally.add(sums, row, _decoded(row), MINUTE_S, self.db.moved)
            if pace.rest_s and seq % PAGE == 0:
                time.sleep(pace.rest_s)
        if row is None:
            raise _Moved
        for width, wider in pairwise(WIDTHS):
            tally.widen(sums, width, wider)
        at = row.at // NS_PER_S
        floor = max(state.minutes_from, self._kept_minutes(), at - at % DAY_S - MINUTES_KEPT_S)
        sums.cells = {key: cell for key, cell in sums.cells.items() if key[0] != MINUTE_S or key[1] >= floor}
        self.db.add(sums, UsageState(seq, row.at, _digest(row), floor))

    def _kept_minutes(self) -> int:
        return minutes_from(self._journal.sums(MINUTES)) if self._journal.base_seq else 0

    def _fits(self) -> bool:
        """Whether the sums tell of this journal and no row was given up before it was counted."""
        state = self.db.state
        if state.seq < self._journal.base_seq or state.seq > self._journal.last_seq:
            return False
        if not self._known:
            self._known = state.seq == 0 or self._is_ours(state)
        return self._known

    def _is_ours(self, state: UsageState) -> bool:
        row = next(iter(self._journal.read(state.seq - 1, state.seq)), None)
        if row is not None:
            return _digest(row) == state.digest
        base = self._journal.base()
        return base is not None and (base.seq, base.at) == (state.seq, state.at)

    def _begin_anew(self) -> None:
        """Forget everything; begin with what is kept of rows that are gone."""
        while True:
            self.db.clear()
            base = self._journal.base()
            if base is None:
                break
            kept = self._journal.sums(PREFIX)
            state = UsageState(0, 0, b"", minutes_from(self._journal.sums(MINUTES)))
            if (again := self._journal.base()) is None or again.seq != base.seq:
                continue
            try:
                for sums in closed_sums(kept):
                    self.db.add(sums, state)
                self.db.add(
                    UsageSums(moved=read_base(base)[1].keys), UsageState(base.seq, base.at, b"", state.minutes_from)
                )
            except (msgspec.MsgspecError, ValueError) as error:
                raise StorageError(f"the sums of past days cannot be read ({error}); restore a backup") from error
            break
        self._known = True


def _decoded(row: Row) -> Record:
    try:
        return decode(row.kind, row.body)
    except ValueError as error:
        raise StorageError(f"row {row.seq} of the ledger: {error}; look with `tokenry ledger check`") from error


def _digest(row: Row) -> bytes:
    return sha256(b"\0".join((str(row.seq).encode(), row.kind.encode(), row.ref.encode(), row.body))).digest()
