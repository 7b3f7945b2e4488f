"""What a plan gives: one lot a month, issued once, over month ends and leap days; expiry leaves alone what is held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import hypothesis.strategies as st
from hypothesis import given

from tests.ledger.examples import DAY_NS, Room, award
from tests.ledger.sameness import difference, fold
from tokenry.base.clock import to_datetime
from tokenry.ledger import Allotment, check

START = datetime(2027, 1, 1, tzinfo=UTC)


def ns(moment: datetime) -> int:
    return int(moment.timestamp()) * 10**9


def allotment(begins: datetime = START, ends: datetime | None = None) -> Allotment:
    until = None if ends is None else ns(ends)
    return Allotment("sub_1", "org", "proj", "basic", 1000, "refused", None, ns(begins), until)


@given(st.integers(0, 800), st.integers(0, 86_399))
def test_every_instant_of_a_subscription_has_one_lot_and_months_meet_without_gap(day: int, second: int) -> None:
    at = ns(START + timedelta(days=day, seconds=second))
    lots = allotment().lots(at)
    now = [lot for lot in lots if lot.effective_at <= at < (lot.expires_at or 0)]
    assert len(now) == 1
    assert now[0].id == f"awd_1-{to_datetime(at):%Y-%m}"
    for before, after in pairwise(lots):
        assert before.expires_at == after.effective_at
        assert after.effective_at - at <= DAY_NS
    assert to_datetime(now[0].expires_at or 0).day == 1


def test_a_leap_day_belongs_to_its_month_and_a_year_ends_in_january() -> None:
    (lot,) = allotment().lots(ns(datetime(2028, 2, 28, 12, tzinfo=UTC)))
    assert lot.expires_at == ns(datetime(2028, 3, 1, tzinfo=UTC))
    ids = [lot.id for lot in allotment().lots(ns(datetime(2028, 2, 29, 12, tzinfo=UTC)))]
    assert ids == ["awd_1-2028-02", "awd_1-2028-03"]
    assert [lot.id for lot in allotment().lots(ns(datetime(2027, 12, 31, 12, tzinfo=UTC)))] == [
        "awd_1-2027-12", "awd_1-2028-01",
    ]  # fmt: skip


def test_it_begins_and_ends_with_the_subscription() -> None:
    begins, ends = START + timedelta(days=14), START + timedelta(days=20)
    (lot,) = allotment(begins, ends).lots(ns(begins))
    assert (lot.effective_at, lot.expires_at) == (ns(begins), ns(ends))
    assert allotment(begins, ends).lots(ns(ends)) == []
    ended = allotment(begins, ends).budget(ns(ends))
    assert ended is not None
    assert ended.closed


def test_a_lot_is_issued_once_even_when_the_process_dies_in_between() -> None:
    room = Room(start_ns=ns(START)).furnish(10)
    (lot,) = allotment().lots(room.clock.now_ns())
    assert room.run(room.ledger.grant_once(lot, 1000)) is True
    assert room.run(room.ledger.grant_once(lot, 1000)) is False
    room.open()
    assert room.run(room.ledger.grant_once(lot, 1000)) is False
    assert room.columns(lot.account) == (0, 0, 0, 1000)
    assert room.disk.rows[-1].kind == "award"


def test_8_expiry_leaves_alone_what_is_held_and_takes_the_rest_once_and_7_all_adds_up() -> None:
    room = Room(start_ns=ns(START)).furnish(0)
    lot = award("lot", category="purchased", expires_at=room.clock.now_ns() + 1000)
    room.run(room.ledger.grant(lot, 1000))
    held = room.hold("r", 300)
    room.loop.advance(1)
    room.run_sync(room.ledger.sweep)
    assert room.columns("award:lot") == (300, 700, 0, 1000)
    assert room.settle(held, 0, 500).result().charge == 200
    room.run_sync(room.ledger.sweep)
    room.run_sync(room.ledger.sweep)
    assert room.columns("award:lot") == (0, 1000, 0, 1000)
    assert room.columns("expired") == (0, 0, 0, 800)
    report = check(room.disk.rows)
    assert report.ok
    assert (report.issued, report.expired, report.charged, report.available) == (1000, 800, 200, 0)
    assert difference(room.ledger.books, fold(room.disk.rows)) == []
    entries = [row.ref for row in room.disk.rows if row.kind == "move" and b"expire" in row.body]
    assert entries == ["lot", "lot"]


def test_what_is_included_goes_first_and_the_overage_to_the_next_award() -> None:
    room = Room(start_ns=ns(START)).furnish(10**6)
    (lot,) = allotment().lots(room.clock.now_ns())
    room.run(room.ledger.grant_once(lot, 300))
    receipt = room.settle(room.hold("r", 500), 0, 1000).result()
    assert [(line.account, line.posted) for line in receipt.accounts] == [(lot.account, 300), ("award:a", 100)]
