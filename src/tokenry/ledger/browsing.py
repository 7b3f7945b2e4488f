"""Receipts of a few among those of many, newest first: usage.db says in which minutes there are any. Blocks.

The journal is not indexed by who asked, so that a request costs no more than it must. But the sums of usage know each
minute (of the last weeks; before, each hour) in which somebody asked anything, and only those are read. Rows that the
sums do not include yet are read all.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from tokenry.base.clock import NS_PER_S
from tokenry.ledger.buckets import HOUR_S, MINUTE_S
from tokenry.ledger.ledger import receipt_of
from tokenry.ledger.past import PAGE, REST_S, Page, PageBounds, Span, before_of
from tokenry.ledger.receipts import Receipt
from tokenry.ledger.selection import Selection
from tokenry.storage import Journal, Narrowed, Row, UsageDb, busy_starts

STARTS = 512  # minutes asked of the sums at a time
SLACK_NS = 2 * NS_PER_S  # a clock that was set back by less hides nothing


@dataclass(frozen=True, slots=True)
class Meant:
    """Which receipts.

    Args:
        selection: what one must be. narrowed: the places of those, as the sums know them; it may be wider.
        cursor: older than what this one names; None = from the newest on.
    """

    selection: Selection
    narrowed: Narrowed
    span: Span
    cursor: str | None = None


class Browser:
    """Looks through one journal by means of its sums."""

    def __init__(self, journal: Journal, sums: UsageDb) -> None:
        self._journal = journal
        self._sums = sums

    def page(self, meant: Meant, bounds: PageBounds) -> Page:
        """The newest receipts that are meant; the page is short when `looked_max` were looked at for it.

        Raises:
            InvalidRequest: the cursor is none of ours.
        """
        before = before_of(meant.cursor, self._journal.last_seq)
        found: list[Receipt] = []
        looked = 0
        for low, top in self._ranges(meant, before):
            high = top
            while (size := min(PAGE, high - low, bounds.looked_max - looked)) > 0:
                rows = [row for row in self._journal.find_latest(("settle",), size, high + 1) if row.seq > low]
                for row in rows:
                    if len(found) == bounds.count:
                        return Page(found, str(high + 1))
                    high, looked = row.seq - 1, looked + 1
                    one = receipt_of(row)
                    if meant.span.start <= one.at < meant.span.end and meant.selection.fits(one):
                        found.append(one)
                if len(rows) < size:
                    high = low
                time.sleep(REST_S)
            if looked >= bounds.looked_max:
                return Page(found, str(high + 1))
        return Page(found, None)

    def _ranges(self, meant: Meant, before: int) -> Iterator[tuple[int, int]]:
        """Stretches of the journal, (after, up to) by number, newest first, that may hold what is meant."""
        counted = self._sums.state.seq
        top = min(before - 1, self._journal.last_seq)
        if top > counted:
            yield max(counted, self._journal.base_seq), top
            top = counted
        newest = self._newest(top)
        if newest is None:
            return
        end = min(meant.span.end, newest.at + SLACK_NS + 1)
        for start_ns, end_ns in self._busy(meant, end):
            high = min(top, self._settled_before(end_ns + SLACK_NS, top))
            low = self._settled_before(start_ns - SLACK_NS, high)
            if high > low:
                yield low, high
                top = low

    def _busy(self, meant: Meant, end: int) -> Iterator[tuple[int, int]]:
        """Stretches of time (ns) in which the sums know of something, newest first; those that touch are one."""
        run: tuple[int, int] | None = None
        for start, width in self._starts(meant, -(-end // NS_PER_S)):
            first, last = start * NS_PER_S, (start + width) * NS_PER_S
            if run is not None and last >= run[0]:
                run = (first, run[1])
                continue
            if run is not None:
                yield run
            run = (first, last)
        if run is not None:
            yield run

    def _starts(self, meant: Meant, end: int) -> Iterator[tuple[int, int]]:
        """(start, width) in seconds: minutes as far as they are kept, hours before."""
        floor, minutes_from = meant.span.start // NS_PER_S, self._sums.state.minutes_from
        for width, lowest in ((MINUTE_S, max(floor - MINUTE_S + 1, minutes_from)), (HOUR_S, floor - HOUR_S + 1)):
            while True:
                found = busy_starts(self._sums, width, (max(lowest, 0), end), meant.narrowed, STARTS)
                yield from ((start, width) for start in found)
                if len(found) < STARTS:
                    break
                end = found[-1]
            end = min(end, minutes_from)
            if end <= floor:
                return

    def _newest(self, seq: int) -> Row | None:
        return next(iter(self._journal.find_latest(("settle",), 1, seq + 1)), None)

    def _settled_before(self, at: int, top: int) -> int:
        """The last number, at most `top`, up to which all settled requests are older than `at` (ns); by halving."""
        low, high = self._journal.base_seq, top
        while low < high:
            middle = (low + high + 1) // 2
            row = self._newest(middle)
            if row is None or row.seq <= low or row.at < at:
                low = middle
            else:
                high = row.seq - 1
        return low
