"""Receipts read back from the journal: newest first a page at a time, or in order of time. Everything here blocks.

The journal is in order of time and its rows are found by number, so a page costs what lies between it and the last one,
never the whole file. A filter that few receipts pass is given up after `looked_max` of them; the page is short then,
and its cursor goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from tokenry.base.clock import NS_PER_S
from tokenry.base.errors import InvalidRequest
from tokenry.ledger.closing import read_base
from tokenry.ledger.ledger import receipt_of
from tokenry.ledger.prices import PriceVersion
from tokenry.ledger.receipts import Receipt
from tokenry.ledger.selection import Selection
from tokenry.storage import Base, Journal, Row

PAGE = 100  # rows of the journal at a time
REST_S = 0.001  # after each page, so that the thread that serves never waits for longer than one page takes
CLOCK_SLACK_NS = 3600 * NS_PER_S  # a clock set back by less does not hide rows from sums between two times
LIST_SLACK_NS = 60 * NS_PER_S  # the same for listings, which are for looking at
CURSOR_LENGTH_MAX = 19


class Rows(Protocol):
    """A journal that can be read by number: the server's own, or its file beside the server."""

    @property
    def last_seq(self) -> int:
        """The number of the newest row."""
        ...

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """The rows with `after < seq <= until`, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, not including, `end`; nanoseconds since the epoch."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """Receipts, newest first. `next`: the cursor of the page after this one; None when there is nothing older."""

    receipts: list[Receipt]
    next: str | None


@dataclass(frozen=True, slots=True)
class PageBounds:
    """How much one page may be: its receipts, and how many receipts are looked at for them."""

    count: int
    looked_max: int


def newest(journal: Journal, selection: Selection, span: Span, bounds: PageBounds, cursor: str | None) -> Page:
    """The newest receipts of `span` that are meant, older than the cursor.

    Raises:
        InvalidRequest: the cursor is none of ours.
    """
    before = before_of(cursor, journal.last_seq)
    before = min(before, seq_before(journal, span.end + LIST_SLACK_NS) + 1)
    floor = seq_before(journal, span.start - LIST_SLACK_NS) if span.start else 0
    found: list[Receipt] = []
    looked = 0
    while looked < bounds.looked_max:
        size = min(bounds.count - len(found) if selection.everything else PAGE, bounds.looked_max - looked)
        rows = journal.find_latest(("settle",), size, before)
        for row in rows:
            if row.seq <= floor:
                return Page(found, None)
            if len(found) == bounds.count:
                return Page(found, str(before))
            before, looked = row.seq, looked + 1
            one = receipt_of(row)
            if span.start <= one.at < span.end and selection.fits(one):
                found.append(one)
        if len(rows) < size:
            return Page(found, None)
        if len(found) == bounds.count:
            break
        time.sleep(REST_S)
    return Page(found, str(before))


def between(journal: Rows, span: Span, rest_s: float = 0.0) -> Iterator[Row]:
    """Every row of the journal between two times, oldest first.

    Args:
        rest_s: seconds of rest after each PAGE rows; REST_S in a process that serves.
    """
    for number, row in enumerate(journal.read(seq_before(journal, span.start - CLOCK_SLACK_NS))):
        if rest_s and number % PAGE == PAGE - 1:
            time.sleep(rest_s)
        if row.at > span.end + CLOCK_SLACK_NS:
            return
        if span.start <= row.at < span.end:
            yield row


def seq_before(journal: Rows, at: int) -> int:
    """The last seq whose row is older than `at` (ns since the epoch), by halving: rows lie in order of time."""
    high = journal.last_seq
    oldest = next(iter(journal.read(0, high)), None)  # rows below it are no longer kept
    low = high if oldest is None else oldest.seq - 1
    while low < high:
        middle = (low + high) // 2
        row = next(iter(journal.read(middle, middle + 1)), None)
        if row is None or row.at >= at:
            high = middle
        else:
            low = middle + 1
    return low


def prices_of(base: Base) -> list[PriceVersion]:
    """The price book as of a base, oldest version first. Raises ValueError when it is none of ours."""
    return list(read_base(base)[1].prices)


def before_of(cursor: str | None, last_seq: int) -> int:
    """The number that a page's rows are below. Raises InvalidRequest."""
    if cursor is None:
        return last_seq + 1
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= CURSOR_LENGTH_MAX):
        raise InvalidRequest("this cursor is none that a page gave; leave it out to begin anew", param="cursor")
    return int(cursor)
