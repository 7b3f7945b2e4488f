"""Two years of requests by an injected clock: over ends of months and years, leap day, clocks set forward and back, and
a day that never was. Each charge stands in the window that the clocks on the wall say, and no window takes too much."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.ledger.examples import Room, budget
from tests.ledger.oracle import window_label
from tokenry.ledger import InsufficientQuota, check, period

HOUR_NS = 3600 * 10**9
STEP = timedelta(hours=7, minutes=11)
LIMITS = {"day": 3, "week": 20, "month": 85, "total": 10**6}


def instants(start: datetime, where: ZoneInfo) -> list[int]:
    """Every seven hours or so of two years, and around each midnight by the clocks on the wall; ns, ascending."""
    end, found, now = start.replace(year=start.year + 2), set[int](), start
    while now < end:
        found.add(int(now.timestamp()) * 10**9)
        now += STEP
    day = start.astimezone(where).date()
    while day < end.date():
        day += timedelta(days=1)
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=where).timestamp()) * 10**9
        if day.day in {1, 28, 29, 30, 31}:
            found |= {midnight - 10**9, midnight, midnight + 10**9}
    return sorted(found)


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Berlin", "2027-07-01"), ("America/New_York", "2027-07-01"), ("Australia/Lord_Howe", "2027-07-01"),
        ("Pacific/Apia", "2011-01-01"),
    ],
)  # fmt: skip  # a zone and its two years
def test_every_charge_stands_in_the_window_of_the_clocks_on_the_wall(zone: str, start: str) -> None:
    where, begin = ZoneInfo(zone), datetime.fromisoformat(start).replace(tzinfo=UTC)
    moments = instants(begin, where)
    room = Room(start_ns=moments[0])
    budgets = [budget(name, window=name, limit=limit, timezone=zone, thresholds=()) for name, limit in LIMITS.items()]
    room.furnish(10**12, *budgets)
    spent: Counter[tuple[str, str]] = Counter()
    refused = 0
    for number, at in enumerate(moments):
        room.loop.advance((at - room.clock.now_ns()) / 10**9)
        now = room.clock.now_ns()
        labels = [(one.id, window_label(one, now)) for one in budgets]
        full = any(spent[label] >= LIMITS[label[0]] for label in labels)
        try:
            held = room.hold(f"r{number}", 1)
        except InsufficientQuota:
            assert full, f"refused at {now} although every window has room"
            refused += 1
        else:
            assert not full, f"served at {now} although a window is full"
            room.settle(held, 10, 0)
            spent.update(labels)
        for one, label in zip(budgets, labels, strict=True):
            account = period(one, now).account
            if account in room.ledger.books.accounts:
                assert room.ledger.alerts.spent(account) == spent[label]
        if number % 50 == 0:
            room.run_sync(room.ledger.sweep)
    assert refused > 20
    days = {label for budget_id, label in spent if budget_id == "day"}
    assert days & {"2012-02-29", "2028-02-29"}
    assert "2011-12-30" not in days, "in Apia that day never was"
    assert len(days) in range(700, 733)
    assert len({label for budget_id, label in spent if budget_id == "month"}) >= 24
    assert check(room.disk.rows).ok
