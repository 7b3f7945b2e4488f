"""Token buckets: a table of times, the headers' exact text, and a machine that tries to break them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tokenry.access import (
    Grant,
    KeyLimits,
    RateLimited,
    RateLimits,
    Refused,
    State,
    duration,
    give_back,
    headers,
    refusal,
    take,
)

S = 1_000_000_000
MS = 1_000_000
LIMITS = KeyLimits(requests_per_minute=60, tokens_per_minute=6000, concurrent_requests=5)


def granted(answer: Grant | Refused) -> Grant:
    assert isinstance(answer, Grant), answer
    return answer


def refused(answer: Grant | Refused) -> Refused:
    assert isinstance(answer, Refused)
    return answer


def told(state: State, now_ns: int, limits: KeyLimits = LIMITS) -> dict[str, str]:
    return {
        name.decode().removeprefix("x-ratelimit-"): value.decode() for name, value in headers(state, limits, now_ns)
    }


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, b"0s"),
        (1, b"1ms"),
        (12, b"12ms"),
        (999, b"999ms"),
        (1000, b"1s"),
        (1500, b"1.5s"),
        (8640, b"8.64s"),
        (59_999, b"59.999s"),
        (60_000, b"1m0s"),
        (86_400, b"1m26.4s"),
        (90_951, b"1m30.951s"),
        (360_000, b"6m0s"),
        (600_000, b"10m0s"),
        (3_600_000, b"1h0m0s"),
        (5_947_200, b"1h39m7.2s"),
        (86_400_000, b"24h0m0s"),
    ],
)
def test_durations_read_as_openai_writes_them(ms: int, text: bytes) -> None:
    assert duration(ms) == text


def test_headers_of_a_fresh_key_are_full_and_reset_now() -> None:
    assert told(State(0), 0) == {
        "limit-requests": "60",
        "limit-tokens": "6000",
        "remaining-requests": "60",
        "remaining-tokens": "6000",
        "reset-requests": "0s",
        "reset-tokens": "0s",
    }


def test_headers_follow_a_take_and_the_time_after_it() -> None:
    state = State(0)
    granted(take(state, LIMITS, 0, 150))
    now = told(state, 0)
    assert (now["remaining-requests"], now["reset-requests"]) == ("59", "1s")
    assert (now["remaining-tokens"], now["reset-tokens"]) == ("5850", "1.5s")
    later = told(state, 988 * MS)
    assert (later["remaining-requests"], later["reset-requests"]) == ("59", "12ms")
    assert (later["remaining-tokens"], later["reset-tokens"]) == ("5948", "512ms")
    assert told(state, 2 * S) == told(State(0), 0)


def test_a_slow_limit_resets_in_minutes() -> None:
    limits = KeyLimits(requests_per_minute=1, tokens_per_minute=100)
    state = State(0)
    granted(take(state, limits, 0, 100))
    assert told(state, 0, limits)["reset-requests"] == "1m0s"
    slower = KeyLimits(requests_per_minute=1, tokens_per_minute=17)  # lowered while used
    assert told(state, 0, slower)["reset-tokens"] == "5m52.942s"
    assert told(state, 0, slower)["remaining-tokens"] == "0"


def test_a_burst_is_the_whole_minute_and_not_one_more() -> None:
    limits = KeyLimits(requests_per_minute=3, tokens_per_minute=10**9)
    state = State(0)
    for _ in range(3):
        granted(take(state, limits, 0, 1))
    no = refused(take(state, limits, 0, 1))
    assert (no.limit, no.maximum, no.used, no.asked, no.retry_after_ms) == ("requests", 3, 3, 1, 20_000)
    assert isinstance(take(state, limits, 20_000 * MS - 1, 1), Refused)
    granted(take(state, limits, 20_000 * MS, 1))


def test_a_refusal_takes_nothing() -> None:
    state = State(0)
    granted(take(state, LIMITS, 0, 5000))
    before = told(state, 0)
    assert refused(take(state, LIMITS, 0, 1001)).limit == "tokens"
    assert told(state, 0) == before
    assert state.in_flight == 1
    granted(take(state, LIMITS, 0, 1000))


def test_unused_tokens_come_back_once() -> None:
    state = State(0)
    grant = granted(take(state, LIMITS, 0, 5000))
    give_back(grant, LIMITS, 0, 1200)
    give_back(grant, LIMITS, 0, 0)
    assert told(state, 0)["remaining-tokens"] == "4800"
    assert told(state, 0)["remaining-requests"] == "59"  # the request itself was made
    assert state.in_flight == 0


@pytest.mark.parametrize("used", [5000, 9000])
def test_nothing_comes_back_when_all_or_more_was_used(used: int) -> None:
    state = State(0)
    give_back(granted(take(state, LIMITS, 0, 5000)), LIMITS, 0, used)
    assert told(state, 0)["remaining-tokens"] == "1000"


def test_a_negative_use_gives_back_no_more_than_was_taken() -> None:
    state = State(0)
    granted(take(state, LIMITS, 0, 1000))
    give_back(granted(take(state, LIMITS, 0, 1000)), LIMITS, 0, -500)
    assert told(state, 0)["remaining-tokens"] == "5000"


def test_what_time_gave_back_is_not_given_twice() -> None:
    state = State(0)
    slow = granted(take(state, LIMITS, 0, 6000))
    granted(take(state, LIMITS, 60 * S, 6000))  # a minute later the first has drained
    give_back(slow, LIMITS, 60 * S, 0)
    assert told(state, 60 * S)["remaining-tokens"] == "0"
    assert state.in_flight == 1


def test_half_drained_gives_back_the_standing_half() -> None:
    state = State(0)
    grant = granted(take(state, LIMITS, 0, 6000))
    granted(take(state, LIMITS, 30 * S, 3000))
    give_back(grant, LIMITS, 30 * S, 0)
    assert told(state, 30 * S)["remaining-tokens"] == "3000"


def test_concurrency_is_counted_and_freed() -> None:
    state = State(0)
    grants = [granted(take(state, LIMITS, 0, 0)) for _ in range(5)]
    no = refused(take(state, LIMITS, 0, 0))
    assert (no.limit, no.maximum, no.used) == ("concurrent", 5, 5)
    assert no.retry_after_ms is not None
    give_back(grants[2], LIMITS, 0, 0)
    granted(take(state, LIMITS, 0, 0))
    refused(take(state, LIMITS, 0, 0))


@pytest.mark.parametrize(
    ("limits", "tokens", "limit"),
    [
        (KeyLimits(tokens_per_minute=100), 101, "tokens"),
        (KeyLimits(tokens_per_minute=0), 1, "tokens"),
        (KeyLimits(requests_per_minute=0), 1, "requests"),
        (KeyLimits(concurrent_requests=0), 1, "concurrent"),
        (KeyLimits(requests_per_minute=0, tokens_per_minute=0), 5, "requests"),
    ],
)
def test_what_can_never_fit_says_so(limits: KeyLimits, tokens: int, limit: str) -> None:
    no = refused(take(State(0), limits, 0, tokens))
    assert (no.limit, no.retry_after_ms) == (limit, None)
    error = refusal(no)
    assert error.headers == {"x-should-retry": "false"}
    assert "try again" not in error.message


def test_a_limit_lowered_to_nothing_under_load_refuses_without_a_crash() -> None:
    state = State(0)
    granted(take(state, LIMITS, 0, 100))
    closed = KeyLimits(requests_per_minute=0, tokens_per_minute=0)
    assert refused(take(state, closed, 5, 0)).retry_after_ms is None
    assert told(state, 5, closed)["remaining-tokens"] == "0"
    assert told(state, 5, closed)["reset-tokens"] == "1m0s"


def test_one_wait_is_enough_for_both_buckets() -> None:
    state = State(0)
    limits = KeyLimits(requests_per_minute=60, tokens_per_minute=60)
    for _ in range(60):
        granted(take(state, limits, 0, 1))
    no = refused(take(state, limits, 0, 30))
    assert (no.limit, no.retry_after_ms) == ("tokens", 30_000)
    granted(take(state, limits, 30 * S, 30))


def test_a_clock_that_steps_back_drains_nothing_and_breaks_nothing() -> None:
    state = State(10 * S)
    granted(take(state, LIMITS, 10 * S, 600))
    assert told(state, 5 * S)["remaining-tokens"] == "5400"
    assert told(state, 11 * S)["remaining-tokens"] == "5500"


def test_negative_tokens_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="negative"):
        take(State(0), LIMITS, 0, -1)


def test_the_error_has_openais_words_code_and_headers() -> None:
    rates = RateLimits()
    rates.admit("key_a", LIMITS, 0, 6000)
    with pytest.raises(RateLimited) as caught:
        rates.admit("key_a", LIMITS, 0, 123)
    error = caught.value
    assert error.status == 429
    assert error.envelope()["error"] == {
        "message": "Rate limit reached on tokens per min (TPM): Limit 6000, Used 6000, Requested 123. "
        "Please try again in 1.23s.",
        "type": "tokens",
        "param": None,
        "code": "rate_limit_exceeded",
    }
    assert error.headers["retry-after-ms"] == "1230"
    assert error.headers["retry-after"] == "2"
    assert error.headers["x-ratelimit-remaining-tokens"] == "0"
    assert error.headers["x-ratelimit-reset-tokens"] == "1m0s"


def test_keys_do_not_share_their_buckets() -> None:
    rates = RateLimits()
    rates.admit("key_a", LIMITS, 0, 6000)
    rates.admit("key_b", LIMITS, 0, 6000)
    assert isinstance(rates.take("key_a", LIMITS, 0, 1), Refused)


def test_a_changed_limit_holds_from_the_next_take() -> None:
    rates = RateLimits()
    rates.admit("key_a", LIMITS, 0, 6000)
    rates.admit("key_a", KeyLimits(tokens_per_minute=7000), 0, 1000)
    assert isinstance(rates.take("key_a", KeyLimits(tokens_per_minute=7000), 0, 1), Refused)


def test_idle_keys_are_forgotten_and_busy_ones_kept() -> None:
    rates = RateLimits()
    one_at_a_time = KeyLimits(concurrent_requests=1)
    busy = rates.admit("key_busy", one_at_a_time, 0, 10)
    for n in range(5000):
        grant = rates.admit(f"key_{n}", LIMITS, n * S, 10)
        give_back(grant, LIMITS, n * S, 10)
    assert len(rates) < 10
    assert isinstance(rates.take("key_busy", one_at_a_time, 5000 * S, 10), Refused)  # an hour later, still in flight
    give_back(busy, one_at_a_time, 5000 * S, 10)
    for n in range(3):
        rates.admit(f"key_again_{n}", LIMITS, 5002 * S, 10)
    assert len(rates) <= 4


def test_a_key_in_use_is_never_swept_while_its_level_counts() -> None:
    rates = RateLimits()
    rates.admit("key_a", LIMITS, 0, 6000)
    for n in range(100):
        rates.admit(f"key_{n}", LIMITS, 0, 1)
    assert isinstance(rates.take("key_a", LIMITS, 0, 1), Refused)


def test_asking_for_headers_makes_no_entry() -> None:
    rates = RateLimits()
    assert dict(rates.headers("key_a", LIMITS, 0))[b"x-ratelimit-remaining-requests"] == b"60"
    assert len(rates) == 0


@given(
    st.integers(0, 10**12),
    st.integers(1, 10**12),
    st.integers(0, 10**15),
    st.integers(0, 10**15),
    st.integers(0, 10**12),
)
def test_levels_fall_steadily_with_time(start: int, limit: int, step_a: int, step_b: int, tokens: int) -> None:
    limits = KeyLimits(tokens_per_minute=limit)
    state = State(start)
    take(state, limits, start, min(tokens, limit))
    seen = [int(told(state, at, limits)["remaining-tokens"]) for at in (start, start + step_a, start + step_a + step_b)]
    assert seen == sorted(seen)
    assert 0 <= seen[0] <= seen[-1] <= limit


class Buckets(RuleBasedStateMachine):
    """Random takes, returns, waits and changes of limit, each checked in exact fractions of a token."""

    def __init__(self) -> None:
        super().__init__()
        self.now_ns = 7 * S
        self.state = State(self.now_ns)
        self.limits = KeyLimits(requests_per_minute=7, tokens_per_minute=1000, concurrent_requests=3)
        self.open: list[Grant] = []

    def used(self) -> tuple[Fraction, Fraction]:
        minute = 60 * S
        return Fraction(self.state.requests_used, minute), Fraction(self.state.tokens_used, minute)

    @rule(tokens=st.integers(0, 1200))
    def ask(self, tokens: int) -> None:
        headers(self.state, self.limits, self.now_ns)
        before = self.used()
        answer = take(self.state, self.limits, self.now_ns, tokens)
        fits = (
            before[0] + 1 <= self.limits.requests_per_minute
            and before[1] + tokens <= self.limits.tokens_per_minute
            and len(self.open) < self.limits.concurrent_requests
        )
        assert isinstance(answer, Grant) == fits
        if isinstance(answer, Grant):
            self.open.append(answer)
            assert self.used() == (before[0] + 1, before[1] + tokens)
        else:
            assert self.used() == before
            self.wait_as_told(answer, tokens)

    def wait_as_told(self, answer: Refused, tokens: int) -> None:
        if answer.limit == "concurrent":
            return
        if answer.retry_after_ms is None:
            assert tokens > self.limits.tokens_per_minute or not self.limits.requests_per_minute
            return
        if len(self.open) == self.limits.concurrent_requests:
            give_back(self.open.pop(), self.limits, self.now_ns, 10**9)
        assert 0 < answer.retry_after_ms <= 60_000 * 1200
        just_before = self.now_ns + (answer.retry_after_ms - 1) * MS
        assert isinstance(take(self.state, self.limits, just_before, tokens), Refused)
        self.now_ns += answer.retry_after_ms * MS
        self.open.append(granted(take(self.state, self.limits, self.now_ns, tokens)))

    @precondition(lambda self: self.open)
    @rule(data=st.data(), used=st.integers(-5, 1300))
    def settle(self, data: st.DataObject, used: int) -> None:
        grant = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        headers(self.state, self.limits, self.now_ns)
        before = self.used()
        give_back(grant, self.limits, self.now_ns, used)
        after = self.used()
        assert after[0] == before[0]
        assert 0 <= before[1] - after[1] <= max(0, grant.tokens - max(0, used))
        give_back(grant, self.limits, self.now_ns, 0)
        assert self.used() == after

    @rule(ns=st.integers(0, 90 * S))
    def wait(self, ns: int) -> None:
        headers(self.state, self.limits, self.now_ns)
        before = self.used()
        self.now_ns += ns
        headers(self.state, self.limits, self.now_ns)
        flow = Fraction(ns, 60 * S)
        assert self.used() == (
            max(Fraction(0), before[0] - flow * self.limits.requests_per_minute),
            max(Fraction(0), before[1] - flow * self.limits.tokens_per_minute),
        )

    @rule(requests=st.integers(1, 9), tokens=st.integers(1, 1200), concurrent=st.integers(1, 4))
    def change_limits(self, requests: int, tokens: int, concurrent: int) -> None:
        headers(self.state, self.limits, self.now_ns)
        if len(self.open) <= concurrent:
            self.limits = KeyLimits(requests, tokens, concurrent)

    @invariant()
    def stays_in_bounds(self) -> None:
        requests, tokens = self.used()
        assert requests >= 0
        assert tokens >= 0
        assert self.state.in_flight == len(self.open)
        now = told(self.state, self.now_ns, self.limits)
        assert 0 <= int(now["remaining-requests"]) <= self.limits.requests_per_minute
        assert 0 <= int(now["remaining-tokens"]) <= self.limits.tokens_per_minute


TestBuckets = Buckets.TestCase
TestBuckets.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 600), st.integers(0, 40 * S)), max_size=30))
def test_no_window_carries_more_than_a_burst_and_its_refill(asks: list[tuple[int, int]]) -> None:
    """What callers really used (all of it, nothing given back) is at most one full bucket plus the refill since."""
    limits = KeyLimits(requests_per_minute=10**6, tokens_per_minute=600)
    state = State(0)
    now_ns = 0
    admitted: list[tuple[int, int]] = []
    for tokens, step_ns in asks:
        now_ns += step_ns
        answer = take(state, limits, now_ns, tokens)
        if isinstance(answer, Grant):
            give_back(answer, limits, now_ns, tokens)
            admitted.append((now_ns, tokens))
    for first, (start_ns, _) in enumerate(admitted):
        total = 0
        for at_ns, tokens in admitted[first:]:
            total += tokens
            assert Fraction(total) <= 600 + Fraction(at_ns - start_ns, 60 * S) * 600


# --- a limit that many keys share ------------------------------------------------------------------------------------


def test_a_shared_limit_is_taken_with_the_keys_own_or_neither_is() -> None:
    rates, project = RateLimits(), KeyLimits(2, 10**9, 10**9)
    for key in ("key_1", "key_2"):
        grant = rates.admit(key, LIMITS, 0, 100)
        assert isinstance(rates.share(grant, ("proj_1", "m"), project, 0), Grant)
    before = rates.headers("key_1", LIMITS, 0)
    grant = rates.admit("key_1", LIMITS, 0, 100)
    with pytest.raises(RateLimited) as caught:
        rates.share(grant, ("proj_1", "m"), project, 0)
    assert rates.headers("key_1", LIMITS, 0) == before, "what was refused was taken all the same"
    assert not grant.open
    assert caught.value.message == (
        "Rate limit reached for m in project proj_1, for all its keys together, on requests per min (RPM): "
        "Limit 2, Used 2, Requested 1. Please try again in 30s."
    )
    assert caught.value.headers["x-ratelimit-limit-requests"] == "2"
    assert caught.value.headers["retry-after"] == "30"
    other = rates.admit("key_1", LIMITS, 0, 100)
    assert isinstance(rates.share(other, ("proj_1", "n"), project, 0), Grant), "another model is another limit"
    other = rates.admit("key_3", LIMITS, 0, 100)
    assert isinstance(rates.share(other, ("proj_2", "m"), project, 0), Grant), "so is another project"


def test_a_project_that_may_make_no_requests_is_told_so() -> None:
    rates = RateLimits()
    with pytest.raises(RateLimited, match="This project may make no requests; ask for a higher limit") as caught:
        rates.share(rates.admit("key_1", LIMITS, 0, 1), ("proj_1", "m"), KeyLimits(0, 10, 10), 0)
    assert caught.value.headers["x-should-retry"] == "false"


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["k1", "k2", "k3"]), st.integers(0, 3000), st.integers(0, 20 * S)), max_size=40)
)
def test_no_key_loses_by_the_refusal_of_another(asked: list[tuple[str, int, int]]) -> None:
    """A key's own bucket holds just what was granted to it by both limits, as a bucket of its own would."""
    rates, alone, project, now = RateLimits(), RateLimits(), KeyLimits(5, 5000, 10**9), 0
    granted_at: list[tuple[int, int]] = []
    for key, tokens, wait in asked:
        now += wait
        try:
            grant = rates.admit(key, LIMITS, now, tokens)
        except RateLimited:
            continue
        try:
            rates.share(grant, ("p", "m"), project, now)
        except RateLimited:
            continue
        alone.admit(key, LIMITS, now, tokens)
        granted_at.append((now, tokens))
        assert rates.headers(key, LIMITS, now) == alone.headers(key, LIMITS, now)
    for start, _ in granted_at:
        within = [tokens for at, tokens in granted_at if start <= at < start + 60 * S]
        assert len(within) <= 2 * project.requests_per_minute
        assert sum(within) <= 2 * project.tokens_per_minute
