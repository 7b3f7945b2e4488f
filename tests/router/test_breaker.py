"""The circuit breaker: a table of statuses, the path through its states, and a machine against a plain model."""

from __future__ import annotations

import math
from collections import deque

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tokenry.base.clock import NS_PER_S
from tokenry.router import breaker as b
from tokenry.router import kind_of_status
from tokenry.router.breaker import HEALTHY, Breaker, FailureKind, Health

S = NS_PER_S


def fail(times: int, at_ns: int = 0, start: Breaker = HEALTHY) -> Breaker:
    for _ in range(times):
        start = b.failed(start, at_ns, "connect")
    return start


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((400, "caller"), (409, "caller"), (413, "caller"), (415, "caller"), (422, "caller")),
        *((401, "refused"), (402, "refused"), (403, "refused"), (404, "refused"), (407, "refused")),
        *((408, "timeout"), (429, "rate_limited"), (500, "server_error"), (503, "server_error"), (599, "server_error")),
    ],
)
def test_what_a_status_says_of_the_deployment(status: int, kind: FailureKind) -> None:
    assert kind_of_status(status) == kind


def test_five_failures_in_a_row_open_it_and_four_do_not() -> None:
    assert b.at(fail(4), 0) == Health("closed")
    assert b.at(fail(5), 0) == Health("open")


def test_a_success_between_starts_the_row_anew() -> None:
    breaker = b.succeeded(fail(4), 0)
    assert b.at(fail(4, start=breaker), 0) == Health("closed")


def test_half_of_the_last_twenty_open_it() -> None:
    breaker = HEALTHY
    for _ in range(9):
        breaker = b.succeeded(b.failed(breaker, 0, "server_error"), 0)
        assert b.at(breaker, 0).state == "closed"
    assert b.at(b.failed(breaker, 0, "server_error"), 0).state == "open"


def test_old_failures_are_forgotten_entirely() -> None:
    breaker = fail(4)
    for _ in range(19):
        breaker = b.succeeded(breaker, 0)
    assert breaker != HEALTHY
    assert b.succeeded(b.succeeded(b.succeeded(b.succeeded(breaker, 0), 0), 0), 0) == HEALTHY


def test_the_callers_mistakes_never_open_it() -> None:
    breaker = HEALTHY
    for _ in range(100):
        breaker = b.failed(breaker, 0, "caller")
    assert breaker == HEALTHY


def test_the_back_off_doubles_to_a_minute_and_a_success_ends_it() -> None:
    breaker, now_ns, waits = fail(5), 0, []
    for _ in range(9):
        assert breaker.reopens_at_ns is not None
        waits.append((breaker.reopens_at_ns - now_ns) / S)
        assert b.at(breaker, breaker.reopens_at_ns - 1) == Health("open")
        now_ns = breaker.reopens_at_ns
        assert b.at(breaker, now_ns) == Health("half_open", trial_free=True)
        breaker = b.failed(b.begin_trial(breaker, now_ns), now_ns, "timeout")
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert b.succeeded(breaker, now_ns + 60 * S) == HEALTHY


def test_there_is_one_trial_at_a_time() -> None:
    breaker = b.begin_trial(fail(5), S)
    assert b.at(breaker, S) == Health("half_open", trial_free=False)
    with pytest.raises(AssertionError):
        b.begin_trial(breaker, S)
    assert b.at(breaker, S + b.TRIAL_NS) == Health("half_open", trial_free=True), "nobody reported; the next may try"


def test_a_trial_that_was_the_callers_mistake_frees_its_place() -> None:
    breaker = b.failed(b.begin_trial(fail(5), S), S, "caller")
    assert b.at(breaker, S) == Health("half_open", trial_free=True)


@pytest.mark.parametrize(
    ("retry_after_s", "wait_s"),
    [(30, 30), (0.5, 1), (10**9, 600), (math.inf, 600), (0.0, None), (-5, None), (math.nan, None), (None, None)],
)
def test_a_rate_limit_with_a_word_on_when_to_come_back_is_honoured(
    retry_after_s: float | None, wait_s: float | None
) -> None:
    breaker = b.failed(HEALTHY, 0, "rate_limited", retry_after_s)
    assert breaker.reopens_at_ns == (None if wait_s is None else wait_s * S)


