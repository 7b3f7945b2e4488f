"""Thresholds: each share of each window is told once, whatever happens in between."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.ledger.examples import DAY_NS, Room, budget
from tokenry.ledger import Crossing
from tokenry.ledger.alerts import reached
from tokenry.ledger.budgets import period, window_of

PRICE = 100_000  # nano-USD per million tokens of "small": ten tokens are a nano-dollar


def spend(room: Room, amount: int, name: str, **changed: Any) -> None:
    room.settle(room.hold(name, amount, **changed), amount * 10, 0)


def tell(room: Room) -> list[str]:
    """What there is to tell, told."""
    found = room.ledger.alerts.look()
    for crossing in found:
        room.ledger.alerts.told(crossing)
    return [crossing.occasion for crossing in found]


@given(st.integers(0, 10**20), st.integers(0, 10**12), st.sets(st.integers(1, 1000), max_size=10))
def test_a_threshold_is_reached_when_so_many_hundredths_are_spent(spent: int, limit: int, shares: set[int]) -> None:
    found = reached(budget(limit=limit, thresholds=tuple(sorted(shares))), spent)
    assert set(found) == {share for share in shares if spent > 0 and spent >= -(-share * limit // 100)}


def test_each_threshold_once() -> None:
    room = Room().furnish(10**12, budget(limit=1000))
    spend(room, 499, "r1")
    assert tell(room) == []
    spend(room, 1, "r2")
    assert tell(room) == ["budget:b:2025-12-31:50"]
    spend(room, 400, "r3")
    assert tell(room) == ["budget:b:2025-12-31:80"]
    spend(room, 100, "r4")
    assert tell(room) == ["budget:b:2025-12-31:100"]
    assert tell(room) == []


def test_what_nobody_has_confirmed_is_told_again() -> None:
    room = Room().furnish(10**12, budget(limit=1000))
    spend(room, 800, "r1")
    first = room.ledger.alerts.look()
    assert [c.threshold for c in first] == [50, 80]
    room.ledger.alerts.told(first[0])
    assert [c.threshold for c in room.ledger.alerts.look()] == [80]


def test_a_storm_of_ten_thousand_requests_over_the_threshold_is_one_crossing() -> None:
    room = Room().furnish(10**12, budget(limit=10_000, thresholds=(80,)))
    held = [room.hold(f"r{n}", 1) for n in range(10_000)]
    told = []
    for number, reservation in enumerate(held):
        room.settle(reservation, 10, 0)
        if number % 500 == 499:
            told += tell(room)
    assert told == ["budget:b:2025-12-31:80"]


def test_a_soft_budget_tells_beyond_its_limit() -> None:
    room = Room().furnish(10**12, budget(limit=100, hard=False, thresholds=(100, 250)))
    spend(room, 249, "r1")
    assert tell(room) == ["budget:b:2025-12-31:100"]
    spend(room, 1, "r2")
    assert tell(room) == ["budget:b:2025-12-31:250"]


def test_the_next_window_tells_anew() -> None:
    room = Room().furnish(10**12, budget(limit=100, thresholds=(50,)))
    spend(room, 60, "r1")
    assert tell(room) == ["budget:b:2025-12-31:50"]
    room.loop.advance(86_400)
    spend(room, 60, "r2")
    assert tell(room) == ["budget:b:2026-01-01:50"]


def test_what_was_reached_in_the_last_instant_of_a_window_is_told_in_the_next() -> None:
    room = Room().furnish(10**12, budget(limit=100, thresholds=(50,)))
    spend(room, 60, "r1")
    room.loop.advance(86_400)
    room.run_sync(room.ledger.sweep)
    assert not any(name.startswith("budget:b:") for name in room.ledger.books.accounts)
    crossing = room.ledger.alerts.look()[0]
    assert (crossing.occasion, crossing.spent, crossing.limit) == ("budget:b:2025-12-31:50", 60, 100)
    assert crossing.resets_at == period(budget(), room.clock.now_ns()).start


def test_a_request_that_outlives_its_window_counts_what_it_spent_not_what_lapsed() -> None:
    room = Room().furnish(10**12, budget(limit=1000, thresholds=(10, 50)))
    late = room.hold("late", 200)
    room.loop.advance(86_400)
    room.run_sync(room.ledger.sweep)  # 800 lapse
    assert tell(room) == []
    room.settle(late, 1000, 0)
    assert tell(room) == ["budget:b:2025-12-31:10"]


def test_a_lowered_limit_is_measured_and_what_it_took_back_is_not_spent() -> None:
    room = Room().furnish(10**12, budget(limit=1000, thresholds=(50,)))
    spend(room, 60, "r1")
    assert tell(room) == []
    room.run(room.ledger.set_budget(budget(limit=200, thresholds=(50,))))
    assert tell(room) == [], "60 of 200 are spent; 800 were taken back"
    room.run(room.ledger.set_budget(budget(limit=100, thresholds=(50,))))
    assert tell(room) == ["budget:b:2025-12-31:50"]


@pytest.mark.parametrize("before", ["told", "not told"])
def test_after_a_crash_every_open_window_is_looked_at(before: str) -> None:
    room = Room().furnish(10**12, budget(limit=100))
    spend(room, 80, "r1")
    if before == "told":
        tell(room)
    room.open()
    assert tell(room) == ["budget:b:2025-12-31:50", "budget:b:2025-12-31:80"], "who keeps them knows what was told"


def test_after_a_crash_a_window_that_lapsed_in_part_is_left_alone() -> None:
    room = Room().furnish(10**12, budget(limit=1000))
    room.hold("late", 200)
    room.loop.advance(86_400)
    room.run_sync(room.ledger.sweep)
    room.open()
    assert tell(room) == []


def test_after_a_crash_over_midnight_yesterday_is_told_too() -> None:
    room = Room().furnish(10**12, budget(limit=100, thresholds=(50,)))
    spend(room, 60, "r1")
    room.loop.advance(86_400)
    room.open()
    assert tell(room) == ["budget:b:2025-12-31:50"]


def test_a_closed_budget_tells_nothing() -> None:
    room = Room().furnish(10**12, budget(limit=100))
    spend(room, 60, "r1")
    room.run(room.ledger.set_budget(budget(limit=100, closed=True)))
    assert tell(room) == []


def test_an_alert_tells_once_for_each_amount() -> None:
    one = budget("alert", window="month", hard=False, thresholds=(100,), purpose="alert")
    again = Crossing(one, "2026-01-01", 100, 5, 4, None)
    assert again.occasion == "spend_alert:alert:2026-01-01:4"


@given(
    st.sampled_from(["day", "week", "month", "total"]),
    st.sampled_from(["UTC", "America/Havana", "Pacific/Apia", "Australia/Lord_Howe"]),
    st.integers(1_200_000_000, 2_000_000_000),
)
def test_a_window_is_told_from_its_account(window: str, zone: str, at: int) -> None:
    one = budget(window=window, timezone=zone)
    here = period(one, at * 10**9)
    assert window_of(one, here.account) == here
    assert here.end - here.start >= 0.9 * DAY_NS or zone == "Pacific/Apia"
