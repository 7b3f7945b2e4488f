"""The circuit breaker of one deployment, as pure functions over frozen data.

    closed --5 failures in a row, or 10 of the last 20--> open --back-off over--> half-open --success--> closed
                                                           ^                          |
                                                           +------ failure (back-off doubles) ---+

While half-open one request at a time is the trial. The back-off is 1 s doubled with each opening in a row, at most
60 s; a `Retry-After` that asks for longer is honoured. Mistakes of the caller say nothing about the deployment.
Knows nothing of clocks (times are given) nor of where a deployment stands in a ranking.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from tokenry.base.clock import NS_PER_S

State = Literal["closed", "open", "half_open"]
FailureKind = Literal["connect", "timeout", "server_error", "broken", "refused", "rate_limited", "caller"]

FAILURES_IN_ROW_MAX = 5
WINDOW = 20  # outcomes
WINDOW_FAILURES_MAX = 10
BACKOFF_S = 1
BACKOFF_MAX_S = 60
RETRY_AFTER_MAX_S = 600  # no upstream can park itself for longer by one header
TRIAL_NS = 10 * NS_PER_S  # a trial whose outcome nobody reports (a client that left) frees its place after this

_WINDOW_BITS = (1 << WINDOW) - 1
# Statuses below 500 that speak of our dealings with the engine (key, credit, model name, load), not of the request.
_REFUSALS = frozenset({401, 402, 403, 404, 407})


@dataclass(frozen=True, slots=True)
class Breaker:
    """What is remembered of one deployment. Times are nanoseconds on one clock that never goes back.

    `window` holds the last 20 outcomes as bits, the newest lowest, 1 = failure; what never happened counts as success.
    """

    failures_in_row: int = 0
    window: int = 0
    openings: int = 0  # in a row, without a success between them
    reopens_at_ns: int | None = None  # None = closed; else open before, half-open from then on
    trial_until_ns: int = 0  # half-open: another request is the trial until then


HEALTHY = Breaker()


@dataclass(frozen=True, slots=True)
class Health:
    """A breaker at one moment, as `choose` needs it. `trial_free`: half-open, and no other request is the trial."""

    state: State
    trial_free: bool = False


def at(breaker: Breaker, now_ns: int) -> Health:
    """The breaker's health at `now_ns`."""
    if breaker.reopens_at_ns is None:
        return Health("closed")
    if now_ns < breaker.reopens_at_ns:
        return Health("open")
    return Health("half_open", trial_free=now_ns >= breaker.trial_until_ns)


def begin_trial(breaker: Breaker, now_ns: int) -> Breaker:
    """The breaker while the request that starts at `now_ns` is its trial."""
    assert at(breaker, now_ns).trial_free, "a trial begins only while half-open, one at a time"
    return replace(breaker, trial_until_ns=now_ns + TRIAL_NS)


def succeeded(breaker: Breaker, now_ns: int) -> Breaker:
    """After an answer began. One success of a half-open breaker closes it; a success while open came from before."""
    state = at(breaker, now_ns).state
    if state == "half_open":
        return HEALTHY
    if state == "open":
        return breaker
    return replace(breaker, failures_in_row=0, window=(breaker.window << 1) & _WINDOW_BITS)


def failed(breaker: Breaker, now_ns: int, kind: FailureKind, retry_after_s: float | None = None) -> Breaker:
    """After a request failed.

    Args:
        breaker: as it was.
        now_ns: when the failure was seen.
        kind: what failed; `caller` changes nothing but ends a trial, for a refusal of a bad request proves little.
        retry_after_s: the engine's own word on when to come back, in seconds. A `rate_limited` failure with it opens at
            once; otherwise it only lengthens the back-off.
    """
    state = at(breaker, now_ns).state
    if kind == "caller":
        return replace(breaker, trial_until_ns=0)
    wait_ns = _wait_ns(retry_after_s)
    if state == "open":  # a request from before the opening; it may know better when to come back
        assert breaker.reopens_at_ns is not None
        return replace(breaker, reopens_at_ns=max(breaker.reopens_at_ns, now_ns + wait_ns))
    if state == "half_open":
        return _opened(breaker, now_ns, wait_ns)
    window = (breaker.window << 1 | 1) & _WINDOW_BITS
    counted = replace(breaker, failures_in_row=breaker.failures_in_row + 1, window=window)
    told_to_wait = kind == "rate_limited" and wait_ns > 0
    if told_to_wait or counted.failures_in_row >= FAILURES_IN_ROW_MAX or window.bit_count() >= WINDOW_FAILURES_MAX:
        return _opened(counted, now_ns, wait_ns)
    return counted


def kind_of_status(status: int) -> FailureKind:
    """The kind of failure that an engine's HTTP status (300 to 599) means. Nobody follows a redirect."""
    if status >= 500 or status < 400:
        return "server_error"
    if status == 429:
        return "rate_limited"
    if status == 408:
        return "timeout"
    return "refused" if status in _REFUSALS else "caller"


def _opened(breaker: Breaker, now_ns: int, wait_ns: int) -> Breaker:
    backoff_s = min(BACKOFF_MAX_S, BACKOFF_S << min(breaker.openings, 10))
    until_ns = now_ns + max(backoff_s * NS_PER_S, wait_ns)
    return replace(breaker, openings=breaker.openings + 1, reopens_at_ns=until_ns, trial_until_ns=0)


def _wait_ns(retry_after_s: float | None) -> int:
    if retry_after_s is None or math.isnan(retry_after_s) or retry_after_s <= 0:
        return 0
    return int(min(retry_after_s, RETRY_AFTER_MAX_S) * NS_PER_S)
