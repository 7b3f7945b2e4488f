"""Whether a line that heard an error is asked again, and when. Pure.

What is no fault of the line's is waited out for as long as the window lasts: rate limits, a busy engine, a ledger that
cannot be written. An engine that fails is given a few tries, further and further apart. All else is the line's answer.
"""

from __future__ import annotations

import msgspec

from tokenry.base.clock import NS_PER_MS, NS_PER_S
from tokenry.base.errors import TokenryError

TRIES_MAX = 6  # of a line whose engine fails
FIRST_WAIT_NS = NS_PER_S
WAIT_MAX_NS = 300 * NS_PER_S
_GROWS = 3  # how many times longer each wait is than the one before
_WAITED_OUT = frozenset({"rate_limit_exceeded", "resource_unavailable", "idempotency_in_flight"})
_FAILED = frozenset({500, 502, 504, 529})


class Again(msgspec.Struct, frozen=True):
    """Ask once more after so many nanoseconds. `all`: until then the batch's other lines would hear the same."""

    wait_ns: int
    all: bool


def verdict(error: TokenryError, tries: int) -> Again | None:
    """What becomes of a line that heard this; None = it is its answer.

    Args:
        tries: how often it was asked again already.
    """
    if error.headers.get("x-should-retry") == "false":
        return None
    if error.status == 503 or (error.status in {409, 429} and error.code in _WAITED_OUT):
        return Again(_asked_for(error) or _grown(tries), error.status != 409)
    if error.status in _FAILED and tries + 1 < TRIES_MAX:
        return Again(_grown(tries), all=False)
    return None


def _grown(tries: int) -> int:
    return min(WAIT_MAX_NS, FIRST_WAIT_NS * int(_GROWS ** min(tries, 20)))


def _asked_for(error: TokenryError) -> int:
    """The wait that the error itself names, 0 when it names none that can be."""
    for name, unit_ns in (("retry-after-ms", NS_PER_MS), ("retry-after", NS_PER_S)):
        told = error.headers.get(name, "")
        if told.isascii() and told.isdigit() and len(told) < 10:
            return min(WAIT_MAX_NS, int(told) * unit_ns)
    return 0