def test_retry_after_lengthens_a_back_off_and_never_shortens_it() -> None:
    assert b.failed(fail(4), 0, "server_error", 20.0).reopens_at_ns == 20 * S
    opened = fail(5)
    assert b.failed(opened, 0, "rate_limited", 40.0).reopens_at_ns == 40 * S
    assert b.failed(opened, 0, "rate_limited", 0.1).reopens_at_ns == opened.reopens_at_ns


def test_other_failures_do_not_open_at_once_for_a_retry_after() -> None:
    assert b.at(b.failed(HEALTHY, 0, "server_error", 20.0), 0).state == "closed"


def test_outcomes_from_before_the_opening_neither_close_nor_lengthen_it() -> None:
    opened = fail(5)
    assert b.succeeded(opened, 0) == opened
    assert b.failed(opened, S - 1, "connect") == opened


class BreakerMachine(RuleBasedStateMachine):
    """The breaker beside a model that is written the slow and obvious way."""

    def __init__(self) -> None:
        super().__init__()
        self.now_ns = 0
        self.breaker = HEALTHY
        self.state = "closed"
        self.row = 0
        self.last: deque[bool] = deque([False] * 20, maxlen=20)
        self.opened_times = 0
        self.reopens_at_ns = 0
        self.trial_until_ns = 0

    def _open(self, wait_s: float) -> None:
        self.state = "open"
        self.reopens_at_ns = self.now_ns + int(max(min(60, 2**self.opened_times), wait_s) * S)
        self.opened_times += 1
        self.trial_until_ns = 0

    @rule(s=st.sampled_from([0.001, 0.5, 1, 2, 9, 10, 61, 700]))
    def time_passes(self, s: float) -> None:
        self.now_ns += int(s * S)
        if self.state == "open" and self.now_ns >= self.reopens_at_ns:
            self.state = "half_open"

    @rule()
    def succeeds(self) -> None:
        self.breaker = b.succeeded(self.breaker, self.now_ns)
        if self.state == "half_open":
            self.state, self.opened_times, self.row, self.trial_until_ns = "closed", 0, 0, 0
            self.last.extend([False] * 20)
        elif self.state == "closed":
            self.row = 0
            self.last.append(False)

    @rule(
        kind=st.sampled_from(["connect", "timeout", "server_error", "rate_limited"]),
        retry_after_s=st.sampled_from([None, 0, 3, 90, 5000]),
        times=st.integers(1, 3),
    )
    def fails(self, kind: FailureKind, retry_after_s: float | None, times: int) -> None:
        for _ in range(times):
            self.breaker = b.failed(self.breaker, self.now_ns, kind, retry_after_s)
            wait_s = min(retry_after_s or 0, 600)
            if self.state == "half_open":
                self._open(wait_s)
            elif self.state == "open":
                self.reopens_at_ns = max(self.reopens_at_ns, self.now_ns + wait_s * S)
            else:
                self.row += 1
                self.last.append(True)
                if self.row >= 5 or sum(self.last) >= 10 or (kind == "rate_limited" and wait_s):
                    self._open(wait_s)

    @rule()
    def the_caller_errs(self) -> None:
        self.breaker = b.failed(self.breaker, self.now_ns, "caller")
        self.trial_until_ns = 0

    @precondition(lambda self: self.state == "half_open" and self.now_ns >= self.trial_until_ns)
    @rule()
    def a_trial_begins(self) -> None:
        self.breaker = b.begin_trial(self.breaker, self.now_ns)
        self.trial_until_ns = self.now_ns + 10 * S

    @invariant()
    def both_agree(self) -> None:
        health = b.at(self.breaker, self.now_ns)
        assert health.state == self.state
        assert health.trial_free == (self.state == "half_open" and self.now_ns >= self.trial_until_ns)
        if self.state == "open":
            assert self.breaker.reopens_at_ns == self.reopens_at_ns
            assert self.reopens_at_ns - self.now_ns <= 600 * S, "nothing stays shut for longer than the limit"


TestBreakerMachine = BreakerMachine.TestCase
TestBreakerMachine.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
