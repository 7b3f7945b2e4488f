"""Windows of budgets: no gap, no overlap, midnight by the zone's own clocks, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from tests.ledger.examples import budget
from tests.ledger.oracle import window_label
from tokenry.ledger import period

HOUR_NS = 3600 * 10**9
# Zones whose clocks change at midnight, by half hours, on other days, over the date line, or not at all.
ZONES = (
    "UTC", "America/New_York", "America/Havana", "Africa/Cairo", "Asia/Beirut", "America/Asuncion", "America/St_Johns",
    "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Kolkata", "Pacific/Apia", "Pacific/Kiritimati", "Europe/Dublin",
    "Africa/Casablanca", "America/Sao_Paulo", "Asia/Tehran",
)  # fmt: skip  # a list of names
instants = st.one_of(
    st.integers(1_700_000_000, 2_000_000_000),
    st.integers(0, 4_000_000_000),
    st.sampled_from([1_301_799_600, 1_320_552_000, 1_325_239_200]),  # a gap, a fold, a day that never was
).map(lambda s: s * 10**9)
windows = st.sampled_from(["day", "week", "month"])


def ns(text: str, zone: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 10**9


@given(instants, windows, st.sampled_from(ZONES), st.integers(0, 10**9 - 1))
@example(1_160_000_000 * 10**9, "day", "America/St_Johns", 0)
def test_windows_follow_each_other(at: int, window: str, zone: str, fraction: int) -> None:
    at += fraction
    one = budget(window=window, timezone=zone)
    here = period(one, at)
    assert here.start <= at < here.end
    assert period(one, here.start) == here
    assert period(one, here.end - 1) == here
    after = period(one, here.end)
    assert after.start == here.end
    assert after.account > here.account


@given(st.integers(2012 * 366, 2040 * 365), windows, st.sampled_from(ZONES), st.integers(0, 86_399))
def test_a_window_is_the_day_week_or_month_by_the_clocks_on_the_wall(
    day: int, window: str, zone: str, second: int
) -> None:
    at = int((datetime.fromordinal(day).replace(tzinfo=UTC) + timedelta(seconds=second)).timestamp()) * 10**9
    one = budget(window=window, timezone=zone)
    account = period(one, at).account
    assert account.startswith(f"budget:b:{window_label(one, at)}")


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Asia/Kolkata", "2026-03-08", 24),
        ("Africa/Cairo", "2026-04-24", 23),  # midnight itself is jumped over
        ("America/Havana", "2026-11-01", 25),  # midnight comes twice; the day begins with the first
        ("UTC", "2026-03-08", 24),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone: str, day: str, hours: float) -> None:
    here = period(budget(timezone=zone), ns(f"{day}T12:00:00", zone))
    assert here.end - here.start == int(hours * HOUR_NS)
    assert here.account == f"budget:b:{day}"


def test_both_midnights_of_a_day_that_has_two_lie_in_it() -> None:
    one = budget(timezone="America/Havana")
    first = ns("2026-11-01T00:30:00", "America/Havana")
    assert period(one, first) == period(one, first + HOUR_NS)


def test_clocks_that_go_back_over_midnight_do_not_reopen_yesterday() -> None:
    one = budget(timezone="America/St_Johns")  # until 2011 the clocks there went from 00:01 back to 23:01
    midnight = ns("2010-11-07T00:00:00", "America/St_Johns")
    assert [period(one, midnight + s * 10**9).account[-2:] for s in (-1, 0, 59, 60, 1800, 3600)] == [
        "06", "07", "07", "07", "07", "07",
    ]  # fmt: skip  # one row of days


@pytest.mark.parametrize(
    ("window", "day", "first", "end"),
    [
        ("week", "2026-01-01", "2025-12-29", "2026-01-05"),
        ("week", "2026-01-05", "2026-01-05", "2026-01-12"),
        ("month", "2024-02-29", "2024-02-01", "2024-03-01"),
        ("month", "2025-12-31", "2025-12-01", "2026-01-01"),
        ("day", "2025-12-31", "2025-12-31", "2026-01-01"),
    ],
)
def test_weeks_begin_on_monday_and_months_on_the_first(window: str, day: str, first: str, end: str) -> None:
    zone = "Asia/Tokyo"
    here = period(budget(window=window, timezone=zone), ns(f"{day}T23:59:59", zone))
    assert (here.start, here.end) == (ns(f"{first}T00:00:00", zone), ns(f"{end}T00:00:00", zone))


def test_a_total_has_one_window() -> None:
    one = budget(window="total")
    assert period(one, 0) == period(one, 4_000_000_000 * 10**9)
    assert period(one, 0).account == "budget:b"


def test_utc_needs_no_zone_data(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> ZoneInfo:
        raise AssertionError(f"asked the system for {name}")

    monkeypatch.setattr("tokenry.ledger.budgets.ZoneInfo", missing)
    assert period(budget(), 1_767_139_200 * 10**9).account == "budget:b:2025-12-31"


def test_a_budget_covers_its_model_until_it_is_closed() -> None:
    assert budget().covers("any")
    assert budget(model="m").covers("m")
    assert not budget(model="m").covers("n")
    assert not budget(closed=True).covers("m")
