"""Tries at signing in: what waits, how long, and that nobody waits for good."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenry.access import ACCOUNT, ADDRESS, SignInThrottled, Throttle
from tokenry.access.throttle import SUBJECTS_MAX, Pace, Tries, tried, wait_ns
from tokenry.base.clock import NS_PER_S, ManualClock

PACE = Pace(free=3, first_s=1, longest_s=60, calm_s=600)


def waits_s(count: int) -> int:
    return wait_ns(Tries(count, 0), PACE, 0) // NS_PER_S


def test_a_few_tries_are_free_then_each_failure_doubles_the_wait_up_to_a_bound() -> None:
    assert [waits_s(count) for count in range(12)] == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_wait_of_a_million_failures_is_the_longest_one_and_calm_ends_it() -> None:
    many = Tries(1_000_000, 0)
    assert wait_ns(many, PACE, 0) == 60 * NS_PER_S
    assert wait_ns(many, PACE, 60 * NS_PER_S) == 0
    assert tried(many, PACE, 600 * NS_PER_S) == Tries(1, 600 * NS_PER_S)


@given(st.lists(st.integers(0, 200), max_size=60))
def test_who_waits_as_told_is_always_let_try(pauses_s: list[int]) -> None:
    clock = ManualClock()
    throttle = Throttle(clock)
    for pause in pauses_s:
        clock.advance(s=pause)
        try:
            throttle.begin([("a", PACE)])
        except SignInThrottled as told:
            wait = int(told.headers["retry-after"])
            assert 1 <= wait <= PACE.longest_s
            clock.advance(s=wait)
            throttle.begin([("a", PACE)])


def test_a_day_of_brute_force_is_a_few_hundred_tries() -> None:
    clock, made = ManualClock(), 0
    throttle = Throttle(clock)
    for _ in range(86_400):
        clock.advance(s=1)
        try:
            throttle.begin([("account", ACCOUNT)])
            made += 1
        except SignInThrottled:
            pass
    assert made < 320


def test_many_at_once_are_counted_before_any_of_them_has_failed() -> None:
    throttle = Throttle(ManualClock())
    for _ in range(ACCOUNT.free):
        throttle.begin([("account", ACCOUNT)])
    with pytest.raises(SignInThrottled):
        throttle.begin([("account", ACCOUNT)])


def test_a_refused_try_counts_for_nobody() -> None:
    clock = ManualClock()
    throttle = Throttle(clock)
    for _ in range(ACCOUNT.free):
        throttle.begin([("account", ACCOUNT)])
    for _ in range(100):
        with pytest.raises(SignInThrottled):
            throttle.begin([("account", ACCOUNT), ("address", ADDRESS)])
    for _ in range(ADDRESS.free):
        throttle.begin([("address", ADDRESS)])  # none of the hundred stands against the address
    clock.advance(s=1)
    throttle.begin([("account", ACCOUNT)])  # and the account waits for its own failures alone


def test_success_is_forgotten_for_the_account_and_taken_back_for_the_address() -> None:
    throttle = Throttle(ManualClock())
    for _ in range(ACCOUNT.free * 3):
        throttle.begin([("account", ACCOUNT), ("address", ADDRESS)])
        throttle.forget("account")
    for _ in range(ADDRESS.free):
        throttle.take_back("address")
    throttle.take_back("nobody")
    throttle.begin([("address", ADDRESS)])


def test_the_table_is_bounded() -> None:
    throttle = Throttle(ManualClock())
    for n in range(SUBJECTS_MAX + 10):
        throttle.begin([(str(n), PACE)])
    assert len(throttle._tries) == SUBJECTS_MAX
