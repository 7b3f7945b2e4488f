"""Receipts read back: pages within two times, whatever the clock did, and never further back than asked."""

from __future__ import annotations

from unittest import mock

from tests.ledger.examples import DAY_NS, START_NS, Room
from tokenry.ledger import PageBounds, Selection, Span, between, newest
from tokenry.ledger.past import CLOCK_SLACK_NS, PAGE, REST_S, seq_before

ALWAYS = Span(0, 2**63 - 1)
EVERYTHING = Selection()


def filled(days: int, each: int = 3) -> Room:
    """So many days with a few requests each, eight hours apart."""
    room = Room().furnish(10**9)
    for number in range(days * each):
        room.settle(room.hold(f"r{number}", 600), 100, 10).result()
        room.loop.advance(24 * 3600 / each)
    return room


def test_pages_of_a_span_hold_its_requests_and_no_others() -> None:
    room = filled(6)
    span = Span(START_NS + 2 * DAY_NS, START_NS + 4 * DAY_NS)
    found, cursor = [], None
    while True:
        page = newest(room.journal, EVERYTHING, span, PageBounds(4, 1000), cursor)
        found += [one.request_id for one in page.receipts]
        cursor = page.next
        if cursor is None:
            break
    assert found == [f"r{number}" for number in range(11, 5, -1)]


def test_a_page_reads_no_further_back_than_its_span() -> None:
    room = filled(30)
    looked = []
    find_latest = room.journal.find_latest

    def watched(kinds: tuple[str, ...], limit: int, before: int | None = None) -> object:
        rows = find_latest(kinds, limit, before)
        looked.extend(rows)
        return rows

    with mock.patch.object(room.journal, "find_latest", watched), mock.patch("tokenry.ledger.past.PAGE", 5):
        span = Span(START_NS + 28 * DAY_NS, START_NS + 30 * DAY_NS)
        page = newest(room.journal, Selection(model="nope"), span, PageBounds(20, 1000), None)
    assert (page.receipts, page.next) == ([], None)
    assert len(looked) <= 15


def test_rows_between_two_times_survive_a_clock_that_was_set_back() -> None:
    room = filled(1)
    room.clock.start_ns -= CLOCK_SLACK_NS // 2
    room.settle(room.hold("late", 600), 1, 1).result()
    late = room.ledger.receipt("late")
    assert late is not None
    found = [row.ref for row in between(room.journal, Span(late.at, late.at + 1)) if row.kind == "settle"]
    assert found == ["late"]


def test_who_serves_rests_between_pages_and_who_does_not_never_does() -> None:
    room = filled(40)
    rows = len(room.disk.rows)
    with mock.patch("tokenry.ledger.past.time.sleep") as sleep:
        assert len(list(between(room.journal, ALWAYS))) == rows
        assert sleep.call_count == 0
        assert len(list(between(room.journal, ALWAYS, REST_S))) == rows
        assert sleep.call_count == rows // PAGE > 0


def test_the_last_row_before_a_time_is_found_by_halving() -> None:
    room = filled(5)
    rows = room.disk.rows
    for at in {row.at + step for row in rows for step in (-1, 0, 1)}:
        found = seq_before(room.journal, at)
        assert found == max((row.seq for row in rows if row.at < at), default=0)
